import Domain
import Glibc
import Postgres
import TestSupport

/// A database of the test's own on the shared cluster, closed after the test.
func withDatabase(
    _ configure: (inout DatabaseConfiguration) -> Void = { _ in },
    _ body: (Database) async throws -> Void
) async throws {
    var configuration = DatabaseConfiguration(url: try TestCluster.shared.freshDatabase())
    configuration.connections = 2
    configuration.logger.logLevel = .critical
    configure(&configuration)
    let database = try await Database(configuration)
    do {
        try await body(database)
    } catch {
        await database.close()
        throw error
    }
    await database.close()
}

/// The error that `body` throws; nil when it throws none.
func failure(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// Repeats `attempt` until it gives a value; nil after some seconds.
func eventually<Answer>(_ attempt: () async throws -> Answer?) async -> Answer? {
    for _ in 0..<1_000 {
        if let answer = try? await attempt() { return answer }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return nil
}
