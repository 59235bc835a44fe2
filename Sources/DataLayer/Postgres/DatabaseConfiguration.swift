import Glibc
import Logging

/// How a `Database` connects, and how much it may use of the server.
public struct DatabaseConfiguration: Sendable {
    /// A libpq connection string: `postgresql://user@host/db?sslmode=…` or `host=/run/x dbname=y`.
    public var url: String
    /// The role every session switches to (`SET ROLE`): the one that row-level security binds.
    public var role: String?
    /// What `pg_stat_activity` shows.
    public var applicationName = "garrison"
    /// Connections that one-shot statements are multiplexed over.
    public var connections = DatabaseConfiguration.standardConnections
    /// Statements in flight on each of them, at most. More raises throughput, and the wait behind a slow
    /// one; so the longer statements take, the fewer are sent ahead.
    public var pipelineDepth = 16
    /// How long a statement should wait behind those sent before it on its connection. None is sent behind
    /// one that has been running for twice as long.
    public var patience: Duration = .milliseconds(2)
    /// At most this many further connections for transactions and COPY, opened when needed.
    public var leasedConnections = 8
    /// `statement_timeout` of one-shot statements; zero for none.
    public var statementTimeout: Duration = .seconds(30)
    /// `statement_timeout` inside transactions and of COPY; zero for none.
    public var leasedStatementTimeout: Duration = .seconds(900)
    /// How long opening one connection may take, session settings included.
    public var connectTimeout: Duration = .seconds(5)
    /// How long a statement or transaction may wait for a connection.
    public var waitTimeout: Duration = .seconds(5)
    /// False behind PgBouncer in transaction mode: unnamed statements, and the session settings are
    /// made in each transaction.
    public var preparedStatements = true
    /// Prepared statements kept on each connection.
    public var statementCacheCapacity = 256
    /// An idle connection is tried after this time without traffic.
    public var healthCheckInterval: Duration = .seconds(30)
    /// A leased connection is closed after this time without use.
    public var leaseIdleTimeout: Duration = .seconds(60)
    public var logger = Logger(label: "garrison.postgres")

    /// Two for each processor, 4 to 16: on two processors 4 connections with deep pipelines answer a third
    /// more reads than 8 with shallow ones, because the server changes less between its processes.
    public static let standardConnections = max(4, min(16, 2 * Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))

    public init(url: String, role: String? = nil) {
        self.url = url
        self.role = role
    }
}
