import Domain
import FoundationEssentials

/// What Microsoft can do to a device or an alert. Devices of Intune have GUIDs for ids, machines of Defender SHA-1 sums;
/// that tells which of the two is asked.
struct MicrosoftActions: Sendable {
    let client: MicrosoftClient

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        do {
            switch request.action {
            case .isolate(let device): return try await defender.start(.isolate, try machine(device, request), request)
            case .release(let device): return try await defender.start(.release, try machine(device, request), request)
            case .scan(let device, let paths):
                guard paths.isEmpty else { throw unsupported("a scan of single paths") }
                return isManaged(device)
                    ? try await intune.start(.scan, device) : try await defender.start(.scan, device, request)
            case .runScript(let device, let name, let arguments):
                return try await scripts.start(try machine(device, request), name, arguments, request)
            case .sync(let device): return try await intune.start(.sync, try managed(device, request))
            case .updateSignatures(let device):
                return try await intune.start(.updateSignatures, try managed(device, request))
            case .setAlertStatus(let alert, let status):
                return try await triage.set(alert, status, request.comment)
            case .setAlertVerdict(let alert, let verdict):
                return try await triage.set(alert, verdict, request.comment)
            }
        } catch let error as ConnectorError {
            guard case .uncertain = error else { throw error }
            return ActionReceipt(reference: nil, state: .unknown(error.message))
        }
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState {
        switch request.action {
        case .isolate(let device): try await defender.state(.isolate, device, request, receipt)
        case .release(let device): try await defender.state(.release, device, request, receipt)
        case .scan(let device, _):
            isManaged(device)
                ? try await intune.state(.scan, device, receipt)
                : try await defender.state(.scan, device, request, receipt)
        case .runScript(let device, _, _): try await scripts.state(device, request, receipt)
        case .sync(let device): try await intune.state(.sync, device, receipt)
        case .updateSignatures(let device): try await intune.state(.updateSignatures, device, receipt)
        case .setAlertStatus(let alert, let status): try await triage.state(alert, status, receipt.state)
        case .setAlertVerdict(let alert, let verdict): try await triage.state(alert, verdict, receipt.state)
        }
    }

    private var defender: DefenderActions { DefenderActions(client: client) }
    private var scripts: DefenderScripts { DefenderScripts(client: client) }
    private var intune: IntuneActions { IntuneActions(client: client) }
    private var triage: MicrosoftTriage { MicrosoftTriage(client: client) }

    private func isManaged(_ device: String) -> Bool { UUID(uuidString: device) != nil }

    private func machine(_ device: String, _ request: ActionRequest) throws(ConnectorError) -> String {
        guard !isManaged(device) else { throw unsupported("\(request.action.name) a device that only Intune manages") }
        return device
    }

    private func managed(_ device: String, _ request: ActionRequest) throws(ConnectorError) -> String {
        guard isManaged(device) else {
            throw unsupported("\(request.action.name) a device that Intune does not manage")
        }
        return device
    }

    private func unsupported(_ action: String) -> ConnectorError { .unsupported(vendor: "Microsoft", action: action) }
}
