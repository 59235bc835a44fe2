import API
import Domain
import FoundationEssentials
import Identity
import Risk
import Store

/// The page of deadlines and its form.
enum DeadlinePageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [show(services), change(services)] }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, edited: DeadlinePolicy? = nil, diff: PolicyDiff? = nil,
        problem: String? = nil
    ) async throws -> HTMLContent {
        let (store, principal) = (services.store, try scope.principal)
        let policy = try await store.policies.current(tenant: principal.tenant).deadlines
        async let history = store.policies.history(.deadlines, tenant: principal.tenant)
        async let soon = store.findings.list(
            .init(deadline: .dueSoon, sort: .due, limit: 20, warningDays: policy.warningDays), tenant: principal.tenant)
        let overdue = try await store.findings.list(
            .init(deadline: .overdue, sort: .due, limit: 20), tenant: principal.tenant)
        let content = DeadlinesPage.Content(
            policy: edited ?? policy, overdue: overdue, soon: try await soon, history: try await history, diff: diff,
            problem: problem)
        let token = principal.may(.manageTenant) ? services.csrfToken(scope) : nil
        return try await services.page(
            "Deadlines", .findings, scope, DeadlinesPage.render(content, csrfToken: token))
    }

    private static func show(_ services: PageServices) -> AnyRoute {
        Route<NoInput, HTMLContent>(
            .get, "/sla", "Deadlines", tag: "Pages", access: .permission(.read)
        ) { _, scope in
            try await page(services, scope)
        }.page(signIn: signInPath).erased
    }

    private struct Form: RouteInput {
        static let body = BodyContract.form(
            PolicyForm.fields
                + (DeadlinePolicy.parts.map(\.name) + ["warning_days"]).map { .optional($0, .string(length: 0...10)) })
        let policy: DeadlinePolicy
        let common: PolicyForm

        init(from request: RequestReader) throws {
            common = PolicyForm(request)
            var policy = DeadlinePolicy()
            for part in DeadlinePolicy.parts {
                policy[keyPath: part.path] = request.form[part.name].flatMap { Int($0) }
            }
            if let days = request.form["warning_days"].flatMap({ Int($0) }) { policy.warningDays = days }
            self.policy = policy
        }
    }

    private static func change(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, "/sla", "Set deadlines by form", tag: "Pages", access: .permission(.manageTenant), limits: .bulk
        ) { input, scope in
            let principal = try scope.principal
            do {
                guard input.common.isActivation else {
                    let diff = try await services.store.policies.preview(
                        PolicyChange(deadlines: input.policy), tenant: principal.tenant)
                    return .page(try await page(services, scope, edited: input.policy, diff: diff))
                }
                _ = try await services.store.policies.activate(input.policy, note: input.common.note, by: principal)
                return .elsewhere(SeeOther("/sla"))
            } catch let error as StoreError {
                return .page(try await page(services, scope, edited: input.policy, problem: error.message))
            }
        }.page(signIn: signInPath).erased
    }
}
