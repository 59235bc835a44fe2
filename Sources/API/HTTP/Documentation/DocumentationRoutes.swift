/// The routes that describe the other routes: `/api/openapi.json` and the reference at `/docs`.
public enum DocumentationRoutes {
    private static let limits = RouteLimits(cost: 1)

    /// - Parameters:
    ///   - catalogue: what is described; these routes themselves are left out of it.
    ///   - version: the program's version.
    public static func routes(
        for catalogue: RouteCatalogue, title: String = "Garrison", version: String
    ) -> [AnyRoute] {
        let document = OpenAPIDocument(catalogue, title: title, version: version)
        let page = ReferencePage(routes: catalogue.routes.filter(\.isDocumented), title: title, version: version)
        let html = page.html
        return [
            file(
                "/api/openapi.json", "The API as OpenAPI", StaticFile(document.bytes, contentType: "application/json")),
            Route<NoInput, HTMLContent>(.get, "/docs", "The API's reference", tag: "Documentation", access: .open) {
                _, _ in
                HTMLContent(html)
            }.page().erased,
            file(
                "/docs/reference.css", "The reference's style",
                StaticFile(Array(ReferenceAssets.css.utf8), contentType: "text/css; charset=utf-8")),
            file(
                "/docs/reference.js", "The reference's script",
                StaticFile(Array(ReferenceAssets.script.utf8), contentType: "text/javascript; charset=utf-8")),
        ]
    }

    private static func file(_ path: String, _ summary: String, _ file: StaticFile) -> AnyRoute {
        Route<NoInput, StaticFile>(.get, path, summary, tag: "Documentation", access: .open, limits: limits) { _, _ in
            file
        }
        .page().erased
    }
}
