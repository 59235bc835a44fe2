import Domain

/// A vendor that a declaration describes.
struct GenericConnector: Connector {
    private let client: GenericClient
    private let actions: GenericActions

    init(_ settings: GenericSettings, transport: Transport) {
        client = GenericClient(settings, transport: transport)
        actions = GenericActions(client: client)
    }

    private var declaration: Declaration { client.settings.declaration }

    var streams: [ConnectorStream] { declaration.streams.map(\.stream) }
    var overlap: Double { client.settings.overlap }

    func batch(of stream: ConnectorStream, at checkpoint: StreamCheckpoint) async throws -> ConnectorBatch {
        guard let declared = declaration.streams.first(where: { $0.stream == stream }) else {
            throw ConnectorError.unsupported(vendor: client.vendor, action: stream.rawValue)
        }
        return try await GenericListing(client: client, stream: declared).batch(at: checkpoint)
    }

    func check() async throws -> [AccessCheck] {
        var checks: [AccessCheck] = []
        for stream in declaration.streams {
            var check = AccessCheck(
                permission: stream.permission, purpose: "Without it no \(stream.stream.rawValue) are read.")
            do {
                _ = try await GenericListing(client: client, stream: stream).page(GenericPlace(cursor: nil), since: nil)
            } catch let error as ConnectorError {
                if case .credentials = error { throw error }
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
