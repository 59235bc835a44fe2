import CPostgres

/// An open PGconn and its place in the poller. Used by the reactor's thread only.
final class Wire {
    let connection: OpaquePointer
    private let poller: Poller
    private let token: SessionID
    private let descriptor: Int32
    private var isWriting = false
    private var isReading = true
    private var isClosed = false

    /// Takes ownership; nil (and the connection closed) when it cannot be watched.
    init?(_ opened: OpenedConnection, token: SessionID, poller: Poller) {
        connection = opened.pointer
        self.poller = poller
        self.token = token
        descriptor = PQsocket(opened.pointer)
        guard poller.add(descriptor, token: token) else {
            PQfinish(connection)
            return nil
        }
    }

    var isBroken: Bool { isClosed || PQstatus(connection) != CONNECTION_OK }

    /// Sends what is buffered and watches for room when not all fits. False: the connection is lost.
    func flush() -> Bool {
        let status = PQflush(connection)
        if status >= 0 { watch(reading: isReading, writing: status == 1) }
        return status >= 0
    }

    var hasUnsent: Bool { isWriting }

    /// Reads what has arrived. False: the connection is lost.
    func consume() -> Bool { PQconsumeInput(connection) == 1 }

    /// Not reading is back-pressure: the server stops when the socket's buffers are full.
    func setReading(_ reading: Bool) { watch(reading: reading, writing: isWriting) }

    private func watch(reading: Bool, writing: Bool) {
        if reading == isReading && writing == isWriting { return }
        isReading = reading
        isWriting = writing
        poller.modify(descriptor, token: token, reading: reading, writing: writing)
    }

    var lastError: PostgresError { .connectionMessage(.connectionLost, connection) }

    func close() {
        if isClosed { return }
        isClosed = true
        poller.remove(descriptor)
        PQfinish(connection)
    }
}
