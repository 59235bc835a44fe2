import API
import Domain
import FoundationEssentials
import Identity
import Store

/// The pages about deployments.
enum DeploymentPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [list(services), calendar(services), detail(services)]
            + DeploymentStore.Decision.allCases.map { decision(services, $0) }
            + [approval(services, agrees: true), approval(services, agrees: false)]
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/deployments", "Deployments", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let status = input["status"].flatMap(DeploymentStatus.init(rawValue:))
            let cursor = try input.cursor
            let patch = input["patch"].flatMap { PatchID($0) }
            let query = DeploymentStore.Query(status: status, patch: patch, limit: 50, cursor: cursor)
            let page = try await services.store.deployments.list(query, tenant: try scope.tenant)
            return try await services.page(
                "Deployments", .deployments, scope,
                DeploymentsPage.render(
                    page, status: status, patch: patch, mayDeploy: try scope.principal.may(.deploy),
                    isFirstPage: cursor == nil,
                    nextPath: scope.nextPath(page.next)))
        }.page(signIn: signInPath).erased
    }

    private static func calendar(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, WindowCalendarPage.path, "Calendar of windows", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let days = CalendarDays(around: input["from"].flatMap(day) ?? Date())
            let found = try await services.store.deployments.windows(
                from: days.asked.from, until: days.asked.until, tenant: try scope.tenant)
            return try await services.page(
                "Calendar of windows", .deployments, scope,
                WindowCalendarPage.render(
                    days, found.windows, isWhole: found.isWhole, mayDeploy: try scope.principal.may(.deploy)))
        }.page(signIn: signInPath).erased
    }

    /// Of a year in which somebody may have windows.
    private static func day(_ text: String) -> Date? {
        guard let date = try? Date("\(text)T00:00:00Z", strategy: .iso8601),
            (946_684_800...4_102_444_800).contains(date.timeIntervalSince1970)
        else { return nil }
        return date
    }

    private struct Input: RouteInput {
        static let id = PathParameter<DeploymentID>("id", "The deployment.")
        static let parameters: [any ParameterDescribing] = [id]
        let id: DeploymentID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func detail(_ services: PageServices) -> AnyRoute {
        Route<Input, HTMLContent>(
            .get, "/deployments/{id}", "Deployment", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let (deployments, tenant) = (services.store.deployments, try scope.tenant)
            let status = try await deployments.status(input.id, tenant: tenant)
            async let steps = deployments.transitions(of: input.id, limit: 50, tenant: tenant)
            let words = try await deployments.approvals(of: input.id, tenant: tenant)
            let logs = try await services.store.patchLogs.present(
                among: status.failures.map(\.id), tenant: tenant)
            let token = try scope.principal.may(.deploy) ? services.csrfToken(scope) : nil
            return try await services.page(
                status.deployment.number, .deployments, scope,
                DeploymentPage.render(
                    .init(status: status, steps: try await steps.items, words: words, logs: logs),
                    csrfToken: token))
        }.page(signIn: signInPath).erased
    }

    private struct Form: RouteInput {
        static let parameters: [any ParameterDescribing] = [Input.id]
        static let body = BodyContract.form([
            .field("csrf_token", .string),
            .optional("reason", .string(length: 0...DeploymentStore.longestReason)),
        ])
        let id: DeploymentID
        let reason: String

        init(from request: RequestReader) throws {
            id = try request.path(Input.id)
            reason = request.form["reason"] ?? ""
        }
    }

    private static func decision(_ services: PageServices, _ decision: DeploymentStore.Decision) -> AnyRoute {
        Route<Form, SeeOther>(
            .post, "/deployments/{id}/\(decision.rawValue)", "Deployment \(decision.rawValue) by form", tag: "Pages",
            access: .permission(.deploy)
        ) { input, scope in
            try await services.store.deployments.decide(
                decision, input.id, reason: input.reason, tenant: try scope.tenant, by: try scope.principal)
            return SeeOther("/deployments/\(input.id)")
        }.page(signIn: signInPath).erased
    }

    private static func approval(_ services: PageServices, agrees: Bool) -> AnyRoute {
        let word = agrees ? "approve" : "reject"
        return Route<Form, SeeOther>(
            .post, "/deployments/{id}/\(word)", "Deployment \(word) by form", tag: "Pages",
            access: .permission(.deploy)
        ) { input, scope in
            try await services.store.deployments.approve(
                input.id, agrees: agrees, comment: input.reason, tenant: try scope.tenant, by: try scope.principal)
            return SeeOther("/deployments/\(input.id)")
        }.page(signIn: signInPath).erased
    }
}
