import Domain
import FoundationEssentials
import Inventories

/// SentinelOne Singularity.
struct SentinelOneConnector: Connector {
    private let client: SentinelOneClient
    private let actions: SentinelOneActions

    init(_ settings: SentinelOneSettings, transport: Transport) {
        client = SentinelOneClient(settings, transport: transport)
        actions = SentinelOneActions(client: client)
    }

    /// In the order of reading.
    private static let listings: [any SentinelOneListing.Type] = [
        SentinelOneAgents.self, SentinelOneSoftware.self, SentinelOneRisks.self, SentinelOneThreats.self,
        SentinelOnePosture.self,
    ]

    var streams: [ConnectorStream] { Self.listings.map { $0.stream } }
    var overlap: Double { client.settings.overlap }

    func batch(of stream: ConnectorStream, at checkpoint: StreamCheckpoint) async throws -> ConnectorBatch {
        for listing in Self.listings where listing.stream == stream {
            return try await listing.batch(at: checkpoint, client)
        }
        throw ConnectorError.unsupported(vendor: client.vendor, action: stream.rawValue)
    }

    func check() async throws -> [AccessCheck] {
        var checks = [try await SentinelOneToken.check(client)]
        // Some streams are listings of the same permission, which is tried once.
        for listing in Self.listings where !checks.contains(where: { $0.permission == listing.permission }) {
            var check = AccessCheck(permission: listing.permission, purpose: listing.purpose)
            let first = StreamCheckpoint.none.next(.full, overlap: 0)
            do {
                _ = try await client.page(listing.request(first, limit: 1, client.settings))
            } catch let error as ConnectorError {
                guard error.concernsOnePart else { throw error }
                check.problem = error.message
            }
            checks.append(check)
        }
        return checks
    }

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        try await actions.perform(request)
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState {
        try await actions.state(of: request, receipt)
    }
}
