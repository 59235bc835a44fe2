import Domain

/// Anything that can go wrong between a caller and PostgreSQL.
public struct PostgresError: UserFacingError, Hashable {
    /// What happened, for code that decides what to do next.
    public enum Kind: Sendable, Hashable {
        /// No connection could be opened: address, network, authentication, missing database.
        case connectionFailed
        /// The connection went away while the statement was under way: it may or may not have
        /// taken effect, so it is never repeated by this module.
        case connectionLost
        /// No connection became free before the deadline. Nothing was sent.
        case poolTimeout
        /// The task was cancelled before the statement had any effect.
        case cancelled
        /// The server refused; the SQLSTATE of PostgreSQL's Appendix A.
        case server(sqlState: String)
        /// A parameter cannot be sent: a NUL byte in text, more than 65,535 parameters.
        case invalidParameter
        /// A result is not of the type that was asked for.
        case decoding
        /// The database or the leased connection was closed before.
        case closed
        /// A COMMIT was answered with ROLLBACK: a statement failed and its error was swallowed.
        case rolledBack
    }

    public let kind: Kind
    /// Everything known, for logs only: the server's own words may hold data and SQL.
    public let detail: String
    /// The constraint that was violated, where the server names one.
    public let constraint: String?

    public init(_ kind: Kind, detail: String = "", constraint: String? = nil) {
        self.kind = kind
        self.detail = detail
        self.constraint = constraint
    }

    /// The SQLSTATE when the server refused, else nil.
    public var sqlState: String? {
        guard case .server(let state) = kind else { return nil }
        return state
    }

    /// SQLSTATE 23505.
    public var isUniqueViolation: Bool { sqlState == "23505" }
    /// SQLSTATE 23503.
    public var isForeignKeyViolation: Bool { sqlState == "23503" }
    /// SQLSTATE 40001 or 40P01: run the whole transaction again.
    public var isSerializationFailure: Bool { sqlState == "40001" || sqlState == "40P01" }
    /// SQLSTATE 57014: cancelled by request or by `statement_timeout`.
    public var isQueryCanceled: Bool { sqlState == "57014" }
    /// SQLSTATE 42501: a missing privilege, or a row that row-level security forbids.
    public var isInsufficientPrivilege: Bool { sqlState == "42501" }
    /// Nothing reached the server, or the server is away: trying later may help.
    public var isUnavailable: Bool {
        switch kind {
        case .connectionFailed, .connectionLost, .poolTimeout, .closed: true
        default: false
        }
    }

    public var code: String {
        switch kind {
        case .connectionFailed: "postgres.connection_failed"
        case .connectionLost: "postgres.connection_lost"
        case .poolTimeout: "postgres.pool_timeout"
        case .cancelled: "postgres.cancelled"
        case .server(let state): "postgres.\(SQLState.name(state))"
        case .invalidParameter: "postgres.invalid_parameter"
        case .decoding: "postgres.decoding"
        case .closed: "postgres.closed"
        case .rolledBack: "postgres.rolled_back"
        }
    }

    public var message: String {
        switch kind {
        case .connectionFailed:
            "PostgreSQL cannot be reached. Check that it runs and that the database URL is right."
        case .connectionLost:
            "The connection to PostgreSQL was lost while a statement ran. Check its effect before repeating it."
        case .poolTimeout:
            "No database connection became free in time. Try again, or raise the number of connections."
        case .cancelled: "The request was cancelled before it changed anything."
        case .server(let state): SQLState.sentence(state)
        case .invalidParameter: "A value cannot be stored: text must not contain NUL bytes."
        case .decoding: "The database returned a value of an unexpected type. Check that all migrations have run."
        case .closed: "The database connection is closed."
        case .rolledBack: "The transaction was rolled back because one of its statements had failed."
        }
    }
}
