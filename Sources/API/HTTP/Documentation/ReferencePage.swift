/// The API's reference as one page, made from the catalogue: every operation with its parameters,
/// body, responses and a form to try it.
struct ReferencePage {
    let routes: [AnyRoute]
    let title: String
    let version: String

    var html: String {
        let tags = routes.reduce(into: [String]()) { tags, route in
            if !tags.contains(route.tag) { tags.append(route.tag) }
        }
        let groups = tags.map { tag in (tag, routes.filter { $0.tag == tag }) }
        let page: HTMLText = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) API</title>
            <link rel="stylesheet" href="/docs/reference.css">
            <link rel="icon" href="data:,">
            <script src="/docs/reference.js" defer></script>
            </head>
            <body>
            <a class="skip" href="#operations">Skip to the operations</a>
            <header>
            <h1>\(title) API <small>\(version)</small></h1>
            <p>For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
            <form id="credentials" autocomplete="off">
            <label for="token">Token for trying operations</label>
            <input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-help">
            <p id="token-help">Stays in this page. Without one, your browser session is used.</p>
            </form>
            </header>
            <nav aria-label="Operations">\(HTMLText(joining: groups.map(index)))</nav>
            <main id="operations">\(HTMLText(joining: groups.map(section)))</main>
            </body>
            </html>

            """
        return page.html
    }

    private func index(_ tag: String, _ routes: [AnyRoute]) -> HTMLText {
        let items = routes.map { route -> HTMLText in
            "<li><a href=\"#\(route.operationID)\"><code>\(route.method.rawValue)</code> \(route.summary)</a></li>"
        }
        return "<h2>\(tag)</h2><ul>\(HTMLText(joining: items))</ul>"
    }

    private func section(_ tag: String, _ routes: [AnyRoute]) -> HTMLText {
        "<section><h2>\(tag)</h2>\(HTMLText(joining: routes.map { ReferenceOperation(route: $0).html }))</section>"
    }
}
