import Domain

/// Endpoints on which a patch was tried: it was begun there.
public struct Trials: Sendable, Hashable, Codable {
    public var successes: Int
    public var failures: Int
    /// Fell silent after they had begun.
    public var silent: Int
    /// Have begun and are not done.
    public var underWay: Int

    public init(successes: Int = 0, failures: Int = 0, silent: Int = 0, underWay: Int = 0) {
        self.successes = successes
        self.failures = failures
        self.silent = silent
        self.underWay = underWay
    }

    /// What waits, was cancelled or was never reached is no trial, neither for nor against the patch.
    ///
    /// - Parameters:
    ///   - targets: those that have never failed (`TargetLife.hasFailed`).
    ///   - failed: those that have, whatever became of them since: a retry takes no failure back.
    public init(_ targets: TargetCounts, failed: Int) {
        self.init(
            successes: targets[.deployed], failures: failed, silent: targets[.unknown] + targets[.lost],
            underWay: targets[.installing] + targets[.rebooting] + targets[.verifying])
    }

    public var begun: Int { successes + failures + silent + underWay }
    /// Of which something is known, silence being something.
    public var ended: Int { successes + failures + silent }

    /// What has come since `earlier`.
    public static func - (all: Self, earlier: Self) -> Self {
        let successes = all.successes - earlier.successes
        // One that was silent and has come back since.
        let silent = all.silent - earlier.silent
        return Trials(
            successes: max(0, successes + min(0, silent)), failures: max(0, all.failures - earlier.failures),
            silent: max(0, silent), underWay: all.underWay)
    }
}

/// What a gate looks at.
public struct GateEvidence: Sendable, Hashable, Codable {
    /// Of the newest ring.
    public var ring: Trials
    /// Of all open rings.
    public var all: Trials
    /// Endpoints that are not well after their restart.
    public var unhealthy: Int
    /// New ones on patched endpoints, since they were patched.
    public var incidents: Int
    public var alerts: Int
    /// A person has seen it while this ring was the newest, and gone on: what the ring lacks is not asked for any more.
    public internal(set) var isRingForgiven = false

    public init(
        ring: Trials = Trials(), all: Trials = Trials(), unhealthy: Int = 0, incidents: Int = 0, alerts: Int = 0
    ) {
        self.ring = ring
        self.all = all
        self.unhealthy = unhealthy
        self.incidents = incidents
        self.alerts = alerts
    }

    var withoutRing: GateEvidence {
        GateEvidence(all: all, unhealthy: unhealthy, incidents: incidents, alerts: alerts)
    }

    var forgiven: GateEvidence {
        var seen = self
        seen.isRingForgiven = true
        return seen
    }

    static func - (all: Self, earlier: Self) -> Self {
        GateEvidence(
            ring: all.ring - earlier.ring, all: all.all - earlier.all, unhealthy: all.unhealthy - earlier.unhealthy,
            incidents: all.incidents - earlier.incidents, alerts: all.alerts - earlier.alerts)
    }
}
