import Domain
import FoundationEssentials
import Synchronization

/// Requests to one account of Sophos Central, each to the place of the tenant that it is about.
final class SophosClient: Sendable {
    let settings: SophosSettings
    private let account: SophosAccount
    private let tokens: AccessTokens
    private let transport: Transport
    private let sessions = Mutex<[String: VendorSession]>([:])

    /// Seconds that a token is good for where the answer does not say.
    private static let shortestLifetime = 300

    init(_ settings: SophosSettings, transport: Transport) {
        self.settings = settings
        self.transport = transport
        let authentication = VendorSession(
            SophosDialect(), CurrentOrigin(settings.tokens), transport: transport,
            bucket: TokenBucket(60, in: .seconds(60), burst: 5), tokens: nil)
        tokens = AccessTokens { try await Self.token(settings, authentication) }
        account = SophosAccount(
            settings,
            VendorSession(
                SophosDialect(), CurrentOrigin(settings.base), transport: transport,
                buckets: Self.buckets(settings), tokens: tokens))
    }

    var vendor: String { SophosDialect().vendor }

    func found() async throws -> SophosAccount.Found { try await account.current() }

    /// What is read from the answer to a request about a tenant.
    func send<Value>(
        _ request: VendorRequest, to tenant: SophosTenant, reading: (VendorResponse) throws(FieldRefusal) -> Value
    ) async throws -> Value {
        var addressed = request
        addressed.headers.append(("X-Tenant-ID", tenant.id))
        let isOneOfMany = try await found().hasSeveral
        return try await session(tenant, isOneOfMany).send(addressed, reading: reading)
    }

    /// The tenant that a thing is of.
    func tenant(of id: SophosID) async throws -> SophosTenant {
        let tenants = try await found().tenants
        let tenant = id.tenant == nil ? tenants.first : tenants.first { $0.id == id.tenant }
        guard let tenant, !id.id.isEmpty else {
            throw ConnectorError.refused(vendor: vendor, status: 404, reason: "the account has no such thing")
        }
        return tenant
    }

    private func session(_ tenant: SophosTenant, _ isOneOfMany: Bool) -> VendorSession {
        sessions.withLock { sessions in
            if let session = sessions[tenant.id] { return session }
            let session = VendorSession(
                SophosDialect(tenant: isOneOfMany ? tenant.name : nil), CurrentOrigin(tenant.origin),
                transport: transport, buckets: Self.buckets(settings), tokens: tokens)
            sessions[tenant.id] = session
            return session
        }
    }

    /// Never more than the limit in any window: a tenth at once, and the rest spread over the window.
    private static func buckets(_ settings: SophosSettings) -> [TokenBucket] {
        settings.limits.map { limit in
            let burst = max(1, limit.requests / 10)
            return TokenBucket(max(1, limit.requests - burst), in: limit.window, burst: burst)
        }
    }

    private static func token(_ settings: SophosSettings, _ session: VendorSession) async throws -> AccessToken {
        let fields = [
            ("grant_type", "client_credentials"), ("client_id", settings.clientID),
            ("client_secret", settings.clientSecret), ("scope", "token"),
        ]
        let request = VendorRequest(
            method: .POST, path: "/api/v2/oauth2/token", query: [], body: .form(fields), permission: "",
            isRepeatable: true)
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
                throw ConnectorError.credentials(vendor: session.dialect.vendor, reason: reason)
            default: throw error
            }
        }
    }
}
