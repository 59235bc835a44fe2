import API
import Store

/// The pages about Microsoft's devices.
enum EDRPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [devices(services), alerts(services)] }

    /// Scores that the line is drawn of.
    private static let scores = 1_000

    private static func content(_ services: PageServices, _ scope: RequestScope) async throws -> EDRPage.Content {
        let tenant = try scope.tenant
        let posture = try await services.store.edr.posture(slice: .init(limit: scores), tenant: tenant)
        let accounts = try await services.store.connectors.list(tenant: tenant)
        return EDRPage.Content(posture: posture.items, hasAccount: accounts.contains { $0.kind == "microsoft" })
    }

    private static func devices(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/edr", "Microsoft devices", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            var query = EDRStore.DeviceQuery()
            query.search = input["search"]
            query.slice = .init(limit: 50, cursor: try input.cursor)
            let page = try await services.store.edr.devices(query, tenant: try scope.tenant)
            let html = EDRPage.devices(
                page, search: input["search"], try await content(services, scope), nextPath: scope.nextPath(page.next))
            return try await services.page("Microsoft devices", .connectors, scope, html)
        }.page(signIn: signInPath).erased
    }

    private static func alerts(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "/edr/alerts", "Alerts on Microsoft devices", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            var query = EDRStore.AlertQuery()
            query.slice = .init(limit: 50, cursor: try input.cursor)
            let page = try await services.store.edr.alerts(query, tenant: try scope.tenant)
            let html = EDRPage.alerts(page, try await content(services, scope), nextPath: scope.nextPath(page.next))
            return try await services.page("Alerts on Microsoft devices", .connectors, scope, html)
        }.page(signIn: signInPath).erased
    }
}
