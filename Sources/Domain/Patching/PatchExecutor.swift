import FoundationEssentials

/// Has a job done on a machine that Garrison's agent is not on: by an EDR that runs a script, or by a system of one's own.
/// As with actions: a job is handed over at most once, and what is uncertain is asked after and not sent again.
public protocol PatchExecutor: Sendable {
    /// - Throws: only when it is certain that nobody has taken the job: `PatchExecutorError.unsupported` for what will never
    ///   be taken, and what the connector throws for what may be taken later.
    func begin(_ work: PatchWork) async throws -> ActionReceipt

    /// How the job stands now.
    func state(of work: PatchWork, _ receipt: ActionReceipt) async throws -> ActionState
}

/// A job as an executor is told it.
public struct PatchWork: Sendable, Hashable, Codable {
    /// The same for the same job, and for no other.
    public var id: UUID
    public var job: PatchJob
    /// As the executor knows the machine: the vendor's id of it.
    public var device: String
    public var tool: PatchOrder.Tool?
    /// What is to be there in the end; for a rollback what was there before.
    public var packages: [PatchOrder.Package]
    /// The vendor's names of updates: `KB5034441`.
    public var updates: [String]
    public var reboot: RebootPolicy
    /// Why, for whoever reads it at the vendor.
    public var comment: String

    public init(
        id: UUID, job: PatchJob, device: String, tool: PatchOrder.Tool? = nil, packages: [PatchOrder.Package] = [],
        updates: [String] = [], reboot: RebootPolicy = RebootPolicy(), comment: String = ""
    ) {
        self.id = id
        self.job = job
        self.device = device
        self.tool = tool
        self.packages = packages
        self.updates = updates
        self.reboot = reboot
        self.comment = comment
    }
}

/// Why an executor takes no job.
public enum PatchExecutorError: UserFacingError, Hashable {
    /// It cannot do this at all; trying again changes nothing.
    case unsupported(String)

    public var code: String { "patch.unsupported" }

    public var message: String {
        switch self {
        case .unsupported(let reason): reason
        }
    }
}
