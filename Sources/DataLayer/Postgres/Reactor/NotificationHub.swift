import CPostgres
import DequeModule

/// The connection that listens, and who listens to it. It is opened by the first subscription, and
/// after a loss again until it stands. Used by the reactor's thread only.
final class NotificationHub {
    private enum Phase {
        case unused
        case opening
        case waiting(until: Moment)
        case open(SessionID, Wire)
    }

    private struct Command {
        var channel: String
        var isListen: Bool
    }

    private let context: ReactorContext
    private var phase = Phase.unused
    private var backoff = Backoff()
    private var subscribers: [String: [Subscription]] = [:]
    private var active: Set<String> = []
    private var commands: Deque<Command> = []
    private var running: Command?
    private var probe: Moment = .never

    init(_ context: ReactorContext) { self.context = context }

    var id: SessionID? {
        if case .open(let id, _) = phase { id } else { nil }
    }

    func add(_ subscription: Subscription) {
        let channel = subscription.channel
        subscribers[channel, default: []].append(subscription)
        switch phase {
        case .unused:
            phase = .opening
            context.open(.notifications)
        case .open where active.contains(channel): subscription.stream.yield(.subscribed)
        case .open where subscribers[channel]?.count == 1: run(Command(channel: channel, isListen: true))
        default: break
        }
    }

    func remove(_ subscription: Subscription) {
        let channel = subscription.channel
        subscribers[channel]?.removeAll { $0 === subscription }
        guard subscribers[channel]?.isEmpty == true else { return }
        subscribers[channel] = nil
        // Whoever comes back before UNLISTEN has run needs a LISTEN of his own behind it.
        active.remove(channel)
        if case .open = phase { run(Command(channel: channel, isListen: false)) }
    }

    func opened(_ outcome: Result<OpenedConnection, PostgresError>, now: Moment) {
        guard let (id, wire) = outcome.success.flatMap(context.adopt) else {
            context.noteFailure(outcome.failure ?? PostgresError(.connectionFailed))
            phase = .waiting(until: now.advanced(by: backoff.next()))
            return
        }
        backoff.reset()
        phase = .open(id, wire)
        for channel in subscribers.keys { commands.append(Command(channel: channel, isListen: true)) }
        proceed(wire)
    }

    func handle() {
        guard case .open(_, let wire) = phase else { return }
        let isAlive = wire.consume()
        takeResults(wire)
        takeNotifications(wire)
        if !isAlive || wire.isBroken { return lost(wire) }
        proceed(wire)
    }

    private func run(_ command: Command) {
        guard case .open(_, let wire) = phase else { return }
        commands.append(command)
        proceed(wire)
    }

    private func proceed(_ wire: Wire) {
        probe = Moment.now.advanced(by: context.configuration.healthCheckInterval)
        if running == nil, let command = commands.popFirst() {
            running = command
            let verb = command.isListen ? "LISTEN" : "UNLISTEN"
            guard PQsendQuery(wire.connection, "\(verb) \(SQLQuoting.identifier(command.channel))") == 1 else {
                return lost(wire)
            }
        }
        if !wire.flush() { lost(wire) }
    }

    private func takeResults(_ wire: Wire) {
        while let command = running, PQisBusy(wire.connection) == 0 {
            guard let result = PQgetResult(wire.connection) else {
                running = nil
                break
            }
            let isDone = PQresultStatus(result) == PGRES_COMMAND_OK
            PQclear(result)
            if isDone { ended(command) }
        }
        if running == nil { _ = PQisBusy(wire.connection) }
    }

    private func ended(_ command: Command) {
        guard command.isListen else {
            active.remove(command.channel)
            return
        }
        guard active.insert(command.channel).inserted else { return }
        for subscriber in subscribers[command.channel] ?? [] { subscriber.stream.yield(.subscribed) }
    }

    private func takeNotifications(_ wire: Wire) {
        while let notify = PQnotifies(wire.connection) {
            let channel = String(cString: notify.pointee.relname)
            let payload = String(cString: notify.pointee.extra)
            PQfreemem(notify)
            for subscriber in subscribers[channel] ?? [] { subscriber.stream.yield(.message(payload)) }
        }
    }

    private func lost(_ wire: Wire) {
        context.noteLoss(wire.lastError)
        wire.close()
        for channel in active {
            for subscriber in subscribers[channel] ?? [] { subscriber.stream.yield(.interrupted) }
        }
        active = []
        commands = []
        running = nil
        probe = .never
        phase = .waiting(until: Moment.now.advanced(by: backoff.next()))
    }

    func tick(_ now: Moment) {
        switch phase {
        case .waiting(let moment) where moment <= now:
            phase = .opening
            context.open(.notifications)
        case .open(_, let wire) where probe <= now:
            // An answer that never comes ends in TCP's user timeout, and with it the connection.
            if running == nil, let channel = active.first {
                commands.append(Command(channel: channel, isListen: true))
            }
            proceed(wire)
        default: break
        }
    }

    var nextTick: Moment {
        switch phase {
        case .waiting(let moment): moment
        case .open: probe
        case .unused, .opening: .never
        }
    }

    func close() {
        for subscriber in subscribers.values.joined() { subscriber.stream.finish() }
        subscribers = [:]
        if case .open(_, let wire) = phase { wire.close() }
        phase = .unused
    }
}
