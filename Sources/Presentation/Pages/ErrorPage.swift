/// What a person sees instead of a page.
enum ErrorPage {
    static func render(status: Int, title: String, detail: String, requestID: String) -> HTML {
        """
        <section class="card empty">
        <h1>\(title)</h1>
        <p>\(detail)</p>
        <p class="small muted">Status \(status), request \(requestID)</p>
        <p><a class="button" href="/">To the overview</a></p>
        </section>
        """
    }
}
