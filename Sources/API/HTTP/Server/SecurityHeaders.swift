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

    /// A year, after RFC 6797 section 6.1.
    private static let transportSecurity = "max-age=31536000; includeSubDomains"

    /// Adds what the response does not say itself. Over TLS it also says that browsers must not come
    /// without it; over plain HTTP that must not be said (RFC 6797 section 7.2).
    static func complete(_ fields: inout HTTPFields, for request: HTTPFields, services: APIServices) {
        if fields[.contentSecurityPolicy] == nil { fields.append(contentsOf: api) }
        if let header = services.forwardedProtocolHeader, request[header]?.lowercased() == "https" {
            fields[.strictTransportSecurity] = transportSecurity
        }
    }
}
