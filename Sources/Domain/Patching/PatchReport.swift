import FoundationEssentials

/// What an agent says of a job, to `POST /api/agents/patches`, signed like its other requests. The answer is a `PatchAnswer`.
/// Outcomes wait on the agent's disk until the server has them, so they may come late and twice.
public struct PatchReport: Sendable, Hashable, Codable {
    public enum Phase: String, Sendable, Codable, CaseIterable {
        case downloading
        /// It is about to change the machine, and asks whether it may.
        case began
        case installing, rebooting, verifying
        /// The packages are there: read back from the machine, and not told by an exit code.
        case done
        case failed
        case rolledBack = "rolled_back"
        case rollbackFailed = "rollback_failed"

        /// What came of the job.
        public var isOutcome: Bool {
            switch self {
            case .done, .failed, .rolledBack, .rollbackFailed: true
            case .downloading, .began, .installing, .rebooting, .verifying: false
            }
        }
    }

    /// A package as it is on the machine; without a version where it is not installed.
    public struct PackageState: Sendable, Hashable, Codable {
        public var name: String
        public var architecture: String?
        public var version: String?

        public init(name: String, architecture: String? = nil, version: String?) {
            self.name = name
            self.architecture = architecture
            self.version = version
        }
    }

    public var job: PatchJob
    public var phase: Phase
    /// A sentence.
    public var message: String
    /// Of the order's packages, before anything was changed.
    public var before: [PackageState]
    /// As they are now.
    public var after: [PackageState]
    /// Whether something of the job stays on the machine: what a rollback takes away.
    public var hasChanged: Bool
    /// It takes effect with the next restart.
    public var awaitsReboot: Bool
    /// The end of what the tools said, at most `longestLog` bytes.
    public var log: String

    public static let longestLog = 16 << 10

    public init(
        job: PatchJob, phase: Phase, message: String, before: [PackageState] = [], after: [PackageState] = [],
        hasChanged: Bool = false, awaitsReboot: Bool = false, log: String = ""
    ) {
        self.job = job
        self.phase = phase
        self.message = message
        self.before = before
        self.after = after
        self.hasChanged = hasChanged
        self.awaitsReboot = awaitsReboot
        self.log = log
    }

    enum CodingKeys: String, CodingKey {
        case job, phase, message, before, after, log
        case hasChanged = "has_changed"
        case awaitsReboot = "awaits_reboot"
    }
}

/// What the server says to a report.
public struct PatchAnswer: Sendable, Hashable, Codable {
    public enum Word: String, Sendable, Codable, CaseIterable {
        /// To `began`: change the machine now. To all else: noted, go on.
        case proceed
        /// Ask again after `seconds`; nothing is changed until then.
        case wait
        /// Leave it: the job was taken back. One that has begun is carried through all the same.
        case stop
    }

    public var word: Word
    public var seconds: Int?
    /// Why, as a sentence.
    public var reason: String?

    public init(_ word: Word, seconds: Int? = nil, reason: String? = nil) {
        self.word = word
        self.seconds = seconds
        self.reason = reason
    }
}

/// What an agent can do about patches.
public struct PatchAbilities: Sendable, Hashable, Codable {
    /// Those that are there.
    public var tools: [PatchOrder.Tool]
    /// `OrderKey.id` of the key that it believes; nil when it has been told none.
    public var key: String?
    /// Drawn for this heartbeat; orders in the answer repeat it.
    public var nonce: UUID
    /// Jobs that it has in hand, by their text, until it has told what came of them: they need not be handed out again.
    public var underWay: [String]

    public init(tools: [PatchOrder.Tool], key: String?, nonce: UUID, underWay: [String] = []) {
        self.tools = tools
        self.key = key
        self.nonce = nonce
        self.underWay = underWay
    }

    enum CodingKeys: String, CodingKey {
        case tools, key, nonce
        case underWay = "under_way"
    }
}
