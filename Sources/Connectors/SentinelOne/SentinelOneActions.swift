import Domain

/// What SentinelOne can do to an endpoint or a threat, each kind in a type of its own.
struct SentinelOneActions: Sendable {
    let client: SentinelOneClient

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        switch request.action {
        case .isolate(let device): try await network.change(device, to: .isolated)
        case .release(let device): try await network.change(device, to: .none)
        case .scan(let device, let paths): try await scans.start(device, paths)
        case .runScript(let device, let name, let arguments):
            try await scripts.start(device, name, arguments, request)
        case .setAlertStatus(let threat, let status): try await triage.set(threat, status, request.comment)
        case .setAlertVerdict(let threat, let verdict): try await triage.set(threat, verdict)
        default: throw ConnectorError.unsupported(vendor: client.vendor, action: request.action.name)
        }
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState {
        switch request.action {
        case .isolate(let device): try await network.state(device, .isolated, receipt.state)
        case .release(let device): try await network.state(device, .none, receipt.state)
        case .scan(let device, _): try await scans.state(device, receipt)
        case .runScript: try await scripts.state(receipt)
        case .setAlertStatus(let threat, let status): try await triage.state(threat, status, receipt.state)
        case .setAlertVerdict(let threat, let verdict): try await triage.state(threat, verdict, receipt.state)
        default: receipt.state
        }
    }

    private var network: SentinelOneNetwork { SentinelOneNetwork(client: client) }
    private var scans: SentinelOneScans { SentinelOneScans(client: client) }
    private var scripts: SentinelOneScripts { SentinelOneScripts(client: client) }
    private var triage: SentinelOneTriage { SentinelOneTriage(client: client) }
}
