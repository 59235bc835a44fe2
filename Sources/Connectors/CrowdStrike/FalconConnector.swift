import Domain

/// CrowdStrike Falcon.
struct FalconConnector: Connector {
    private let client: FalconClient
    private let actions: FalconActions

    init(_ settings: FalconSettings, transport: Transport) {
        client = FalconClient(settings, transport: transport)
        actions = FalconActions(client: client)
    }

    /// In the order of reading.
    private static let listings: [any FalconListing.Type] = [
        FalconDevices.self, FalconSoftware.self, FalconVulnerabilities.self, FalconAlerts.self, FalconAssessments.self,
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
        var checks: [AccessCheck] = []
        for listing in Self.listings {
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
