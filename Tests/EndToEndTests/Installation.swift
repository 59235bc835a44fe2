import Cluster
import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

/// A data directory with a server on it that the test starts, kills and starts again.
final class Installation {
    let folder: TestFolder
    let port: Int
    private(set) var server: Program?

    init() throws {
        folder = try TestFolder()
        port = try freePort()
    }

    var data: String { "\(folder.path)/data" }
    var environment: [String: String] { ["GARRISON_DATA_DIR": data, "GARRISON_INTEL_UPDATES": "off"] }

    /// Starts the server and waits until it answers.
    func start(_ options: String...) async throws {
        let server = try Program(
            garrison: ["serve", "--listen", "127.0.0.1:\(port)"] + options, environment: environment)
        self.server = server
        let deadline = ContinuousClock.now + .seconds(180)
        while try await status(of: "/readyz") != 200 {
            guard server.isRunning, ContinuousClock.now < deadline else {
                throw TestFailure("the server did not start: \(server.complaints)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends the server as Ctrl-C does.
    @discardableResult
    func stop() async throws -> Program.Ended? {
        server?.signal(SIGINT)
        defer { server = nil }
        return try await server?.end()
    }

    /// Ends the server as a power cut does; its PostgreSQL is left behind.
    func kill() async throws {
        server?.signal(SIGKILL)
        _ = try await server?.end()
        server = nil
    }

    func remove() async throws {
        try await stop()
        if let postmaster { Glibc.kill(postmaster, SIGQUIT) }
        folder.remove()
    }

    /// The process that PostgreSQL's own file names.
    var postmaster: pid_t? {
        guard let text = try? String(contentsOfFile: "\(data)/postgres/postmaster.pid", encoding: .utf8) else {
            return nil
        }
        return text.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    /// Runs a command on this installation.
    func garrison(_ arguments: String...) async throws -> Program.Ended {
        try await Program(garrison: arguments, environment: environment).end()
    }

    /// The first column of what a query answers, as text.
    func column(_ sql: String) async throws -> [String] {
        guard let url = try PrivateCluster.connectionString(ofRunning: data) else {
            throw TestFailure("no database is running")
        }
        var configuration = DatabaseConfiguration(url: url)
        configuration.connections = 1
        configuration.statementTimeout = .seconds(170)
        let database = try await Database(configuration)
        do {
            let rows = try await database.query(sql)
            let answers = try rows.map { try $0.decode(0, as: String.self) }
            await database.close()
            return answers
        } catch {
            await database.close()
            throw error
        }
    }

    /// Waits until a query answers `expected` in its first row; connections that break are tried again.
    func wait(for expected: String, in sql: String) async throws {
        let deadline = ContinuousClock.now + .seconds(180)
        var last = ""
        while last != expected {
            guard ContinuousClock.now < deadline else {
                throw TestFailure("“\(sql)” stays “\(last)”. The server says: \(server?.complaints ?? "")")
            }
            last = (try? await column(sql).first) ?? ""
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
