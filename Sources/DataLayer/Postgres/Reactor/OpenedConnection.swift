import CPostgres

/// A connected PGconn on its way from the thread that opened it to the reactor.
///
/// `@unchecked Sendable`: libpq allows a PGconn to be used by one thread at a time; the opening thread
/// gives up its reference when it posts this value and does not touch the connection again.
struct OpenedConnection: @unchecked Sendable {
    let pointer: OpaquePointer
}

extension PostgresError {
    /// libpq's own words about a connection. They never hold the password.
    static func connectionMessage(_ kind: Kind, _ connection: OpaquePointer?) -> PostgresError {
        let text = PQerrorMessage(connection).map { String(cString: $0) } ?? "out of memory"
        let trimmed = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
        return PostgresError(kind, detail: trimmed)
    }
}
