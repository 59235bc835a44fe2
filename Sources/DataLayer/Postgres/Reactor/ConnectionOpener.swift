import CPostgres
import Glibc

/// Opens a connection and makes its settings, on a thread of its own: name resolution blocks, and the
/// socket changes from poll to poll, so it has no place in the reactor.
struct ConnectionOpener {
    private let configuration: DatabaseConfiguration
    private let purpose: Purpose
    private let deadline: Moment

    /// Posts `.opened(purpose, …)` to `mailbox` in any case, while it takes commands.
    static func start(_ purpose: Purpose, _ configuration: DatabaseConfiguration, reportTo mailbox: Mailbox) {
        let isStarted = SystemThread.start("pg-connect") {
            let opener = ConnectionOpener(
                configuration: configuration, purpose: purpose,
                deadline: Moment.now.advanced(by: configuration.connectTimeout))
            let outcome = Result { () throws(PostgresError) in try opener.open() }
            if !mailbox.post(.opened(purpose, outcome)), case .success(let connection) = outcome {
                PQfinish(connection.pointer)
            }
        }
        if !isStarted {
            let failure = PostgresError(.connectionFailed, detail: "no thread can be started")
            _ = mailbox.post(.opened(purpose, .failure(failure)))
        }
    }

    private func open() throws(PostgresError) -> OpenedConnection {
        guard let connection = startConnecting() else {
            throw PostgresError(.connectionFailed, detail: "out of memory")
        }
        do {
            try finishConnecting(connection)
            // Behind a pooler the next transaction may meet another session: see `Prologue`.
            if configuration.preparedStatements {
                try run(SessionSettings(configuration, for: purpose).sql, on: connection)
            }
            return OpenedConnection(pointer: connection)
        } catch {
            PQfinish(connection)
            throw error
        }
    }

    /// The URL is given as `dbname`, which libpq expands; what it holds itself wins over the defaults
    /// before it, and the settings after it win over it.
    private func startConnecting() -> OpaquePointer? {
        let settings = [
            ("keepalives_idle", "30"), ("tcp_user_timeout", "30000"), ("dbname", configuration.url),
            ("application_name", configuration.applicationName), ("client_encoding", "UTF8"),
        ]
        let names = settings.map { strdup($0.0) }
        let values = settings.map { strdup($0.1) }
        defer { for text in names + values { free(text) } }
        let namePointers = names.map { UnsafePointer<CChar>($0) } + [nil]
        let valuePointers = values.map { UnsafePointer<CChar>($0) } + [nil]
        let connection = PQconnectStartParams(namePointers, valuePointers, 1)
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        return connection
    }

    private func finishConnecting(_ connection: OpaquePointer) throws(PostgresError) {
        // Before the first call of PQconnectPoll, behave as if it had said "writing".
        var status = PGRES_POLLING_WRITING
        while status != PGRES_POLLING_OK {
            guard status != PGRES_POLLING_FAILED, PQstatus(connection) != CONNECTION_BAD else {
                throw .connectionMessage(.connectionFailed, connection)
            }
            try wait(for: status == PGRES_POLLING_READING ? POLLIN : POLLOUT, on: connection)
            status = PQconnectPoll(connection)
        }
        guard PQsetnonblocking(connection, 1) == 0 else { throw .connectionMessage(.connectionFailed, connection) }
    }

    private func run(_ sql: String, on connection: OpaquePointer) throws(PostgresError) {
        guard PQsendQuery(connection, sql) == 1 else { throw .connectionMessage(.connectionFailed, connection) }
        while PQflush(connection) == 1 { try wait(for: POLLOUT, on: connection) }
        var failure: PostgresError?
        while true {
            while PQisBusy(connection) == 1 {
                try wait(for: POLLIN, on: connection)
                guard PQconsumeInput(connection) == 1 else {
                    throw .connectionMessage(.connectionFailed, connection)
                }
            }
            guard let result = PQgetResult(connection) else { break }
            if PQresultStatus(result) != PGRES_TUPLES_OK {
                failure = PostgresError(.connectionFailed, detail: ServerReport(result).error.detail)
            }
            PQclear(result)
        }
        if let failure { throw failure }
    }

    private func wait(for events: Int32, on connection: OpaquePointer) throws(PostgresError) {
        var descriptor = pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0)
        while true {
            let count = poll(&descriptor, 1, deadline.milliseconds(after: .now))
            if count > 0 { return }
            if count == 0 || errno != EINTR {
                throw PostgresError(
                    .connectionFailed, detail: "no answer within \(configuration.connectTimeout)")
            }
        }
    }
}
