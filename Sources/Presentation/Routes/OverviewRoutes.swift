import API
import Domain
import Store

/// The first page.
enum OverviewRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            Route<NoInput, HTMLContent>(.get, "/", "Overview", tag: "Pages", access: .permission(.read)) { _, scope in
                let tenant = try scope.tenant
                let store = services.store
                async let overview = store.overview.load(tenant: tenant)
                async let top = store.findings.top(10, tenant: tenant)
                async let worst = store.endpoints.list(.init(limit: 5), tenant: tenant)
                async let sources = store.intelligence.status()
                let content = OverviewPage.render(
                    try await overview, top: try await top, worst: try await worst.items, sources: try await sources)
                return HTMLContent(try await services.layout("Overview", .overview, scope).render(content).text)
            }.page(signIn: signInPath).erased
        ]
    }
}
