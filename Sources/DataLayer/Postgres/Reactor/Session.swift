import CPostgres
import DequeModule

/// One open connection: sends jobs in pipeline mode and takes their results in order. Used by the
/// reactor's thread only. Once `failure` is set the connection is of no use; its owner lets it go.
final class Session {
    /// What the next result belongs to.
    private enum Expectation {
        case prepared(StatementCache.Entry)
        case rows
        case ignored
        case sync
    }

    private enum Work {
        case job(Job)
        case copy(CopyTask)
    }

    let id: SessionID
    let purpose: Purpose
    private let wire: Wire
    private let mailbox: Mailbox
    private let answers: AnswerQueue
    private let usesNames: Bool
    private let pipelineDepth: Int
    private var cache: StatementCache
    private var sender = StatementSender()
    private var jobs: Deque<Job> = []
    private var expected: Deque<Expectation> = []
    private var backlog: Deque<Work> = []
    private var isAwaitingSeparator = false
    private var copy: CopyDriver?
    private var cancellation = SessionCancellation()
    private var clock: SessionClock
    private var pace: SessionPace

    private(set) var failure: PostgresError?
    /// It has answered at least once, so connecting again may start without a pause.
    private(set) var hasServed = false

    /// Nil when the connection cannot be put into pipeline mode.
    init?(
        id: SessionID, purpose: Purpose, wire: Wire, mailbox: Mailbox, answers: AnswerQueue,
        configuration: DatabaseConfiguration
    ) {
        self.id = id
        self.purpose = purpose
        self.wire = wire
        self.mailbox = mailbox
        self.answers = answers
        usesNames = configuration.preparedStatements
        pipelineDepth = configuration.pipelineDepth
        cache = StatementCache(capacity: configuration.statementCacheCapacity)
        clock = SessionClock(configuration, for: purpose)
        pace = SessionPace(patience: configuration.patience)
        guard PQenterPipelineMode(wire.connection) == 1 else { return nil }
    }

    /// Jobs sent and not answered.
    var load: Int { jobs.count }

    /// Whether a job sent now would be answered soon.
    func hasRoom(at now: Moment) -> Bool {
        jobs.isEmpty || jobs.count < pace.depth(atMost: pipelineDepth) && !pace.isHeldUp(at: now)
    }

    var isAccepting: Bool { failure == nil && copy == nil && !cancellation.isActive }
    var isIdle: Bool { jobs.isEmpty && backlog.isEmpty && copy == nil && !cancellation.isActive }
    var isInTransaction: Bool { PQtransactionStatus(wire.connection) != PQTRANS_IDLE }
    /// When `tick` has something to do.
    var nextTick: Moment { min(cancellation.due, clock.next(isBusy: load > 0)) }

    // Sending.

    /// Sends a job behind those in flight. False: nothing was sent and the session has failed.
    func send(_ job: Job) -> Bool {
        let evicted = cache.evict()
        if !evicted.isEmpty { _ = transmit(Job(housekeeping: evicted.map { "DEALLOCATE \($0)" })) }
        return transmit(job)
    }

    /// Runs a leased connection's job when those before it permit.
    func submit(_ job: Job) {
        backlog.append(.job(job))
        settle()
    }

    func submit(_ copy: CopyTask) {
        backlog.append(.copy(copy))
        settle()
    }

    private func transmit(_ job: Job) -> Bool {
        var isFirst = true
        for step in job.steps {
            guard transmit(step, of: job) else {
                fail(wire.lastError)
                if !isFirst { job.finish(.failure(wire.lastError)) }
                return !isFirst
            }
            isFirst = false
        }
        guard PQpipelineSync(wire.connection) == 1 else {
            fail(wire.lastError)
            job.finish(.failure(wire.lastError))
            return true
        }
        expected.append(.sync)
        if jobs.isEmpty { pace.started(at: .now) }
        jobs.append(job)
        job.phase = .inFlight(id)
        clock.sent()
        return true
    }

    private func transmit(_ step: Job.Step, of job: Job) -> Bool {
        let parameters = job.parameters.entries[step.parameters]
        var name: StatementCache.Entry?
        if usesNames && !job.isHousekeeping {
            name = cache.find(step.sql, parameters)
            if name == nil {
                let entry = cache.add(step.sql, parameters)
                guard sender.prepare(entry, on: wire.connection) else { return false }
                expected.append(.prepared(entry))
                name = entry
            }
        }
        let isSent = sender.run(
            step.sql, name: name?.name, parameters: parameters, bytes: job.parameters.bytes, on: wire.connection)
        if isSent { expected.append(step.isPrologue ? .ignored : .rows) }
        return isSent
    }

    // Receiving.

    func handle(_ event: Poller.Event) {
        guard failure == nil else { return }
        if event.isReadable {
            copy?.noticeServerError()
            clock.received()
            // What was read before the end still counts: it may hold the reason.
            if !wire.consume() {
                drain()
                return fail(wire.lastError)
            }
        }
        settle()
    }

    /// Flushes, takes what has arrived and starts what waits, until nothing moves.
    func settle() {
        repeat {
            guard failure == nil else { return }
            startBacklog()
            guard wire.flush() else {
                drain()
                return fail(wire.lastError)
            }
            // A blocked flush reads input into libpq's buffer, where epoll does not see it.
            drain()
            stepCopy()
        } while failure == nil && isAccepting && canStartBacklog
        if failure == nil, wire.isBroken { fail(wire.lastError) }
    }

    private var canStartBacklog: Bool {
        switch backlog.first {
        case .job: true
        case .copy: jobs.isEmpty
        case nil: false
        }
    }

