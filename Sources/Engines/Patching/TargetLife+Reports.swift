import Domain
import FoundationEssentials

/// What an endpoint says of a job of its own. It may come late, twice, out of order, or of an attempt that is over.
public struct TargetReport: Sendable, Hashable, Codable {
    public enum Phase: Sendable, Hashable, Codable {
        case downloading
        /// It is about to change the endpoint, and asks whether it may.
        case began
        case rebooting, verifying
        case succeeded(awaitsReboot: Bool)
        /// - Parameter hasChanged: whether something of it stays on the endpoint.
        case failed(String, hasChanged: Bool)
    }

    public let kind: PatchJob.Kind
    public let attempt: Int
    public let phase: Phase

    public init(_ kind: PatchJob.Kind, attempt: Int, _ phase: Phase) {
        self.kind = kind
        self.attempt = attempt
        self.phase = phase
    }
}

extension TargetLife {
    mutating func heardInstall(_ report: TargetReport, _ until: Date, _ mayBegin: Bool) -> Answer {
        guard report.attempt == attempt else { return heardOfEarlier(report) }
        switch report.phase {
        case .downloading:
            if status.isPrepared { advance(to: .downloading, until) }
        case .began: return begin(until, mayBegin)
        case .rebooting: changing(.rebooting, until)
        case .verifying: changing(.verifying, until)
        case .succeeded(let awaitsReboot):
            if hearsOutcomes { deploy(awaitsReboot) }
        case .failed(let reason, let hasChanged):
            guard hearsOutcomes else { return .heard }
            settle(.failed, reason)
            hasFailed = true
            self.hasChanged = hasChanged || self.hasChanged
        }
        return .heard
    }

    mutating func heardRollback(_ report: TargetReport, _ until: Date, _ mayBegin: Bool) -> Answer {
        guard report.attempt == rollbackAttempt, status == .rollingBack || status == .rollbackFailed else {
            return report.phase == .began ? .refuse : .heard
        }
        switch report.phase {
        case .succeeded:
            settle(.rolledBack)
            hasChanged = false
            awaitsReboot = false
        case .failed(let reason, _): settle(.rollbackFailed, reason)
        case .began where status == .rollbackFailed || !mayBegin: return .refuse
        case .began, .downloading, .rebooting, .verifying:
            if status == .rollingBack { extend(until) }
            return report.phase == .began ? .proceed : .heard
        }
        return .heard
    }

    /// One that was given up for silent is at it after all.
    mutating func heardOf(_ until: Date) {
        switch status {
        case .unknown: advance(to: .installing, until)
        case .rollingBack: extend(until)
        default: if lease != nil { extend(until) }
        }
    }

    /// A patch that is there is there, whichever attempt brought it; but what a later one does now is not cut short.
    private mutating func heardOfEarlier(_ report: TargetReport) -> Answer {
        switch report.phase {
        case .succeeded(let awaitsReboot) where report.attempt < attempt && status == .waiting: deploy(awaitsReboot)
        case .began: return .refuse
        default: break
        }
        return .heard
    }

    private mutating func begin(_ until: Date, _ mayBegin: Bool) -> Answer {
        switch status {
        case .offered, .downloading:
            guard mayBegin else {
                // What it has downloaded it keeps; it waits for its turn like the others.
                settle(.waiting)
                return .refuse
            }
            advance(to: .installing, until)
        case .unknown: advance(to: .installing, until)
        // The answer was lost, or the question came twice.
        case .installing: extend(until)
        default: return .refuse
        }
        return .proceed
    }

    /// Whether an outcome of the present attempt is news.
    private var hearsOutcomes: Bool {
        status.isPrepared || (status.isChanging && status != .rollingBack) || status == .lost
    }

    private mutating func changing(_ phase: TargetStatus, _ until: Date) {
        guard hearsOutcomes, status != .lost else { return }
        advance(to: phase, until)
    }

    /// Phases go forward only: a report that was overtaken by a later one changes nothing.
    private mutating func advance(to phase: TargetStatus, _ until: Date) {
        guard rank(phase) >= rank(status) else { return }
        status = phase
        extend(until)
    }

    private func rank(_ status: TargetStatus) -> Int {
        switch status {
        case .downloading: 1
        case .installing: 2
        case .rebooting: 3
        case .verifying: 4
        default: 0
        }
    }

    private mutating func deploy(_ awaitsReboot: Bool) {
        settle(.deployed, awaitsReboot ? "It takes effect with the next restart." : nil)
        hasChanged = true
        self.awaitsReboot = awaitsReboot
    }
}
