/// How far an endpoint of a deployment is.
public enum TargetStatus: String, Sendable, Codable, CaseIterable {
    case waiting
    /// Its job is handed out under a lease.
    case offered
    case downloading
    /// The server has given its word: from here on the endpoint changes.
    case installing
    case rebooting
    case verifying
    case deployed
    case failed
    /// It is to be rolled back.
    case rollbackWaiting = "rollback_waiting"
    case rollingBack = "rolling_back"
    case rolledBack = "rolled_back"
    case rollbackFailed = "rollback_failed"
    /// Taken back before it began.
    case cancelled
    /// It did not come in time.
    case expired
    /// It fell silent after it had begun, and is asked after.
    case unknown
    /// It has been silent for too long: what became of it cannot be told.
    case lost

    /// Nothing happens any more unless a person, or a late report, says so.
    public var isFinal: Bool {
        switch self {
        case .deployed, .failed, .rolledBack, .rollbackFailed, .cancelled, .expired, .lost: true
        case .waiting, .offered, .downloading, .installing, .rebooting, .verifying, .rollbackWaiting, .rollingBack,
            .unknown:
            false
        }
    }

    /// Handed out, and nothing changed yet: it can be taken back.
    public var isPrepared: Bool { self == .offered || self == .downloading }

    /// The endpoint may be changing now.
    public var isChanging: Bool {
        switch self {
        case .installing, .rebooting, .verifying, .rollingBack, .unknown: true
        default: false
        }
    }

    /// A lease is out, or may be.
    public var isUnderWay: Bool { isPrepared || isChanging }

    /// In the words of `patch_deployments.status`. What has no word there comes with a sentence in `error_message`.
    public var published: PatchDeploymentStatus {
        switch self {
        case .waiting: .pending
        case .offered, .downloading, .installing, .rebooting, .verifying, .unknown, .rollingBack: .staging
        // It is there until it has been taken away.
        case .deployed, .rollbackWaiting: .deployed
        case .failed, .rollbackFailed, .cancelled, .expired, .lost: .failed
        case .rolledBack: .rolledBack
        }
    }

    /// The status in words, for pages.
    public var label: String {
        switch self {
        case .waiting: "Waiting"
        case .offered: "Handed out"
        case .downloading: "Downloading"
        case .installing: "Installing"
        case .rebooting: "Rebooting"
        case .verifying: "Verifying"
        case .deployed: "Deployed"
        case .failed: "Failed"
        case .rollbackWaiting: "Waiting for rollback"
        case .rollingBack: "Rolling back"
        case .rolledBack: "Rolled back"
        case .rollbackFailed: "Rollback failed"
        case .cancelled: "Cancelled"
        case .expired: "Not reached in time"
        case .unknown: "Unknown: asked after"
        case .lost: "Unknown: given up"
        }
    }
}

/// The published `patch_deployments.status`.
public enum PatchDeploymentStatus: String, Sendable, Codable, CaseIterable {
    case pending, staging, deployed, failed
    case rolledBack = "rolled_back"
}

/// How many targets have which status.
public struct TargetCounts: Sendable, Hashable, Codable {
    private var counts: [String: Int]

    public init(_ counts: [TargetStatus: Int] = [:]) {
        self.counts = Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
    }

    public subscript(status: TargetStatus) -> Int {
        get { counts[status.rawValue, default: 0] }
        set { counts[status.rawValue] = newValue }
    }

    /// Those of which something holds: `counts.sum(where: \.isUnderWay)`.
    public func sum(where isCounted: (TargetStatus) -> Bool) -> Int {
        TargetStatus.allCases.reduce(0) { $0 + (isCounted($1) ? self[$1] : 0) }
    }

    public var total: Int { sum { _ in true } }
    public var underWay: Int { sum(where: \.isUnderWay) }
    public var open: Int { sum { !$0.isFinal } }
    /// Came to an end that is not the one that was wanted.
    public var notDeployed: Int { sum { $0.isFinal && $0 != .deployed } }

    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        for status in TargetStatus.allCases where right[status] != 0 { sum[status] += right[status] }
        return sum
    }
}
