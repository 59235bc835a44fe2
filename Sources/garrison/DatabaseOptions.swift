import ArgumentParser
import Cluster
import Domain
import Glibc
import Logging
import Store

/// How a command finds the database: a URL, or the data directory whose server is running.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "PostgreSQL to use (environment: DATABASE_URL). Default: the private one of the data directory.")
    var databaseURL: String?

    @Option(help: "Data directory (environment: GARRISON_DATA_DIR). Default: \(DataDirectory.standard).")
    var dataDir: String?

    var dataDirectory: String { dataDir ?? environment("GARRISON_DATA_DIR") ?? DataDirectory.standard }

    /// The URL given, or nil where the private cluster is meant.
    var explicitURL: String? { databaseURL ?? environment("DATABASE_URL") }

    /// - Throws: `CommandError.noServer` when no URL is given and no private cluster is running.
    func url() throws -> String {
        if let explicitURL { return explicitURL }
        guard let url = try PrivateCluster.connectionString(ofRunning: dataDirectory) else {
            throw CommandError.noServer(dataDirectory: dataDirectory)
        }
        return url
    }

    /// Connects, checks the schema, runs `body` and disconnects.
    func withStore<Answer>(_ body: (Store) async throws -> Answer) async throws -> Answer {
        let store = try await Store.connect(try url(), connections: 4, logger: quietLogger())
        do {
            try await store.requireCurrentSchema()
            let answer = try await body(store)
            await store.close()
            return answer
        } catch {
            await store.close()
            throw error
        }
    }
}

/// Where data is kept when nobody says otherwise.
enum DataDirectory {
    /// `/var/lib/garrison` for root, else under the user's data home (XDG Base Directory).
    static var standard: String {
        if geteuid() == 0 { return "/var/lib/garrison" }
        if let home = environment("XDG_DATA_HOME") { return "\(home)/garrison" }
        return "\(environment("HOME") ?? "/tmp")/.local/share/garrison"
    }
}

/// An environment variable that is set and not empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
}

/// Commands print their own progress; only warnings of the layers below are worth a line.
func quietLogger() -> Logger {
    var logger = Logger(label: "garrison") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .error
    return logger
}
