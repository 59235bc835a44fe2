import Domain

/// The devices of a Microsoft Entra directory. It protects none of them: they are known, and whatever is to protect
/// them is not.
struct EntraConnector: Connector {
    private let client: MicrosoftClient

    init(_ settings: MicrosoftSettings, transport: Transport) {
        client = MicrosoftClient(settings, transport: transport)
    }

    let streams: [ConnectorStream] = [.devices]
    var overlap: Double { client.settings.overlap }

    func batch(of stream: ConnectorStream, at checkpoint: StreamCheckpoint) async throws -> ConnectorBatch {
        guard stream == .devices else {
            throw ConnectorError.unsupported(vendor: "Microsoft Entra", action: "read \(stream.rawValue)")
        }
        let place = checkpoint.cursor.map { MicrosoftCursor($0).place } ?? .start
        return try await EntraDevices.batch(place, at: checkpoint, following: nil, client)
    }

    func check() async throws -> [AccessCheck] {
        var check = AccessCheck(permission: EntraDevices.permission, purpose: EntraDevices.purpose)
        let (request, service) = EntraDevices.probe(client.settings)
        do {
            _ = try await client.page(request, service)
        } catch let error as ConnectorError where error.concernsOnePart {
            check.problem = error.message
        }
        return [check]
    }

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        throw ConnectorError.unsupported(vendor: "Microsoft Entra", action: "act on a machine")
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState { receipt.state }
}
