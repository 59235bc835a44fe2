import FoundationEssentials

/// How patches reach endpoints: in which order, when, how fast, and what stops them.
public struct DeploymentPlan: Sendable, Hashable, Codable {
    public enum Strategy: String, Sendable, Codable, CaseIterable {
        /// Everything at once.
        case immediate
        /// Ring after ring, each past a gate; in windows where there are schedules.
        case staged
        /// Everything in its windows.
        case scheduled
    }

    /// Who must agree. Whoever asks for the deployment never counts.
    public enum Approval: String, Sendable, Codable, CaseIterable {
        case none, one
        case twoPersons = "two_persons"

        /// Other people who have to agree.
        public var needed: Int {
            switch self {
            case .none: 0
            case .one: 1
            case .twoPersons: 2
            }
        }
    }

    public var strategy: Strategy
    /// In their order; the first is the canary.
    public var rings: [DeploymentRing]
    public var schedules: [MaintenanceSchedule]
    /// Nothing begins before; nil for at once.
    public var startsAt: Date?
    public var approval: Approval
    public var reboot: RebootPolicy
    public var limits: DeploymentLimits
    /// The gate of every ring that has none of its own.
    public var gate: GatePolicy
    /// An endpoint that has not begun so long after its ring opened is given up.
    public var offlineHours: Int

    public init(
        strategy: Strategy = .immediate, rings: [DeploymentRing] = [], schedules: [MaintenanceSchedule] = [],
        startsAt: Date? = nil, approval: Approval = .none, reboot: RebootPolicy = RebootPolicy(),
        limits: DeploymentLimits = DeploymentLimits(), gate: GatePolicy = GatePolicy(), offlineHours: Int = 168
    ) {
        self.strategy = strategy
        self.rings = rings
        self.schedules = schedules
        self.startsAt = startsAt
        self.approval = approval
        self.reboot = reboot
        self.limits = limits
        self.gate = gate
        self.offlineHours = offlineHours
    }

    enum CodingKeys: String, CodingKey {
        case strategy, rings, schedules, approval, reboot, limits, gate
        case startsAt = "starts_at"
        case offlineHours = "offline_hours"
    }

    /// A plan without rings is one ring of everything.
    public var ringCount: Int { max(rings.count, 1) }

    /// The gate behind a ring.
    public func gate(after ring: Int) -> GatePolicy { rings.indices.contains(ring) ? rings[ring].gate ?? gate : gate }
}

/// A part of the endpoints that is patched before the next: a percentage, or those with a tag or in a group, or all that
/// no other ring takes.
public struct DeploymentRing: Sendable, Hashable, Codable {
    public var name: String
    /// Of the endpoints that no ring names by tag or group, to a hundredth.
    public var percent: Double?
    public var tags: [String]
    public var groups: [String]
    public var gate: GatePolicy?

    public init(
        name: String, percent: Double? = nil, tags: [String] = [], groups: [String] = [], gate: GatePolicy? = nil
    ) {
        self.name = name
        self.percent = percent
        self.tags = tags
        self.groups = groups
        self.gate = gate
    }

    /// Whether it takes endpoints by tag or group.
    public var isNamed: Bool { !tags.isEmpty || !groups.isEmpty }
    /// Whether it takes what no other ring does.
    public var takesRest: Bool { percent == nil && !isNamed }
}

/// What happens where a patch wants a restart.
public struct RebootPolicy: Sendable, Hashable, Codable {
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// The endpoint is restarted by its user, some time.
        case never
        case ifNeeded = "if_needed"
        /// Also where no patch asks for it.
        case forced
    }

    public var mode: Mode
    /// How long a user is told before it happens.
    public var noticeMinutes: Int

    public init(_ mode: Mode = .ifNeeded, noticeMinutes: Int = 15) {
        self.mode = mode
        self.noticeMinutes = noticeMinutes
    }

    enum CodingKeys: String, CodingKey {
        case mode
        case noticeMinutes = "notice_minutes"
    }
}

/// How much goes on at once. Nil sets no limit.
public struct DeploymentLimits: Sendable, Hashable, Codable {
    /// Endpoints that are under way.
    public var concurrent: Int?
    /// For all downloads together.
    public var kilobitsPerSecond: Int?
    /// What one download is given; with the limit for all it says how many there can be.
    public var kilobitsPerDownload: Int

    public init(concurrent: Int? = nil, kilobitsPerSecond: Int? = nil, kilobitsPerDownload: Int = 8000) {
        self.concurrent = concurrent
        self.kilobitsPerSecond = kilobitsPerSecond
        self.kilobitsPerDownload = kilobitsPerDownload
    }

    enum CodingKeys: String, CodingKey {
        case concurrent
        case kilobitsPerSecond = "kilobits_per_second"
        case kilobitsPerDownload = "kilobits_per_download"
    }

    /// Downloads that the bandwidth is enough for; a limit lower than one download's share lets one at a time.
    public var downloads: Int? {
        kilobitsPerSecond.map { max(1, $0 / max(kilobitsPerDownload, 1)) }
    }
}
