/// The progress of cancelling what a session runs. While one is active nothing new is sent: the request
/// names only the connection, and could hit what comes later.
struct SessionCancellation {
    private enum State {
        case none
        /// Waiting a moment: most statements end by themselves sooner than a request is made.
        case requested(Job, due: Moment)
        /// PQcancel is under way; the job may have ended meanwhile.
        case issued
    }

    private var state = State.none

    static let grace: Duration = .milliseconds(10)

    var isActive: Bool {
        if case .none = state { false } else { true }
    }

    var due: Moment {
        if case .requested(_, let due) = state { due } else { .never }
    }

    mutating func request(_ job: Job, at now: Moment) {
        guard case .none = state else { return }
        state = .requested(job, due: now.advanced(by: Self.grace))
    }

    /// True when the request is to be sent now.
    mutating func requestCopy() -> Bool {
        guard case .none = state else { return false }
        state = .issued
        return true
    }

    /// True once, when the request is to be sent for `running`, the first of the jobs in flight.
    mutating func shouldIssue(at now: Moment, running: Job?) -> Bool {
        guard case .requested(let job, let due) = state, due <= now else { return false }
        state = job === running ? .issued : .none
        return job === running
    }

    mutating func ended(_ job: Job) {
        if case .requested(let target, _) = state, target === job { state = .none }
    }

    mutating func delivered() { state = .none }
}
