import Domain
import FoundationEssentials

/// Requests to one directory's Defender and Graph.
struct MicrosoftClient: Sendable {
    /// Whose limits a request counts against.
    enum Service: Sendable { case defender, exports, graph }

    let settings: MicrosoftSettings
    /// How often and how long to wait for what is asked for inside of other requests.
    let patience: TransportSettings
    private let defender: VendorSession
    private let exports: VendorSession
    private let graph: VendorSession
    private let storage: VendorSession

    init(_ settings: MicrosoftSettings, transport: Transport) {
        self.settings = settings
        patience = transport.settings
        let authentication = VendorSession(
            MicrosoftDialect(vendor: "Microsoft Entra"), CurrentOrigin(settings.authority), transport: transport,
            bucket: TokenBucket(60, in: .seconds(60), burst: 5), tokens: nil)
        let defenderTokens = AccessTokens {
            try await MicrosoftTokens(
                settings: settings, scope: settings.defenderScope, session: authentication
            ).fetch()
        }
        let graphTokens = AccessTokens {
            try await MicrosoftTokens(settings: settings, scope: settings.graphScope, session: authentication).fetch()
        }
        func session(_ name: String, _ origin: VendorOrigin, _ bucket: TokenBucket, _ tokens: AccessTokens?)
            -> VendorSession
        {
            VendorSession(
                MicrosoftDialect(vendor: name), CurrentOrigin(origin), transport: transport, bucket: bucket,
                tokens: tokens)
        }
        /// So that neither the limit of an hour nor that of a minute is reached.
        func bucket(hourly: Int, burst: Int) -> TokenBucket {
            settings.requestsPerMinute.map { TokenBucket($0, in: .seconds(60), burst: max(1, $0 / 10)) }
                ?? TokenBucket(hourly, in: .seconds(3_600), burst: burst)
        }
        let origin = settings.defender ?? settings.graph
        // Defender allows 100 a minute and 1500 an hour, and of exports 30 and 1000.
        defender = session("Microsoft Defender", origin, bucket(hourly: 1_400, burst: 60), defenderTokens)
        exports = session("Microsoft Defender", origin, bucket(hourly: 900, burst: 14), defenderTokens)
        graph = session("Microsoft Graph", settings.graph, bucket(hourly: 72_000, burst: 100), graphTokens)
        storage = session("Azure Storage", settings.graph, TokenBucket(60, in: .seconds(60), burst: 10), nil)
    }

    func send<Value>(
        _ request: VendorRequest, _ service: Service, reading: (VendorResponse) throws(FieldRefusal) -> Value
    ) async throws -> Value {
        try await session(service).send(request, reading: reading)
    }

    /// A page of a listing.
    func page(_ request: VendorRequest, _ service: Service) async throws -> MicrosoftPage {
        try await send(request, service) { response throws(FieldRefusal) in try MicrosoftPage(response) }
    }

    /// A single thing; nil where there is no such.
    func record<Value>(
        _ request: VendorRequest, _ service: Service, reading: (VendorRecord) throws(FieldRefusal) -> Value
    ) async throws -> Value? {
        do {
            return try await send(request, service) { response throws(FieldRefusal) in
                try reading(try VendorRecord(response.body, 0..<response.body.count))
            }
        } catch let error as ConnectorError {
            guard case .refused(_, 404, _) = error else { throw error }
            return nil
        }
    }

    /// The request for the page that a link names, which is followed as it is, but only to where requests may go.
    func request(following link: String, permission: String) throws(ConnectorError) -> VendorRequest {
        let target = try MicrosoftLink(link, allowed: settings.links)
        var request = VendorRequest.get(target.path, permission: permission)
        request.origin = target.origin
        return request
    }

    /// What lies at an address with its own authorization in it; nil where such addresses may not be followed.
    func download(_ address: String, limit: Int) async throws -> [UInt8]? {
        guard let target = try? MicrosoftLink(address, allowed: settings.links, ends: settings.cloud.storage) else {
            return nil
        }
        var request = VendorRequest.get(target.path, permission: "")
        request.origin = target.origin
        return try await storage.send(request) { response in Array(response.body.prefix(limit)) }
    }

    private func session(_ service: Service) -> VendorSession {
        switch service {
        case .defender: defender
        case .exports: exports
        case .graph: graph
        }
    }
}
