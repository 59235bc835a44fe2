import API
import Store

/// The page about what is known.
enum IntelligencePageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            Route<NoInput, HTMLContent>(
                .get, "/intelligence", "Intelligence", tag: "Pages", access: .permission(.read)
            ) { _, scope in
                let content = try await services.fragment("intelligence", scope) {
                    IntelligencePage.render(try await services.store.intelligence.status())
                }
                return try await services.page("Intelligence", .intelligence, scope, content)
            }.page(signIn: signInPath).erased
        ]
    }
}
