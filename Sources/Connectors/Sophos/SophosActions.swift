import Domain

/// What Sophos can do to an endpoint or an alert, each kind in a type of its own.
struct SophosActions: Sendable {
    let client: SophosClient

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        switch request.action {
        case .isolate(let device): try await isolation.change(device, to: .isolated, request.comment)
        case .release(let device): try await isolation.change(device, to: .none, request.comment)
        case .scan(let device, let paths): try await scans.start(device, paths)
        case .setAlertStatus(let alert, .resolved): try await triage.resolve(alert, request.comment)
        default: throw ConnectorError.unsupported(vendor: client.vendor, action: request.action.name)
        }
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState {
        switch request.action {
        case .isolate(let device): try await isolation.state(device, .isolated, receipt.state)
        case .release(let device): try await isolation.state(device, .none, receipt.state)
        case .scan(let device, _): try await scans.state(device, receipt)
        case .setAlertStatus(let alert, _): try await triage.state(alert, receipt.state)
        default: receipt.state
        }
    }

    private var isolation: SophosIsolation { SophosIsolation(client: client) }
    private var scans: SophosScans { SophosScans(client: client) }
    private var triage: SophosTriage { SophosTriage(client: client) }
}