    private func startBacklog() {
        while isAccepting, canStartBacklog, let work = backlog.popFirst() {
            switch work {
            case .job(let job) where job.isFinished: continue
            case .job(let job): if !send(job) { job.finish(.failure(wire.lastError)) }
            case .copy(let task): copy = CopyDriver(task, wire: wire)
            }
        }
    }

    private func drain() {
        let before = jobs.count
        defer { if jobs.count < before { pace.answered(before - jobs.count, at: .now) } }
        while failure == nil, copy == nil, !expected.isEmpty, PQisBusy(wire.connection) == 0 {
            if let result = PQgetResult(wire.connection) {
                receive(result)
            } else if isAwaitingSeparator {
                isAwaitingSeparator = false
                expected.removeFirst()
            } else {
                return
            }
        }
        // Notices and parameter changes of an idle session.
        if expected.isEmpty, copy == nil, failure == nil { _ = PQisBusy(wire.connection) }
    }

    private func receive(_ result: OpaquePointer) {
        isAwaitingSeparator = true
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            isAwaitingSeparator = false
            expected.removeFirst()
            finishFirst()
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            if case .rows = expected.first {
                jobs.first?.results.append(Rows(taking: result))
            } else {
                PQclear(result)
            }
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            forgetUnprepared()
        case PGRES_FATAL_ERROR:
            let report = ServerReport(result)
            PQclear(result)
            forgetUnprepared()
            record(report)
        default:
            PQclear(result)
            fail(PostgresError(.connectionLost, detail: "COPY was sent as a statement; use copyIn or copyOut"))
        }
    }

    private func forgetUnprepared() {
        if case .prepared(let entry) = expected.first { cache.remove(entry) }
    }

    private func record(_ report: ServerReport) {
        if report.endsSession { return fail(report.error) }
        guard let job = jobs.first, job.failure == nil else { return }
        job.failure = report.error
        job.isStale = report.isStalePlan
    }

    private func finishFirst() {
        guard let job = jobs.popFirst() else { return }
        hasServed = true
        cancellation.ended(job)
        cancelFirstIfWished()
        guard let failure = job.failure else { return answers.append(job, .success(job.results)) }
        if job.isStale { forgetStatements(of: job) }
        let isUndeserved = job.isStale || job.mayBeHit && failure.isQueryCanceled
        // The failure undid the whole implicit transaction, so running it again is safe.
        if isUndeserved, !job.wasRetried, case .shared = purpose, !job.isCancelled { return resend(job) }
        let isCancelled = job.isCancelled && failure.isQueryCanceled
        answers.append(job, .failure(isCancelled ? PostgresError(.cancelled, detail: failure.detail) : failure))
    }

    private func resend(_ job: Job) {
        job.wasRetried = true
        job.isStale = false
        job.mayBeHit = false
        job.failure = nil
        job.results = []
        if !transmit(job) { job.finish(.failure(wire.lastError)) }
    }

    private func forgetStatements(of job: Job) {
        let names = job.steps.flatMap { cache.remove(sql: $0.sql) }
        for name in names { _ = transmit(Job(housekeeping: ["DEALLOCATE \(name)"])) }
    }

    // COPY.

    private func stepCopy() {
        guard let copy else { return }
        switch copy.step() {
        case .busy: return
        case .lost: fail(wire.lastError)
        case .ended(let outcome):
            self.copy = nil
            guard PQenterPipelineMode(wire.connection) == 1 else { return fail(wire.lastError) }
            copy.task.complete(outcome)
        }
    }

    // Cancelling.

    /// Stops the job that the server works on; one that is still behind others is seen to in its turn.
    func cancel(_ job: Job, now: Moment) {
        guard failure == nil, jobs.first === job else { return }
        cancellation.request(job, at: now)
    }

    func cancel(_ task: CopyTask) {
        guard failure == nil, let copy, copy.task === task else { return }
        if !copy.abort() && cancellation.requestCopy() { issueCancel() }
        settle()
    }

    func cancelDelivered() {
        cancellation.delivered()
        cancelFirstIfWished()
        settle()
    }

    private func cancelFirstIfWished() {
        if let first = jobs.first, first.isCancelled { cancellation.request(first, at: .now) }
    }

    private func issueCancel() {
        let isSent = CancelRequest.send(wire.connection, session: id, reportTo: mailbox)
        if !isSent { cancellation.delivered() }
    }

    // Time.

    func tick(_ now: Moment) {
        guard failure == nil else { return }
        if cancellation.shouldIssue(at: now, running: jobs.first) {
            // When the job ends in this very moment, the request meets the next one.
            for job in jobs.dropFirst() { job.mayBeHit = true }
            issueCancel()
        }
        switch clock.check(now, isBusy: load > 0, isIdle: isIdle) {
        case .fine: break
        case .stalled: fail(PostgresError(.connectionLost, detail: "the server has not answered in time"))
        case .mustProbe:
            _ = transmit(Job(housekeeping: []))
            settle()
        }
    }

    // Ending.

    /// Gives up the connection: everything in flight may or may not have happened.
    func fail(_ error: PostgresError) {
        if failure != nil { return }
        let lost = PostgresError(.connectionLost, detail: error.detail)
        failure = lost
        for job in jobs { job.finish(.failure(lost)) }
        for case .job(let job) in backlog { job.finish(.failure(lost)) }
        for case .copy(let task) in backlog { task.complete(.failure(lost)) }
        copy?.task.complete(.failure(lost))
        jobs = []
        backlog = []
        expected = []
        copy = nil
        wire.close()
    }
}
