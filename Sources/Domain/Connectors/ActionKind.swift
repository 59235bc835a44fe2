import FoundationEssentials

/// The kinds of things that sources can be asked to do, as they are stored and written.
public enum ActionKind: String, Sendable, Codable, CaseIterable {
    case isolate, release, scan
    case runScript = "run_script"
    case setAlertStatus = "set_alert_status"
    case sync
    case updateSignatures = "update_signatures"

    /// What is done to a device without more being said; nil for those that need more.
    public func action(device: String) -> DeviceAction? {
        switch self {
        case .isolate: .isolate(device: device)
        case .release: .release(device: device)
        case .scan: .scan(device: device, paths: [])
        case .sync: .sync(device: device)
        case .updateSignatures: .updateSignatures(device: device)
        case .runScript, .setAlertStatus: nil
        }
    }

    /// Those that need no more than a device.
    public static let plain: [ActionKind] = allCases.filter { $0.action(device: "") != nil }
}

/// What a stored action has come to.
public enum ActionStatus: String, Sendable, Codable, CaseIterable {
    /// Decided, and not sent.
    case pending
    /// A worker is about to send it, is sending it, or has: from here on it is not sent again.
    case sending
    /// The source has it.
    case inProgress = "in_progress"
    case completed, failed
    /// Whether the source has it, or what came of it, cannot be told; asking again may.
    case unknown

    /// Nothing more comes.
    public var isFinal: Bool { self == .completed || self == .failed }
    /// It may still come about by itself.
    public var isUnderWay: Bool { self == .pending || self == .sending || self == .inProgress }

    /// Of one decision that went to several sources: what is under way comes before what is unknown, that before what
    /// failed.
    public static func overall(_ statuses: some Collection<ActionStatus>) -> ActionStatus {
        let order: [ActionStatus] = [.sending, .inProgress, .pending, .unknown, .failed]
        return order.first { statuses.contains($0) } ?? .completed
    }
}
