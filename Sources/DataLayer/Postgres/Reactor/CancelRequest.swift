import CPostgres

/// A request to cancel whatever a connection runs. PQcancel opens a connection of its own and blocks,
/// so it has a thread.
enum CancelRequest {
    /// `@unchecked Sendable`: libpq's manual permits PQcancel on a PGcancel from any thread; the pointer
    /// is passed to one thread and freed there.
    private struct Key: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Posts `.cancelDelivered` when the server has signalled its process, or cannot be reached.
    static func send(_ connection: OpaquePointer, session: SessionID, reportTo mailbox: Mailbox) -> Bool {
        guard let key = PQgetCancel(connection).map(Key.init) else { return false }
        let isStarted = SystemThread.start("pg-cancel") {
            var words = [CChar](repeating: 0, count: 256)
            _ = PQcancel(key.pointer, &words, Int32(words.count))
            PQfreeCancel(key.pointer)
            _ = mailbox.post(.cancelDelivered(session))
        }
        if !isStarted { PQfreeCancel(key.pointer) }
        return isStarted
    }
}
