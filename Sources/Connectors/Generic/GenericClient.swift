import Domain
import FoundationEssentials

/// Requests to a declared vendor.
struct GenericClient: Sendable {
    let settings: GenericSettings
    /// Sent with every request.
    let headers: [(String, String)]
    private let session: VendorSession

    /// Seconds that a token is good for where the answer does not say.
    private static let shortestLifetime = 300

    init(_ settings: GenericSettings, transport: Transport) {
        self.settings = settings
        let declaration = settings.declaration
        let dialect = GenericDialect(vendor: declaration.name, reasonPath: declaration.reason)
        let secret = settings.secret ?? ""
        var headers = declaration.headers
        var tokens: AccessTokens?
        func fixed(_ authorization: String) -> AccessTokens {
            AccessTokens { AccessToken(authorization: authorization, lifetime: .seconds(86_400)) }
        }
        switch declaration.auth {
        case .none: break
        case .bearer: tokens = fixed("Bearer \(secret)")
        case .basic:
            let pair = Data("\(settings.user ?? ""):\(secret)".utf8).base64EncodedString()
            tokens = fixed("Basic \(pair)")
        case .header(let name, let prefix): headers.append((name, prefix + secret))
        case .clientCredentials(let origin, let path, let scope):
            let authentication = VendorSession(
                dialect, CurrentOrigin(origin ?? settings.base), transport: transport,
                bucket: TokenBucket(60, in: .seconds(60), burst: 5), tokens: nil)
            tokens = AccessTokens { try await Self.token(settings, path, scope, authentication) }
        }
        self.headers = headers
        session = VendorSession(
            dialect, CurrentOrigin(settings.base), transport: transport,
            bucket: TokenBucket(
                settings.requestsPerMinute, in: .seconds(60), burst: max(1, settings.requestsPerMinute / 60)),
            tokens: tokens)
    }

    var vendor: String { settings.declaration.name }

    func send<Value>(
        _ request: VendorRequest, reading: (VendorResponse) throws(FieldRefusal) -> Value
    ) async throws -> Value {
        try await session.send(request, reading: reading)
    }

    private static func token(
        _ settings: GenericSettings, _ path: String, _ scope: String?, _ session: VendorSession
    ) async throws -> AccessToken {
        var fields = [
            ("grant_type", "client_credentials"), ("client_id", settings.user ?? ""),
            ("client_secret", settings.secret ?? ""),
        ]
        if let scope { fields.append(("scope", scope)) }
        let request = VendorRequest(
            method: .POST, path: path, query: [], body: .form(fields), permission: "", isRepeatable: true)
        do {
            return try await session.send(request) { response throws(FieldRefusal) in
                let answer = try VendorRecord(response.body, 0..<response.body.count)
                let token = try answer.requiredText("access_token")
                let seconds = try answer.integer("expires_in") ?? shortestLifetime
                return AccessToken(authorization: "Bearer \(token)", lifetime: .seconds(min(max(seconds, 0), 86_400)))
            }
        } catch let error as ConnectorError {
            switch error {
            case .permission(_, _, let reason), .refused(_, _, let reason):
                throw ConnectorError.credentials(vendor: settings.declaration.name, reason: reason)
            default: throw error
            }
        }
    }
}
