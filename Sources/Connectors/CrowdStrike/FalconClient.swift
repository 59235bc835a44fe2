import Domain
import FoundationEssentials

/// Requests to one Falcon account.
struct FalconClient: Sendable {
    let settings: FalconSettings
    private let dialect: FalconDialect
    private let session: VendorSession

    /// Seconds that a token is good for where the answer does not say.
    private static let shortestLifetime = 300

    init(_ settings: FalconSettings, transport: Transport) {
        self.settings = settings
        let dialect = FalconDialect(regions: settings.regions)
        let origin = CurrentOrigin(settings.base)
        // Tokens have a limit of their own, by client.
        let authentication = VendorSession(
            dialect, settings.tokens.map(CurrentOrigin.init) ?? origin, transport: transport,
            bucket: TokenBucket(60, in: .seconds(60), burst: 5), tokens: nil)
        let tokens = AccessTokens { try await Self.token(settings, dialect, authentication) }
        self.dialect = dialect
        session = VendorSession(
            dialect, origin, transport: transport,
            bucket: TokenBucket(settings.requestsPerMinute, in: .seconds(60), burst: 50), tokens: tokens)
    }

    var vendor: String { dialect.vendor }

    /// An answer with records. One that has only errors is thrown, though its status says success.
    func page(_ request: VendorRequest) async throws -> FalconPage {
        let page = try await session.send(request) { response throws(FieldRefusal) in try FalconPage(response) }
        guard page.resources.isEmpty, let error = page.errors.first else { return page }
        throw error.code == 403
            ? ConnectorError.permission(vendor: vendor, permission: request.permission, reason: error.message)
            : ConnectorError.refused(vendor: vendor, status: error.code, reason: error.message)
    }

    /// - Throws: `ConnectorError.credentials` also for a refusal that Falcon gives as 400 or 403: there is no
    ///   permission to get a token.
    private static func token(
        _ settings: FalconSettings, _ dialect: FalconDialect, _ session: VendorSession
    ) async throws -> AccessToken {
        var fields = [("client_id", settings.clientID), ("client_secret", settings.clientSecret)]
        if let member = settings.memberCID { fields.append(("member_cid", member)) }
        let request = VendorRequest(
            method: .POST, path: "/oauth2/token", query: [], body: .form(fields), permission: "", isRepeatable: true)
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
                throw ConnectorError.credentials(vendor: dialect.vendor, reason: reason)
            default: throw error
            }
        }
    }
}
