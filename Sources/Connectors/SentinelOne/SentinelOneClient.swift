import Domain
import FoundationEssentials

/// Requests to one console.
struct SentinelOneClient: Sendable {
    let settings: SentinelOneSettings
    private let dialect = SentinelOneDialect()
    private let session: VendorSession

    private static let root = "/web/api/v2.1"

    init(_ settings: SentinelOneSettings, transport: Transport) {
        self.settings = settings
        let authorization = "\(settings.scheme) \(settings.token)"
        session = VendorSession(
            dialect, CurrentOrigin(settings.base), transport: transport,
            bucket: TokenBucket(settings.requestsPerMinute, in: .seconds(60), burst: 25),
            // The token that a person entered is the only one there is.
            tokens: AccessTokens { AccessToken(authorization: authorization, lifetime: .seconds(86_400)) })
    }

    var vendor: String { dialect.vendor }

    /// An answer whose `data` is a list.
    func page(_ request: VendorRequest) async throws -> SentinelOnePage {
        try await session.send(Self.placed(request)) { response throws(FieldRefusal) in
            try SentinelOnePage(response)
        }
    }

    /// What is read from an answer whose `data` is one thing.
    func data<Value>(
        _ request: VendorRequest, _ read: (VendorRecord, _ time: Date) throws(FieldRefusal) -> Value
    ) async throws -> Value {
        try await session.send(Self.placed(request)) { response throws(FieldRefusal) in
            let root = try VendorRecord(response.body, 0..<response.body.count)
            guard let data = try root.record("data") else { throw FieldRefusal(field: "data", reason: "is missing") }
            return try read(data, response.time(or: Date()))
        }
    }

    /// Asks for a change of exactly these things.
    ///
    /// - Returns: how many there were.
    func change(
        _ path: String, ids: [String], _ data: [(String, RequestJSON)] = [], permission: String
    ) async throws -> Int {
        // Without ids the console would change everything that the token sees.
        guard !ids.isEmpty, !ids.contains("") else {
            throw ConnectorError.setting(name: "id", reason: "an action needs to know what it is for")
        }
        let body = RequestJSON.object([
            ("filter", .object([("ids", .texts(ids))])), ("data", .object(data)),
        ])
        return try await self.data(.change(path, body, permission: permission)) { data, _ throws(FieldRefusal) in
            guard let affected = try data.integer("affected") else {
                throw FieldRefusal(field: "data.affected", reason: "is missing")
            }
            return affected
        }
    }

    private static func placed(_ request: VendorRequest) -> VendorRequest {
        var placed = request
        placed.path = root + request.path
        return placed
    }
}
