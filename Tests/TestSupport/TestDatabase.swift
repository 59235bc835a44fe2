import Domain
import FoundationEssentials
import Logging
import Postgres
import Store

/// A database with the newest schema, two tenants and nothing else, for one test alone.
package struct TestDatabase: Sendable {
    package let name: String
    /// What `DATABASE_URL` would be: the schema's owner.
    package let url: String
    package let store: Store
    package let a: TestTenant
    package let b: TestTenant

    @TaskLocal private static var provided: TestDatabase?

    /// The running test's, whose suite has the trait `.database`.
    package static var current: TestDatabase {
        guard let provided else { preconditionFailure("this test's suite does not have the trait .database") }
        return provided
    }

    /// Tests start all at once, and a server takes so many connections.
    private static let turnstile = Turnstile(places: 4)

    static func provide(_ body: @Sendable () async throws -> Void) async throws {
        await turnstile.enter()
        do {
            try await TestServer.shared.whileRunning { server in try await provide(on: server, body) }
        } catch {
            await turnstile.leave()
            throw error
        }
        await turnstile.leave()
    }

    private static func provide(on server: RunningServer, _ body: @Sendable () async throws -> Void) async throws {
        let name = newName()
        try await server.makeDatabase(name)
        let url = server.url(name)
        let store = try await connect(url)
        let outcome: Result<Void, any Error>
        do {
            let (a, b) = try await TestTenant.both(store)
            let database = TestDatabase(name: name, url: url, store: store, a: a, b: b)
            outcome = .success(try await $provided.withValue(database) { try await body() })
        } catch {
            outcome = .failure(error)
        }
        await store.close()
        try await server.dropDatabase(name)
        try outcome.get()
    }

    /// The two tenants in a database that has been migrated and has no tenants yet; close its store.
    package static func make(url: String) async throws -> TestDatabase {
        let store = try await connect(url)
        for name in TestTenant.names { try await TestTenant.make(name, store) }
        let (a, b) = try await TestTenant.both(store)
        return TestDatabase(name: "", url: url, store: store, a: a, b: b)
    }

    /// Runs `body` with the URL of an empty database beside this one: no schema, no tenants.
    package static func withEmptyDatabase(_ body: @Sendable (String) async throws -> Void) async throws {
        try await TestServer.shared.whileRunning { server in
            let name = newName()
            try await server.makeDatabase(name, empty: true)
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(server.url(name)))
            } catch {
                outcome = .failure(error)
            }
            try await server.dropDatabase(name)
            try outcome.get()
        }
    }

    /// Runs `body` with a connection of the schema's owner to any database.
    package static func withOwner<Answer>(
        of url: String, _ body: @Sendable (Database) async throws -> Answer
    ) async throws -> Answer {
        var configuration = DatabaseConfiguration(url: url)
        configuration.connections = 1
        configuration.leasedConnections = 2
        configuration.connectTimeout = .seconds(60)
        configuration.waitTimeout = .seconds(120)
        configuration.leasedStatementTimeout = .zero
        let database = try await Database(configuration)
        let answer: Result<Answer, any Error>
        do {
            answer = .success(try await body(database))
        } catch {
            answer = .failure(error)
        }
        await database.close()
        return try answer.get()
    }

    /// A store whose pools are small, so that several fit beside each other.
    package static func connect(_ url: String) async throws -> Store {
        var logger = Logger(label: "garrison.tests")
        logger.logLevel = .critical
        func pool(_ role: String?, connections: Int) async throws -> Database {
            var configuration = DatabaseConfiguration(url: url, role: role)
            configuration.connections = connections
            configuration.leasedConnections = 4
            configuration.connectTimeout = .seconds(60)
            configuration.waitTimeout = .seconds(120)
            configuration.logger = logger
            return try await Database(configuration)
        }
        return Store(
            app: try await pool("garrison_app", connections: 2),
            system: try await pool("garrison_system", connections: 1),
            owner: try await pool(nil, connections: 1), logger: logger)
    }

    private static func newName() -> String { "test_" + UUID().uuidString.lowercased().replacing("-", with: "") }
}
