import DequeModule

/// Connections that one transaction at a time has to itself; opened when needed, closed when long
/// unused. Used by the reactor's thread only.
final class LeasePool {
    private let context: ReactorContext
    private var idle: [(session: Session, since: Moment)] = []
    private var leased: [SessionID: Session] = [:]
    private var opening = 0
    private var waiting: Deque<LeaseRequest> = []
    private var backoff = Backoff()
    private var retryAt: Moment?

    init(_ context: ReactorContext) { self.context = context }

    var sessions: [Session] { idle.map(\.session) + leased.values }
    var isQuiet: Bool { leased.isEmpty && waiting.isEmpty }

    func session(_ id: SessionID) -> Session? { leased[id] }

    func enqueue(_ request: LeaseRequest, now: Moment) {
        request.isQueued = true
        request.deadline = now.advanced(by: context.configuration.waitTimeout)
        waiting.append(request)
        serve()
    }

    func withdraw(_ request: LeaseRequest) {
        if request.isQueued, !request.isFinished { request.finish(.failure(PostgresError(.cancelled))) }
    }

    /// Takes a connection back. One that is left inside a transaction is closed: its state is unknown.
    func release(_ id: SessionID, now: Moment) {
        guard let session = leased.removeValue(forKey: id) else { return }
        publish()
        if session.failure != nil || !session.isIdle || session.isInTransaction {
            session.fail(PostgresError(.closed, detail: "released in mid-transaction"))
            context.forget(session)
        } else {
            idle.append((session, now))
        }
        serve()
    }

    /// The last one used is lent first, so that the others can age and be closed.
    private func serve() {
        while waiting.first?.isFinished == true { waiting.removeFirst() }
        while !waiting.isEmpty, let (session, _) = idle.popLast() {
            guard let request = waiting.popFirst(), !request.isFinished else {
                idle.append((session, .now))
                continue
            }
            leased[session.id] = session
            publish()
            request.finish(.success(session.id))
        }
        publish()
        openMore()
    }

    private func openMore() {
        guard retryAt == nil else { return }
        let room = max(1, context.configuration.leasedConnections) - idle.count - leased.count - opening
        for _ in 0..<max(0, min(room, waiting.count - opening)) {
            opening += 1
            context.open(.leased)
        }
    }

    func opened(_ outcome: Result<OpenedConnection, PostgresError>, now: Moment) {
        opening -= 1
        guard let session = outcome.success.flatMap({ context.makeSession($0, for: .leased) }) else {
            context.noteFailure(outcome.failure ?? PostgresError(.connectionFailed))
            retryAt = now.advanced(by: backoff.next())
            return
        }
        backoff.reset()
        idle.append((session, now))
        serve()
    }

    func lost(_ session: Session) {
        context.forget(session)
        context.noteLoss(session.failure ?? PostgresError(.connectionLost))
        idle.removeAll { $0.session === session }
        // A leased one stays listed, so that its holder is told what happened, until it is released.
    }

    func tick(_ now: Moment) {
        while let request = waiting.first, request.isFinished || request.deadline <= now {
            waiting.removeFirst()
            if !request.isFinished { request.finish(.failure(context.waitExpired())) }
        }
        for session in sessions where session.failure == nil {
            session.tick(now)
            if session.failure != nil { lost(session) }
        }
        closeUnused(now)
        if let moment = retryAt, moment <= now {
            retryAt = nil
            openMore()
        }
    }

    private func closeUnused(_ now: Moment) {
        let limit = context.configuration.leaseIdleTimeout
        idle.removeAll { session, since in
            guard since.advanced(by: limit) <= now, session.isIdle else { return false }
            session.fail(PostgresError(.closed, detail: "unused"))
            context.forget(session)
            return true
        }
    }

    var nextTick: Moment {
        var next = min(waiting.first?.deadline ?? .never, retryAt ?? .never)
        for (session, since) in idle {
            next = min(next, since.advanced(by: context.configuration.leaseIdleTimeout), session.nextTick)
        }
        for session in leased.values where session.failure == nil { next = min(next, session.nextTick) }
        return next
    }

    private func publish() {
        context.board.update { $0.leased = leased.count }
    }

    func close() {
        for request in waiting where !request.isFinished { request.finish(.failure(PostgresError(.closed))) }
        waiting = []
        for session in sessions { session.fail(PostgresError(.closed)) }
    }
}
