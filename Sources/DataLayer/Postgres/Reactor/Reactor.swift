import CPostgres

/// The thread that owns all connections of a database: takes commands, waits for sockets, keeps time.
final class Reactor {
    private static let eventToken: UInt64 = 0
    /// What accepted work may take after `close` was asked for.
    private static let closingGrace: Duration = .seconds(5)

    private let context: ReactorContext
    private let shared: SharedPool
    private let leases: LeasePool
    private let notifications: NotificationHub
    private var commands: [Command] = []
    private var closingDeadline: Moment?

    /// Starts the thread. It ends when `.close` is posted to the mailbox.
    static func start(
        _ configuration: DatabaseConfiguration, board: StateBoard
    ) throws(PostgresError) -> Mailbox {
        guard let mailbox = Mailbox() else { throw exhausted }
        let isStarted = SystemThread.start("pg-reactor") {
            guard let poller = Poller(), poller.add(mailbox.descriptor, token: eventToken) else {
                board.start.fulfil(.failure(exhausted))
                return
            }
            let context = ReactorContext(configuration, mailbox: mailbox, poller: poller, board: board)
            Reactor(context).run()
        }
        if !isStarted { throw exhausted }
        return mailbox
    }

    private static let exhausted = PostgresError(
        .connectionFailed, detail: "the process has no descriptor or thread left")

    private init(_ context: ReactorContext) {
        self.context = context
        shared = SharedPool(context)
        leases = LeasePool(context)
        notifications = NotificationHub(context)
    }

    private func run() {
        while true {
            context.answers.deliver()
            obey()
            shared.dispatch()
            context.answers.deliver()
            if isDone { break }
            let timeout = context.mailbox.prepareToSleep() ? sleepTime() : 0
            context.poller.wait(timeout: timeout) { handle($0) }
            let now = Moment.now
            if now >= nextTick { tick(now) }
        }
        end()
    }

    private var nextTick: Moment {
        min(shared.nextTick, leases.nextTick, notifications.nextTick, closingDeadline ?? .never)
    }

    private func sleepTime() -> Int32 {
        let next = nextTick
        return next == .never ? -1 : next.milliseconds(after: .now)
    }

    private func tick(_ now: Moment) {
        shared.tick(now)
        leases.tick(now)
        notifications.tick(now)
    }

    private func handle(_ event: Poller.Event) {
        if event.token == Self.eventToken { return context.mailbox.wakeUp() }
        if event.token == notifications.id { return notifications.handle() }
        onSession(event.token) { $0.handle(event) }
    }

    /// Does something with a connection that may have gone meanwhile, and sees to it if it goes now.
    private func onSession(_ id: SessionID, _ body: (Session) -> Void) {
        guard let session = context.sessions[id] else { return }
        body(session)
        guard session.failure != nil else { return }
        if case .shared = session.purpose { shared.lost(session) } else { leases.lost(session) }
    }

    private func obey() {
        commands.removeAll(keepingCapacity: true)
        context.mailbox.drain(into: &commands)
        if commands.isEmpty { return }
        let now = Moment.now
        for command in commands { obey(command, now) }
    }

    private func obey(_ command: Command, _ now: Moment) {
        switch command {
        case .run(let job): enqueue(job, now)
        case .cancel(let job): cancel(job, now)
        case .lease(let request): lease(request, now)
        case .withdraw(let request): leases.withdraw(request)
        case .release(let id): leases.release(id, now: now)
        case .runLeased(let id, let job): runLeased(id, job)
        case .copy(let id, let task): copy(id, task)
        case .resumeCopy(let id): onSession(id) { $0.settle() }
        case .cancelCopy(let id, let task): onSession(id) { $0.cancel(task) }
        case .cancelDelivered(let id): onSession(id) { $0.cancelDelivered() }
        case .opened(let purpose, let outcome): opened(purpose, outcome, now)
        case .subscribe(let subscription): notifications.add(subscription)
        case .unsubscribe(let subscription): notifications.remove(subscription)
        case .close: closingDeadline = closingDeadline ?? now.advanced(by: Self.closingGrace)
        }
    }

    private func enqueue(_ job: Job, _ now: Moment) {
        if closingDeadline != nil { return job.finish(.failure(PostgresError(.closed))) }
        shared.enqueue(job, now: now)
    }

    private func lease(_ request: LeaseRequest, _ now: Moment) {
        if closingDeadline != nil { return request.finish(.failure(PostgresError(.closed))) }
        leases.enqueue(request, now: now)
    }

    private func cancel(_ job: Job, _ now: Moment) {
        switch job.phase {
        // Its task was cancelled before it posted the job, which will say so itself when it comes.
        case .created: break
        case .queued: job.finish(.failure(PostgresError(.cancelled)))
        case .inFlight(let id): onSession(id) { $0.cancel(job, now: now) }
        case .finished: break
        }
    }

    private func runLeased(_ id: SessionID, _ job: Job) {
        if job.isCancelled { return job.finish(.failure(PostgresError(.cancelled))) }
        guard let session = leases.session(id) else { return job.finish(.failure(PostgresError(.closed))) }
        if let failure = session.failure { return job.finish(.failure(failure)) }
        job.phase = .queued
        onSession(id) { $0.submit(job) }
    }

    private func copy(_ id: SessionID, _ task: CopyTask) {
        guard let session = leases.session(id) else { return task.complete(.failure(PostgresError(.closed))) }
        if let failure = session.failure { return task.complete(.failure(failure)) }
        onSession(id) { $0.submit(task) }
    }

    private func opened(_ purpose: Purpose, _ outcome: Result<OpenedConnection, PostgresError>, _ now: Moment) {
        switch purpose {
        case .shared(let slot): shared.opened(slot, outcome, now: now)
        case .leased: leases.opened(outcome, now: now)
        case .notifications: notifications.opened(outcome, now: now)
        }
    }

    private var isDone: Bool {
        guard let deadline = closingDeadline else { return false }
        return shared.isQuiet && leases.isQuiet || deadline <= .now
    }

    /// Answers everybody who still waits, and closes every connection.
    private func end() {
        shared.close()
        leases.close()
        context.answers.deliver()
        notifications.close()
        for command in context.mailbox.close() { refuse(command) }
        context.board.update {
            $0.ready = 0
            $0.leased = 0
            $0.isClosed = true
        }
        context.board.start.fulfil(.failure(PostgresError(.closed)))
        context.board.end.fulfil(())
    }

    private func refuse(_ command: Command) {
        switch command {
        case .run(let job), .runLeased(_, let job): job.finish(.failure(PostgresError(.closed)))
        case .lease(let request): request.finish(.failure(PostgresError(.closed)))
        case .copy(_, let task): task.complete(.failure(PostgresError(.closed)))
        case .subscribe(let subscription): subscription.stream.finish()
        case .opened(_, .success(let connection)): PQfinish(connection.pointer)
        default: break
        }
    }
}
