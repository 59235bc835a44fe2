import Domain
import FoundationEssentials

/// How far an endpoint of a deployment has come: events in, the next state and an answer to the endpoint out.
///
/// An endpoint asks for the server's word at the last moment (`began`) and changes nothing before it has it. So what is
/// only handed out can be taken back, and an abort knows what runs. A word that was given is not taken back.
public struct TargetLife: Sendable, Hashable, Codable {
    public internal(set) var status: TargetStatus
    /// Of installing; a person's retry makes it grow, and with it the job's text.
    public internal(set) var attempt: Int
    public internal(set) var rollbackAttempt: Int
    /// Until when something is to be heard, by the server's clock.
    public internal(set) var lease: Date?
    /// It has failed, perhaps in an earlier attempt: the gate counts it however often it is tried again.
    public internal(set) var hasFailed: Bool
    /// The patch, or a part of it, is there: what a rollback takes away.
    public internal(set) var hasChanged: Bool
    /// It is deployed and takes effect with a restart.
    public internal(set) var awaitsReboot: Bool
    /// What came of it, as a sentence.
    public internal(set) var message: String?

    public init(
        _ status: TargetStatus = .waiting, attempt: Int = 1, rollbackAttempt: Int = 0, lease: Date? = nil,
        hasFailed: Bool = false, hasChanged: Bool = false, awaitsReboot: Bool = false, message: String? = nil
    ) {
        self.status = status
        self.attempt = attempt
        self.rollbackAttempt = rollbackAttempt
        self.lease = lease
        self.hasFailed = hasFailed
        self.hasChanged = hasChanged
        self.awaitsReboot = awaitsReboot
        self.message = message
    }

    public enum Event: Sendable, Hashable, Codable {
        /// Its turn has come (`TurnPlanner`), and it was there to take its job.
        case offered(until: Date)
        /// The endpoint asks what it is to do: after a restart of its own, or because an answer was lost.
        case asked(until: Date)
        /// The endpoint says, of itself, that it is at this job.
        case held(until: Date)
        /// - Parameter mayBegin: whether the deployment lets targets of its ring begin, at this moment.
        case reported(TargetReport, until: Date, mayBegin: Bool)
        /// Nothing was heard until the end of its lease.
        case lapsed
        /// Whoever was to carry it out is certain that nothing of it has begun, though it had the word.
        case handedBack
        /// Whoever carries it out cannot tell whether it has begun.
        case doubted(String)
        /// There is no more time for it: to come, or to break its silence.
        case overdue
        /// The deployment ends before it has begun.
        case cancelled(String)
        /// A person has it tried again.
        case retried
        /// The deployment is rolled back.
        case rollBack
        /// Its endpoint has become one with another, which is further.
        ///
        /// - Parameter isTwin: whether the other is of this deployment, too.
        case displaced(String, isTwin: Bool)
    }

    /// What the endpoint is told.
    public enum Answer: Sendable, Hashable {
        /// The job, for the first time or again: its text is the same.
        case job(PatchJob.Kind, attempt: Int)
        /// It may change the endpoint now.
        case proceed
        /// It must not begin this job.
        case refuse
        /// Noted.
        case heard
    }

    public struct Step: Sendable, Hashable {
        public let life: TargetLife
        /// Nil where the status stays.
        public let transition: PatchTransition<TargetStatus>?
        public let answer: Answer
    }

    /// What an endpoint of this deployment is handed, or is still at; nil where there is nothing.
    public func job(of endpoint: EndpointID, in deployment: DeploymentID) -> PatchJob? {
        switch current {
        case .job(let kind, let attempt):
            PatchJob(deployment: deployment, endpoint: endpoint, kind: kind, attempt: attempt)
        default: nil
        }
    }

    /// - Parameters:
    ///   - at: the server's time.
    public func after(_ event: Event, at: Date, by actor: PatchActor = .server) -> Step {
        var next = self
        let answer = next.meet(event, at: at)
        // A reason belongs to the state that it explains.
        if next.status != status && next.message == message { next.message = nil }
        let transition =
            next.status == status
            ? nil
            : PatchTransition(from: status, to: next.status, at: at, actor: actor, reason: next.message)
        return Step(life: next, transition: transition, answer: answer)
    }

