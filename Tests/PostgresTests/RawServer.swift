import Cluster
import FoundationEssentials
import Glibc
import Logging
import Postgres
import Testing

/// A private PostgreSQL with an empty database.
struct RawServer: Sendable {
    let folder: String
    let url: String
    private let cluster: PrivateCluster

    /// The one that the suite's tests share.
    @TaskLocal static var shared: RawServer?

    static var current: RawServer {
        get throws { try #require(shared, "the suite lacks the trait .rawServer") }
    }

    static func start() async throws -> RawServer {
        var template = Array("/tmp/garrison-pg-XXXXXX\0".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let cluster = PrivateCluster(dataDirectory: folder, memory: 512 << 20, logger: .silent)
        return RawServer(folder: folder, url: try await cluster.start(), cluster: cluster)
    }

    func stop() async {
        await cluster.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var socketFolder: String { ClusterLayout(dataDirectory: folder).socketFolder() }

    /// The process id of the server, which changes when it is started anew.
    var postmaster: Int32? {
        guard let data = FileManager.default.contents(atPath: "\(folder)/postgres/postmaster.pid") else { return nil }
        return Int32(String(decoding: data, as: UTF8.self).prefix { $0.isNumber })
    }

    /// A configuration with few connections, which keeps what it has to say to itself.
    func configuration(_ change: (inout DatabaseConfiguration) -> Void = { _ in }) -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(url: url)
        configuration.connections = 1
        configuration.leasedConnections = 2
        configuration.connectTimeout = .seconds(60)
        configuration.waitTimeout = .seconds(60)
        configuration.logger = .silent
        change(&configuration)
        return configuration
    }

    /// Runs `body` with a database handle, which is closed afterwards.
    func connect(
        _ change: (inout DatabaseConfiguration) -> Void = { _ in }, _ body: (Database) async throws -> Void
    ) async throws {
        let database = try await Database(configuration(change))
        do {
            try await body(database)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}

extension Logger {
    static var silent: Logger {
        var logger = Logger(label: "garrison.tests")
        logger.logLevel = .critical
        return logger
    }
}

/// Gives a suite a server of its own.
struct RawServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try await RawServer.start()
        do {
            try await RawServer.$shared.withValue(server) { try await function() }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}

extension Trait where Self == RawServerTrait {
    static var rawServer: Self { RawServerTrait() }
}

extension Database {
    /// Numbers of sessions that run, or last ran, a statement with this text in it; ours is left out.
    func sessions(_ condition: String, _ parameters: [Value] = []) async throws -> Int {
        try await query(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND \(condition)", parameters
        ).int(0, 0)
    }

    /// Sessions that are executing a statement whose text has `mark` in it.
    func running(_ mark: String) async throws -> Int {
        try await sessions("state = 'active' AND position($1 IN query) > 0", [.text(mark)])
    }

    /// Ends the sessions whose last statement has `mark` in it.
    func terminate(_ mark: String) async throws {
        try await query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND position($1 IN query) > 0
            """, [.text(mark)])
    }
}

/// Polls until `condition` holds; a minute without is a failure.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(60)
    while try await !condition() {
        try #require(clock.now < end, what, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}
