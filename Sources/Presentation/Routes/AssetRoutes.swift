import API

/// The style sheet, the script and the icon; public, since the sign-in page needs them.
enum AssetRoutes {
    static let all: [AnyRoute] = [
        asset("/assets/garrison.css", "Style sheet", Stylesheet.css, "text/css; charset=utf-8"),
        asset("/assets/garrison.js", "Script", Script.text, "text/javascript; charset=utf-8"),
        asset("/assets/icon.svg", "Icon", Stylesheet.icon, "image/svg+xml"),
        asset("/favicon.ico", "Old icon address", Stylesheet.icon, "image/svg+xml"),
    ]

    private static func asset(_ path: String, _ summary: String, _ text: String, _ type: String) -> AnyRoute {
        let file = StaticFile(Array(text.utf8), contentType: type)
        return Route<NoInput, StaticFile>(.get, path, summary, tag: "Assets", access: .open, limits: .probe) { _, _ in
            file
        }.page().erased
    }
}
