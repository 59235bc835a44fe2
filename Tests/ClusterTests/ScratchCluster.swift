import Cluster
import FoundationEssentials
import Glibc
import Postgres
import TestSupport

/// A data directory of its own for a test of the private cluster.
struct ScratchCluster {
    let folder: String
    /// What `--data-dir` would name.
    let data: String

    /// - Parameters:
    ///   - isMade: whether there is a database in it already.
    ///   - name: its path under the temporary folder.
    init(isMade: Bool = true, name: String = "/data") async throws {
        folder = try TestFolder().path
        data = folder + name
        guard isMade else { return }
        let cluster = PrivateCluster(dataDirectory: data)
        _ = try await cluster.start()
        await cluster.stop()
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// The server's process, as its own file names it; nil when there is none.
    var postmaster: pid_t? {
        guard let text = FileManager.default.contents(atPath: "\(data)/postgres/postmaster.pid") else { return nil }
        return PostmasterFile(text: String(decoding: text, as: UTF8.self))?.pid
    }

    /// The first value of the answer; empty where there is none.
    func query(_ url: String, _ sql: String) async throws -> String {
        var configuration = DatabaseConfiguration(url: url)
        configuration.connections = 1
        configuration.statementTimeout = .zero
        let database = try await Database(configuration)
        let answer: Result<Rows, PostgresError>
        do {
            answer = .success(try await database.query(sql))
        } catch {
            answer = .failure(error)
        }
        await database.close()
        let rows = try answer.get()
        return rows.isEmpty ? "" : try rows.string(0, 0)
    }

    /// Runs a shell script to its end.
    static func run(_ script: String) throws {
        let ended = try Program.run(["/bin/sh", "-c", script])
        guard ended.status == 0 else {
            throw TestFailure("the script failed (\(ended.status)): \(script): \(ended.complaints)")
        }
    }
}
