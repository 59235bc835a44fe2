import HTTPTypes

/// The headers that tell browsers what not to do with a response.
enum SecurityHeaders {
    /// For data: a browser that shows it must run and load nothing.
    static let api = common("default-src 'none'; frame-ancestors 'none'")
    /// For pages: scripts, styles and images of this server only, nothing inline.
    static let page = common(
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )

    private static func common(_ policy: String) -> HTTPFields {
        [
            .contentSecurityPolicy: policy,
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "same-origin",
        ]
    }

    /// Adds what the response does not say itself.
    static func complete(_ fields: inout HTTPFields) {
        guard fields[.contentSecurityPolicy] == nil else { return }
        fields.append(contentsOf: api)
    }
}
