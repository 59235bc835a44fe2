import Domain

/// What Falcon can do to a host or an alert, each kind in a type of its own.
struct FalconActions: Sendable {
    let client: FalconClient

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        do {
            switch request.action {
            case .isolate(let device): return try await containment.change(device, to: .isolated)
            case .release(let device): return try await containment.change(device, to: .none)
            case .scan(let device, let paths): return try await scans.start(device, paths, request.comment)
            case .runScript(let device, let name, let arguments):
                return try await scripts.start(device, name, arguments)
            case .setAlertStatus(let alert, let status):
                return try await triage.set(alert, status, request.comment)
            case .sync, .updateSignatures, .setAlertVerdict:
                throw ConnectorError.unsupported(vendor: client.vendor, action: request.action.name)
            }
        } catch let error as ConnectorError {
            guard case .uncertain = error else { throw error }
            return ActionReceipt(reference: nil, state: .unknown(error.message))
        }
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState {
        switch request.action {
        case .isolate(let device): try await containment.state(device, .isolated, receipt.state)
        case .release(let device): try await containment.state(device, .none, receipt.state)
        case .scan: try await receipt.reference.asyncMap(scans.state) ?? receipt.state
        case .runScript: try await receipt.reference.asyncMap(scripts.state) ?? receipt.state
        case .setAlertStatus(let alert, let status): try await triage.state(alert, status, receipt.state)
        case .sync, .updateSignatures, .setAlertVerdict: receipt.state
        }
    }

    private var containment: FalconContainment { FalconContainment(client: client) }
    private var scans: FalconScans { FalconScans(client: client) }
    private var scripts: FalconScripts { FalconScripts(client: client) }
    private var triage: FalconTriage { FalconTriage(client: client) }
}

extension Optional where Wrapped: Sendable {
    /// `map` for what takes its time.
    fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async rethrows -> Value? {
        if let self { return try await body(self) }
        return nil
    }
}
