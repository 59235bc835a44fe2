/// What a person sees instead of a page: what happened, and what can be done about it.
package enum ErrorPage {
    package static func render(status: Int, detail: String, requestID: String) -> HTML {
        """
        <section class="card empty">
        \(icon(status).html)
        <h1>\(title(status))</h1>
        <p>\(detail)</p>
        <p>\(advice(status))</p>
        <p><a class="button" href="/">To the overview</a></p>
        <p class="small">Status \(status) · request <code>\(requestID)</code></p>
        </section>
        """
    }

    package static func title(_ status: Int) -> String {
        switch status {
        case 401: "Sign in first"
        case 403: "Not allowed"
        case 404: "Nothing here"
        case 405, 400, 413, 415, 422: "This request cannot be answered"
        case 409: "Something else came first"
        case 429: "Too many requests"
        case 503: "The server cannot answer now"
        default: "Something went wrong"
        }
    }

    private static func icon(_ status: Int) -> Icon {
        switch status {
        case 401, 403: .lock
        case 404, 405: .lost
        case 503: .plug
        default: .vulnerability
        }
    }

    private static func advice(_ status: Int) -> HTML {
        switch status {
        case 403:
            "If you came here by a form, go back, reload its page and send it again. Otherwise an administrator can give you another role."
        case 404: "It may have been removed, or belong to another tenant. The search and the lists show what there is."
        case 429: "Wait a moment, then go on."
        case 503:
            "Nothing is lost. The page works again as soon as the database does; <code>garrison doctor</code> on the server tells what is missing."
        case 500...: "The server’s log has the reason under the request’s name below."
        default: "Go back, change what you sent, and try again."
        }
    }
}
