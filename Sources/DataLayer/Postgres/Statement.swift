/// One SQL statement with its parameters, `$1` being the first.
public struct Statement: Sendable, Hashable {
    /// A single statement. The prepared-statement cache is keyed by this text, so values belong into
    /// `parameters`, never into the text.
    public var sql: String
    public var parameters: [Value]

    public init(_ sql: String, _ parameters: [Value] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}

/// Statements whose parameters are encoded already, to be run once: a transaction that writes much has the next ones
/// ready while the server is busy with those before.
public struct EncodedStatements: Sendable {
    let job: Job
    let isEmpty: Bool

    /// - Throws: `PostgresError` of the kind `invalidParameter`.
    public init(_ statements: [Statement]) throws(PostgresError) {
        job = try Job(statements, prologue: nil)
        isEmpty = statements.isEmpty
    }
}
