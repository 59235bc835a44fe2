import DequeModule

/// The connections that one-shot jobs are multiplexed over, and the jobs that wait for them.
/// Used by the reactor's thread only.
final class SharedPool {
    private enum Slot {
        case opening
        case waiting(until: Moment)
        case open(Session)
    }

    private let context: ReactorContext
    private var slots: [Slot] = []
    private var backoffs: [Backoff]
    private var queue: Deque<Job> = []
    private var failedOpenings = 0

    init(_ context: ReactorContext) {
        self.context = context
        let count = max(1, context.configuration.connections)
        backoffs = Array(repeating: Backoff(), count: count)
        for slot in 0..<count {
            slots.append(.opening)
            context.open(.shared(slot: slot))
        }
    }

    var sessions: [Session] {
        slots.compactMap { if case .open(let session) = $0 { session } else { nil } }
    }

    var isQuiet: Bool { queue.isEmpty && sessions.allSatisfy(\.isIdle) }

    func enqueue(_ job: Job, now: Moment) {
        if job.isCancelled { return job.finish(.failure(PostgresError(.cancelled))) }
        job.phase = .queued
        job.waitDeadline = now.advanced(by: context.configuration.waitTimeout)
        queue.append(job)
    }

    /// Sends waiting jobs to the least busy connections until the queue is empty or none has room.
    func dispatch() {
        guard !queue.isEmpty else { return }
        let now = Moment.now
        while !queue.isEmpty, let session = nextSession(at: now), let job = nextJob() {
            if !session.send(job) { queue.prepend(job) }
            // Takes answers that came meanwhile, and so makes room for the next job.
            session.settle()
            if session.failure != nil { lost(session) }
        }
    }

    private func nextSession(at now: Moment) -> Session? {
        var best: Session?
        for case .open(let session) in slots where session.isAccepting {
            if session.load < best?.load ?? .max, session.hasRoom(at: now) { best = session }
        }
        return best
    }

    private func nextJob() -> Job? {
        while let job = queue.popFirst() {
            if !job.isFinished { return job }
        }
        return nil
    }

    func opened(_ slot: Int, _ outcome: Result<OpenedConnection, PostgresError>, now: Moment) {
        let session = outcome.success.flatMap { context.makeSession($0, for: .shared(slot: slot)) }
        guard let session else {
            let error = outcome.failure ?? PostgresError(.connectionFailed, detail: "cannot watch the connection")
            context.noteFailure(error)
            slots[slot] = .waiting(until: now.advanced(by: backoffs[slot].next()))
            failedOpenings += 1
            if failedOpenings >= slots.count { context.board.start.fulfil(.failure(error)) }
            return
        }
        slots[slot] = .open(session)
        context.board.update {
            $0.ready += 1
            $0.lastFailure = nil
        }
        context.board.start.fulfil(.success(()))
    }

    /// Replaces a connection that has failed.
    func lost(_ session: Session) {
        guard case .shared(let slot) = session.purpose, case .open(let current) = slots[slot], current === session
        else { return }
        context.forget(session)
        if session.hasServed { backoffs[slot].reset() }
        context.board.update { $0.ready -= 1 }
        context.noteLoss(session.failure ?? PostgresError(.connectionLost))
        slots[slot] = .waiting(until: Moment.now.advanced(by: backoffs[slot].next()))
    }

    func tick(_ now: Moment) {
        expire(now)
        for index in slots.indices {
            switch slots[index] {
            case .waiting(let moment) where moment <= now:
                slots[index] = .opening
                context.open(.shared(slot: index))
            case .open(let session):
                session.tick(now)
                if session.failure != nil { lost(session) }
            default: break
            }
        }
    }

    /// Deadlines are in the order of the queue: all jobs may wait equally long.
    private func expire(_ now: Moment) {
        while let job = queue.first, job.isFinished || job.waitDeadline <= now {
            queue.removeFirst()
            if job.isFinished { continue }
            job.finish(.failure(context.waitExpired()))
        }
    }

    var nextTick: Moment {
        var next = queue.first?.waitDeadline ?? .never
        for slot in slots {
            switch slot {
            case .waiting(let moment): next = min(next, moment)
            case .open(let session): next = min(next, session.nextTick)
            case .opening: break
            }
        }
        return next
    }

    func close() {
        for job in queue { job.finish(.failure(PostgresError(.closed))) }
        queue = []
        for session in sessions { session.fail(PostgresError(.closed)) }
    }
}

extension ReactorContext {
    func waitExpired() -> PostgresError {
        let reason = board.current.lastFailure.map { "; last failure: \($0.detail)" } ?? ""
        return PostgresError(
            .poolTimeout, detail: "waited \(configuration.waitTimeout) for a connection\(reason)")
    }
}

extension Result {
    var success: Success? { if case .success(let value) = self { value } else { nil } }
    var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
