import FoundationEssentials

/// What a connector can be asked to do.
public enum DeviceAction: Sendable, Codable, Hashable {
    /// Cuts a device off from everything but its vendor.
    case isolate(device: String)
    case release(device: String)
    /// An antivirus scan of some paths; of everything without any.
    case scan(device: String, paths: [String])
    /// A script that is stored at the vendor.
    case runScript(device: String, name: String, arguments: String)
    case setAlertStatus(alert: String, AlertReport.Status)
    /// Has a device fetch its policies and report at once.
    case sync(device: String)
    /// Has its antivirus fetch the newest definitions.
    case updateSignatures(device: String)
    /// What people found an alert to be.
    case setAlertVerdict(alert: String, AlertReport.Verdict)

    /// `isolate`, `run_script`: for logs and the trail.
    public var name: String {
        switch self {
        case .isolate: "isolate"
        case .release: "release"
        case .scan: "scan"
        case .runScript: "run_script"
        case .setAlertStatus: "set_alert_status"
        case .sync: "sync"
        case .updateSignatures: "update_signatures"
        case .setAlertVerdict: "set_alert_verdict"
        }
    }
}

/// An action as somebody decided it.
public struct ActionRequest: Sendable, Codable, Hashable {
    /// The decision's own id.
    public var id: UUID
    public var action: DeviceAction
    /// Why; sent along where the vendor keeps such a text.
    public var comment: String

    public init(id: UUID, action: DeviceAction, comment: String) {
        self.id = id
        self.action = action
        self.comment = comment
    }
}

/// What became of sending an action.
public struct ActionReceipt: Sendable, Codable, Hashable {
    /// What the connector asks the vendor by; nil where the vendor gave nothing.
    public var reference: String?
    public var state: ActionState

    public init(reference: String?, state: ActionState) {
        self.reference = reference
        self.state = state
    }
}

/// How an action stands.
public enum ActionState: Sendable, Codable, Hashable {
    /// Taken by the vendor, not begun.
    case pending
    case inProgress
    /// Done, with what it gave.
    case completed(String)
    /// Not done, and why, as a sentence.
    case failed(String)
    /// Whether the vendor took it cannot be told, and why. It is not sent again by itself; asking for the state may
    /// tell later.
    case unknown(String)

    /// Whether asking again can tell more.
    public var isFinal: Bool {
        switch self {
        case .completed, .failed: true
        case .pending, .inProgress, .unknown: false
        }
    }
}
