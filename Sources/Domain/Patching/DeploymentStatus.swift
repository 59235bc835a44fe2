/// How far a deployment of patches is.
public enum DeploymentStatus: String, Sendable, Codable, CaseIterable {
    case awaitingApproval = "awaiting_approval"
    /// Nobody who may has approved it, and somebody has refused it.
    case rejected
    /// Approved; its start has not come.
    case scheduled
    /// Targets of the open rings are patched.
    case running
    /// The newest ring is done; its gate watches it.
    case soaking
    /// A person holds it.
    case paused
    /// A gate holds it, until a person decides.
    case halted
    /// A person has ended it; what runs is waited for.
    case aborting
    case aborted
    case rollingBack = "rolling_back"
    case rolledBack = "rolled_back"
    /// Rolled back as far as it could be.
    case rolledBackWithFailures = "rolled_back_with_failures"
    case completed
    /// Every target has come to an end, and not all to a good one.
    case completedWithFailures = "completed_with_failures"

    /// Nothing happens any more unless a person asks for it.
    public var isFinal: Bool {
        switch self {
        case .rejected, .aborted, .rolledBack, .rolledBackWithFailures, .completed, .completedWithFailures: true
        default: false
        }
    }

    /// Whether a target of an open ring may begin.
    public var letsTargetsBegin: Bool { self == .running || self == .soaking }

    /// The status in words, for pages.
    public var label: String {
        switch self {
        case .awaitingApproval: "Awaiting approval"
        case .rejected: "Rejected"
        case .scheduled: "Scheduled"
        case .running: "Running"
        case .soaking: "Soaking"
        case .paused: "Paused"
        case .halted: "Halted"
        case .aborting: "Aborting"
        case .aborted: "Aborted"
        case .rollingBack: "Rolling back"
        case .rolledBack: "Rolled back"
        case .rolledBackWithFailures: "Rolled back, with failures"
        case .completed: "Completed"
        case .completedWithFailures: "Completed, with failures"
        }
    }
}

public enum DeploymentTag {}
public typealias DeploymentID = Identifier<DeploymentTag>
