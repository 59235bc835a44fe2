import HTTPTypes

/// Keeps other sites' pages from acting with a visitor's cookies.
enum CrossSiteGuard {
    /// The form field that carries the CSRF token of pages without scripts.
    static let formField = "csrf_token"

    /// Checks a request that changes something.
    /// - Throws: `crossSite` when a browser says that another site made it, or when it was
    ///   authenticated by a cookie and brings no valid token. Programs with a bearer token need none.
    static func check(_ scope: RequestScope, form: NameValueList, authenticator: any Authenticator) throws(RequestError)
    {
        let isBearer = scope.signedIn != nil && scope.session == nil
        guard !isBearer else { return }
        guard !isForeign(scope.head) else { throw .crossSite }
        guard let session = scope.session else { return }
        guard let token = scope.head.headerFields[.csrfToken] ?? form[formField],
            authenticator.isValid(csrfToken: token, session: session)
        else { throw .crossSite }
    }

    /// Whether a browser says that another site's page made the request.
    static func isForeign(_ head: HTTPRequest) -> Bool {
        if let site = head.headerFields[.secFetchSite] { return site != "same-origin" && site != "none" }
        guard let origin = head.headerFields[.origin], let authority = head.authority else { return false }
        return origin != "http://\(authority)" && origin != "https://\(authority)"
    }
}
