import Logging

/// What the parts of a reactor share. Used by its thread only.
final class ReactorContext {
    let configuration: DatabaseConfiguration
    let mailbox: Mailbox
    let poller: Poller
    let board: StateBoard
    let answers = AnswerQueue()
    /// Every open session but the listening one, by its token in the poller.
    private(set) var sessions: [SessionID: Session] = [:]
    private var lastToken: SessionID = 0

    init(_ configuration: DatabaseConfiguration, mailbox: Mailbox, poller: Poller, board: StateBoard) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.poller = poller
        self.board = board
    }

    var logger: Logger { configuration.logger }

    func open(_ purpose: Purpose) {
        ConnectionOpener.start(purpose, configuration, reportTo: mailbox)
    }

    /// Watches a new connection; nil when that is impossible.
    func adopt(_ opened: OpenedConnection) -> (SessionID, Wire)? {
        lastToken += 1
        return Wire(opened, token: lastToken, poller: poller).map { (lastToken, $0) }
    }

    func makeSession(_ opened: OpenedConnection, for purpose: Purpose) -> Session? {
        guard let (id, wire) = adopt(opened) else { return nil }
        let session = Session(
            id: id, purpose: purpose, wire: wire, mailbox: mailbox, answers: answers, configuration: configuration)
        if session == nil { wire.close() }
        sessions[id] = session
        return session
    }

    func forget(_ session: Session) { sessions[session.id] = nil }

    func noteFailure(_ error: PostgresError) {
        let isNews = board.current.lastFailure?.detail != error.detail
        board.update { $0.lastFailure = error }
        if isNews { logger.warning("cannot connect to PostgreSQL", metadata: ["reason": "\(error.detail)"]) }
    }

    func noteLoss(_ error: PostgresError) {
        board.update { $0.lost += 1 }
        logger.warning("connection to PostgreSQL lost", metadata: ["reason": "\(error.detail)"])
    }
}
