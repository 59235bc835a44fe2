import API
import Domain
import Identity
import Risk
import Store

/// The page of risk weights and its form.
enum WeightPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [show(services), change(services)] }

    private static func page(
        _ services: PageServices, _ scope: RequestScope, edited: RiskWeights? = nil, diff: PolicyDiff? = nil,
        problem: String? = nil
    ) async throws -> HTMLContent {
        let (store, principal) = (services.store, try scope.principal)
        async let history = store.policies.history(.weights, tenant: principal.tenant)
        let weights = try await store.policies.current(tenant: principal.tenant).weights
        let token = principal.may(.manageTenant) ? services.csrfToken(scope) : nil
        let content = WeightsPage.render(
            edited ?? weights, history: try await history, diff: diff, problem: problem, csrfToken: token)
        return try await services.page("Risk weights", .findings, scope, content)
    }

    private static func show(_ services: PageServices) -> AnyRoute {
        Route<NoInput, HTMLContent>(
            .get, "/weights", "Risk weights", tag: "Pages", access: .permission(.read)
        ) { _, scope in
            try await page(services, scope)
        }.page(signIn: signInPath).erased
    }

    private struct Form: RouteInput {
        static let body = BodyContract.form(
            PolicyForm.fields + RiskWeights.parts.map { .field($0.name, .string(length: 1...20)) })
        let weights: RiskWeights
        let common: PolicyForm

        init(from request: RequestReader) throws {
            common = PolicyForm(request)
            var weights = RiskWeights.standard
            for part in RiskWeights.parts {
                // What is no number breaks the weight's bounds, and is said to.
                weights[keyPath: part.path] = request.form[part.name].flatMap { Double($0) } ?? -1
            }
            self.weights = weights
        }
    }

    private static func change(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, "/weights", "Set weights by form", tag: "Pages", access: .permission(.manageTenant), limits: .bulk
        ) { input, scope in
            let principal = try scope.principal
            do {
                guard input.common.isActivation else {
                    let diff = try await services.store.policies.preview(
                        PolicyChange(weights: input.weights), tenant: principal.tenant)
                    return .page(try await page(services, scope, edited: input.weights, diff: diff))
                }
                _ = try await services.store.policies.activate(input.weights, note: input.common.note, by: principal)
                return .elsewhere(SeeOther("/weights"))
            } catch let error as StoreError {
                return .page(try await page(services, scope, edited: input.weights, problem: error.message))
            }
        }.page(signIn: signInPath).erased
    }
}
