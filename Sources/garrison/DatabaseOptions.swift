import ArgumentParser
import Cluster
import Domain
import Logging
import Store

/// How a command finds the database: a URL, or the data directory whose server is running.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "PostgreSQL to use (environment: DATABASE_URL). Default: the private one of the data directory.")
    var databaseURL: String?

    @Option(help: "Data directory (environment: GARRISON_DATA_DIR). Default: \(DataDirectory.standard).")
    var dataDir: String?

    @Option(
        help: """
            Configuration file (environment: GARRISON_CONFIG). Default: garrison.yaml here, in ~/.config/garrison or \
            in /etc/garrison. Flags and environment variables come before it.
            """)
    var config: String?

    /// - Parameter listen: the flag of commands that have one.
    func configuration(listen: String? = nil) throws(ConfigurationError) -> Configuration {
        var flags: [Setting: String] = [:]
        flags[.databaseURL] = databaseURL
        flags[.dataDirectory] = dataDir
        flags[.listen] = listen
        return try Configuration(flags: flags, path: config)
    }

    var dataDirectory: String {
        get throws(ConfigurationError) { try configuration().dataDirectory }
    }

    /// The URL given, or nil where the private cluster is meant.
    var explicitURL: String? {
        get throws(ConfigurationError) { try configuration().text(.databaseURL) }
    }

    /// - Throws: `CommandError.noServer` when no URL is given and no private cluster is running.
    func url() throws -> String {
        let configuration = try configuration()
        if let url = configuration.text(.databaseURL) { return url }
        let directory = configuration.dataDirectory
        guard let url = try PrivateCluster.connectionString(ofRunning: directory) else {
            throw CommandError.noServer(dataDirectory: directory)
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

/// Commands print their own progress; only warnings of the layers below are worth a line.
func quietLogger() -> Logger {
    var logger = Logger(label: "garrison") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .error
    return logger
}
