import Domain
import FoundationEssentials

/// How far a deployment has come: events in, the next state and what is to be done with its targets out.
public struct DeploymentLife: Sendable, Hashable, Codable {
    public internal(set) var status: DeploymentStatus
    /// The newest ring that is open; -1 before the first.
    public internal(set) var ring: Int
    public let ringCount: Int
    /// Since when the newest ring is watched.
    public internal(set) var soakingSince: Date?
    /// Where a paused or halted one goes on.
    public internal(set) var held: DeploymentStatus?
    /// What a person has seen of a halted one and gone on nevertheless: it does not halt it again.
    public internal(set) var forgiven: GateEvidence

    public init(approval: DeploymentPlan.Approval, ringCount: Int) {
        self.init(approval == .none ? .scheduled : .awaitingApproval, ringCount: ringCount)
    }

    public init(
        _ status: DeploymentStatus, ring: Int = -1, ringCount: Int, soakingSince: Date? = nil,
        held: DeploymentStatus? = nil, forgiven: GateEvidence = GateEvidence()
    ) {
        self.status = status
        self.ring = ring
        self.ringCount = ringCount
        self.soakingSince = soakingSince
        self.held = held
        self.forgiven = forgiven
    }

    /// What its targets look like.
    public struct Survey: Sendable, Hashable, Codable {
        /// Of all rings.
        public var targets: TargetCounts
        /// Targets of which `TargetLife.needsRollback` is true.
        public var toRollBack: Int
        /// Whether `RingGate.isDone` of the newest ring.
        public var isRingDone: Bool
        public var gate: RingGate.Decision
        /// What the gate has seen, so that a person who goes on is known to have seen it.
        public var evidence: GateEvidence

        public init(
            targets: TargetCounts, toRollBack: Int = 0, isRingDone: Bool = false, gate: RingGate.Decision = .wait([]),
            evidence: GateEvidence = GateEvidence()
        ) {
            self.targets = targets
            self.toRollBack = toRollBack
            self.isRingDone = isRingDone
            self.gate = gate
            self.evidence = evidence
        }
    }

    public enum Event: Sendable, Hashable, Codable {
        case approved, refused
        /// Its start has come.
        case due
        /// A worker has counted: after reports, and now and then. Surveyed again it says the same.
        case surveyed(Survey)
        case pause
        /// From a pause, or past a gate that halted it, with what the gate shows at the time.
        case resume(GateEvidence)
        case abort
        /// What failed, or was not reached, is tried again.
        case retry
        case rollBack
    }

    /// What is to be done with targets; each is safe to do twice.
    public enum Action: Sendable, Hashable {
        /// Its targets may begin from now on, and their time to come runs.
        case openRing(Int)
        /// `TargetLife.Event.cancelled` to whatever waits or is only handed out.
        case cancelUnbegun
        /// `.rollBack` to every target.
        case rollBackTargets
        /// `.retried` to every target that is final and not deployed.
        case retryTargets
        /// People are told of the new status.
        case notify
    }

    public struct Step: Sendable, Hashable {
        public let life: DeploymentLife
        /// Nil where the status stays; the next ring is a transition from soaking to running.
        public let transition: PatchTransition<DeploymentStatus>?
        public let actions: [Action]
    }

    /// Whether a target of a ring may begin now.
    public func opens(_ ring: Int) -> Bool { status.letsTargetsBegin && ring <= self.ring }

    /// Whether a target may begin a job of a kind.
    public func lets(_ kind: PatchJob.Kind, in ring: Int) -> Bool {
        kind == .install ? opens(ring) : status == .rollingBack
    }

    /// - Returns: nil where the event changes nothing and asks for nothing.
    public func after(
        _ event: Event, at: Date, by actor: PatchActor = .server, reason: String? = nil
    ) -> Step? {
        var next = self
        var reason = reason
        let actions = next.meet(event, at: at, &reason)
        guard next != self || !actions.isEmpty else { return nil }
        let transition =
            next.status == status
            ? nil : PatchTransition(from: status, to: next.status, at: at, actor: actor, reason: reason)
        return Step(life: next, transition: transition, actions: actions)
    }

    private mutating func meet(_ event: Event, at: Date, _ reason: inout String?) -> [Action] {
        switch (event, status) {
        case (.approved, .awaitingApproval): status = .scheduled
        case (.refused, .awaitingApproval):
            status = .rejected
            return [.cancelUnbegun, .notify]
        case (.due, .scheduled): return openNext()
        case (.surveyed(let survey), _): return follow(survey, at, &reason)
        case (.pause, .scheduled), (.pause, .running), (.pause, .soaking): hold(.paused)
        case (.resume, .paused): goOn()
        case (.resume(let evidence), .halted):
            forgiven = evidence.forgiven
            goOn()
        case (.abort, .awaitingApproval), (.abort, .scheduled), (.abort, .running), (.abort, .soaking),
            (.abort, .paused), (.abort, .halted):
            leave(for: .aborting)
            return [.cancelUnbegun]
        case (.retry, _): return retry()
        case (.rollBack, _): return rollBack()
        default: break
        }
        return []
    }

    mutating func openNext() -> [Action] {
        ring += 1
        status = .running
        soakingSince = nil
        forgiven = forgiven.withoutRing
        return [.openRing(ring)]
    }

    mutating func hold(_ next: DeploymentStatus) {
        held = status
        status = next
    }

    private mutating func goOn() {
        status = held ?? .running
        held = nil
    }

    mutating func leave(for next: DeploymentStatus) {
        status = next
        held = nil
        soakingSince = nil
    }

    private mutating func retry() -> [Action] {
        switch status {
        case .running, .soaking, .paused, .halted: return [.retryTargets]
        case .completedWithFailures:
            status = .running
            return [.retryTargets]
        case .rolledBackWithFailures:
            status = .rollingBack
            return [.retryTargets]
        default: return []
        }
    }

    private mutating func rollBack() -> [Action] {
        switch status {
        case .running, .soaking, .paused, .halted, .aborting, .aborted, .completed, .completedWithFailures:
            leave(for: .rollingBack)
            return [.cancelUnbegun, .rollBackTargets]
        default: return []
        }
    }
}
