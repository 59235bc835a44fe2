import API
import Domain
import Store

/// The first page.
enum OverviewRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            Route<NoInput, HTMLContent>(.get, "/", "Overview", tag: "Pages", access: .permission(.read)) { _, scope in
                let tenant = try scope.tenant
                let content = try await services.fragment("overview", scope) {
                    OverviewPage.render(try await load(services.store, tenant: tenant))
                }
                return try await services.page("Overview", .overview, scope, content)
            }.page(signIn: signInPath).erased
        ]
    }

    private static func load(_ store: Store, tenant: TenantID) async throws -> OverviewPage.Content {
        async let overview = store.overview.load(tenant: tenant)
        async let histogram = store.overview.riskHistogram(tenant: tenant)
        async let top = store.findings.top(8, tenant: tenant)
        async let exploited = store.vulnerabilities.list(.init(knownExploitedOnly: true, limit: 5), tenant: tenant)
        async let newest = store.vulnerabilities.newest(5, tenant: tenant)
        async let worst = store.endpoints.list(.init(limit: 6), tenant: tenant)
        async let sources = store.intelligence.status()
        return OverviewPage.Content(
            overview: try await overview, histogram: try await histogram, top: try await top,
            exploited: try await exploited.items, newest: try await newest, worst: try await worst.items,
            sources: try await sources)
    }
}