    /// Whether a rollback of the deployment has something to do here.
    public var needsRollback: Bool { hasChanged && (status == .deployed || status == .failed) }

    private var current: Answer {
        switch status {
        case .offered, .downloading, .installing, .rebooting, .verifying, .unknown: .job(.install, attempt: attempt)
        case .rollingBack: .job(.rollback, attempt: rollbackAttempt)
        default: .heard
        }
    }

    private mutating func meet(_ event: Event, at: Date) -> Answer {
        switch event {
        case .offered(let until): return offer(until)
        case .asked(let until):
            if lease != nil { extend(until) }
            return current
        case .held(let until): heardOf(until)
        case .reported(let report, let until, let mayBegin):
            return report.kind == .install
                ? heardInstall(report, until, mayBegin) : heardRollback(report, until, mayBegin)
        case .lapsed: lapse(at)
        case .handedBack:
            if status == .installing || status == .unknown { settle(.waiting) }
        case .doubted(let reason):
            if status.isChanging && status != .rollingBack { settle(.unknown, reason) }
        case .overdue: end()
        case .cancelled(let reason): cancel(reason)
        case .retried: retry()
        case .rollBack: rollBack()
        case .displaced(let reason, let isTwin): giveWay(reason, isTwin)
        }
        return .heard
    }

    private mutating func offer(_ until: Date) -> Answer {
        switch status {
        case .waiting: status = .offered
        case .rollbackWaiting: status = .rollingBack
        default: return current
        }
        lease = until
        return current
    }

    mutating func extend(_ until: Date) { lease = max(lease ?? until, until) }

    private mutating func lapse(_ at: Date) {
        guard let lease, at >= lease else { return }
        switch status {
        case .offered, .downloading: settle(.waiting)
        case .installing, .rebooting, .verifying:
            settle(.unknown, "The endpoint fell silent after it had begun.")
        case .rollingBack:
            // Handed out again under the same name when it asks.
            self.lease = nil
        default: break
        }
    }

    private mutating func end() {
        switch status {
        case .waiting: settle(.expired, "The endpoint did not come in time.")
        case .unknown:
            settle(.lost, "The endpoint fell silent after it had begun: what became of it cannot be told.")
        case .rollbackWaiting: settle(.rollbackFailed, "The endpoint did not come in time to be rolled back.")
        case .rollingBack where lease == nil:
            settle(.rollbackFailed, "The endpoint fell silent while it was rolled back.")
        default: break
        }
    }

    private mutating func cancel(_ reason: String) {
        if status == .waiting || status.isPrepared { settle(.cancelled, reason) }
    }

    private mutating func retry() {
        switch status {
        case .failed, .expired, .cancelled, .lost:
            attempt += 1
            if status == .lost { hasFailed = true }
            settle(.waiting)
        case .rollbackFailed:
            rollbackAttempt += 1
            settle(.rollbackWaiting)
        default: break
        }
    }

    private mutating func rollBack() {
        if needsRollback {
            rollbackAttempt += 1
            settle(.rollbackWaiting)
        } else {
            cancel("The deployment was rolled back before it began here.")
        }
    }

    /// What may be changing is not forgotten: when it says what came of it, that is heard.
    private mutating func giveWay(_ reason: String, _ isTwin: Bool) {
        switch status {
        case .waiting, .offered, .downloading:
            if isTwin { settle(.cancelled, reason) } else if status != .waiting { settle(.waiting) }
        case .installing, .rebooting, .verifying, .unknown: settle(.lost, reason)
        case .rollingBack: settle(.rollbackFailed, reason)
        default: break
        }
    }

    mutating func settle(_ next: TargetStatus, _ reason: String? = nil) {
        status = next
        lease = nil
        message = reason
    }
}
