import API
import Store

/// Search over everything that has a page.
enum SearchRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [search(services)] }

    private static func search(_ services: PageServices) -> AnyRoute {
        Route<PageInput, PageOrRedirect>(.get, "/search", "Search", tag: "Pages", access: .permission(.read)) {
            input, scope in
            guard let words = input["q"] else { return .elsewhere(SeeOther("/")) }
            let tenant = try scope.tenant
            let store = services.store
            async let endpoints = store.endpoints.list(.init(search: words, limit: 10), tenant: tenant)
            async let vulnerabilities = store.vulnerabilities.list(.init(search: words, limit: 10), tenant: tenant)
            let content = SearchPage.render(
                words, endpoints: try await endpoints, vulnerabilities: try await vulnerabilities)
            return .page(try await services.page("Search", nil, scope, content))
        }.page(signIn: signInPath).erased
    }
}
