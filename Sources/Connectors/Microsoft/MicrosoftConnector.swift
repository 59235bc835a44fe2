import Domain

/// Microsoft Defender for Endpoint and Intune, of one directory.
struct MicrosoftConnector: Connector {
    private let client: MicrosoftClient
    private let actions: MicrosoftActions

    init(_ settings: MicrosoftSettings, transport: Transport) {
        client = MicrosoftClient(settings, transport: transport)
        actions = MicrosoftActions(client: client)
    }

    /// In the order of reading; of a stream, Defender before Intune.
    private static let listings: [any MicrosoftListing.Type] = [
        DefenderMachines.self, IntuneDevices.self, DefenderSoftware.self, IntuneApps.self, DefenderVulnerabilities.self,
        DefenderAlerts.self, GraphAlerts.self, IntuneCompliance.self,
    ]

    private var listings: [any MicrosoftListing.Type] { Self.listings.filter { $0.isRead(client.settings) } }

    var streams: [ConnectorStream] {
        let read = listings.map { $0.stream }
        return ConnectorStream.allCases.filter { read.contains($0) }
    }

    var overlap: Double { client.settings.overlap }

    func batch(of stream: ConnectorStream, at checkpoint: StreamCheckpoint) async throws -> ConnectorBatch {
        let listings = listings.filter { $0.stream == stream }
        let cursor = checkpoint.cursor.map { MicrosoftCursor($0) }
        // A listing that is not read any more begins the stream again.
        let index = cursor.flatMap { cursor in listings.firstIndex { $0.name == cursor.listing } }
        guard let listing = index.map({ listings[$0] }) ?? listings.first else {
            throw ConnectorError.unsupported(vendor: "Microsoft", action: "read \(stream.rawValue)")
        }
        let following = listings.dropFirst((index ?? 0) + 1).first
        let place = index == nil ? .start : cursor?.place ?? .start
        return try await listing.batch(place, at: checkpoint, following: following, client)
    }

    func check() async throws -> [AccessCheck] {
        var checks: [AccessCheck] = []
        for listing in listings {
            var check = AccessCheck(permission: listing.permission, purpose: listing.purpose)
            let (request, service) = listing.probe(client.settings)
            do {
                _ = try await client.page(request, service)
            } catch let error as ConnectorError {
                switch error {
                // Without a token no permission can be tried.
                case .credentials: throw error
                // Permitted, and there is nothing.
                case .refused(_, 404, _): break
                default: check.problem = error.message
                }
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
