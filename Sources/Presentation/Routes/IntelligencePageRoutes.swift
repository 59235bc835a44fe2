import API
import Store

/// The page about what is known.
enum IntelligencePageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            Route<NoInput, HTMLContent>(
                .get, "/intelligence", "Intelligence", tag: "Pages", access: .permission(.read)
            ) { _, scope in
                let content = IntelligencePage.render(try await services.store.intelligence.status())
                return HTMLContent(try await services.layout("Intelligence", .intelligence, scope).render(content).text)
            }.page(signIn: signInPath).erased
        ]
    }
}
