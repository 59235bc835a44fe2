import HTTPTypes

extension HTTPField.Name {
    /// `X-Total-Count`.
    static let totalCount = HTTPField.Name("X-Total-Count") ?? .contentLength
    /// `X-Request-Id`.
    static let requestID = HTTPField.Name("X-Request-Id") ?? .via
    /// `X-CSRF-Token`.
    static let csrfToken = HTTPField.Name("X-CSRF-Token") ?? .cookie
    /// `Idempotency-Key`.
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .ifMatch
    /// `Idempotency-Replayed`.
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed") ?? .age
    /// `Link` (RFC 8288).
    static let link = HTTPField.Name("Link") ?? .location
    /// `Referrer-Policy`.
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .server
    /// `Sec-Fetch-Site`.
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
}
