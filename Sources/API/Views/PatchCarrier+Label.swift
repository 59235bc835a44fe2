import Connectors
import Store

extension PatchCarrier {
    /// `agent`, `webhook`, `SentinelOne: hq`.
    public var label: String {
        switch self {
        case .agent: "agent"
        case .webhook: "webhook"
        case .account(_, let kind?, let name?): "\(ConnectorKind.named(kind)?.title ?? kind): \(name)"
        case .account: "an account that is not there any more"
        }
    }

    var account: ConnectorID? {
        if case .account(let id, _, _) = self { id } else { nil }
    }
}
