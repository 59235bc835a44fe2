import Cluster
import FoundationEssentials
import Testing

@Suite("A private PostgreSQL that cannot start says why")
struct RefusalTests {
    @Test("a mistake in postgresql.conf is quoted from the log")
    func badConfiguration() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        let path = "\(scratch.data)/postgres/postgresql.conf"
        try ScratchCluster.run("echo 'nonsense_setting = 1' >> '\(path)'")
        let error = try await refusal(of: scratch)
        guard case .startFailed(let log) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(log.contains("nonsense_setting"))
    }

    @Test("data of a major version that is not installed names the package to install")
    func otherVersion() async throws {
        let scratch = try await ScratchCluster()
        defer { scratch.remove() }
        try ScratchCluster.run("echo 99 > '\(scratch.data)/postgres/PG_VERSION'")
        let error = try await refusal(of: scratch)
        #expect(error.code == "cluster.version_mismatch")
        #expect(error.message.contains("postgresql-99"))
    }

    @Test("a folder that is not a database is left as it is")
    func otherFolder() async throws {
        let scratch = try await ScratchCluster(isMade: false)
        defer { scratch.remove() }
        try FileManager.default.createDirectory(
            atPath: "\(scratch.data)/postgres", withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(filePath: "\(scratch.data)/postgres/notes.txt"))
        let error = try await refusal(of: scratch)
        #expect(error == .notADatabase(path: "\(scratch.data)/postgres"))
        #expect(FileManager.default.fileExists(atPath: "\(scratch.data)/postgres/notes.txt"))
    }

    private func refusal(of scratch: ScratchCluster) async throws -> ClusterError {
        let cluster = PrivateCluster(dataDirectory: scratch.data)
        let error = await #expect(throws: ClusterError.self) { try await cluster.start() }
        #expect(await cluster.state == .stopped)
        return try #require(error)
    }
}
