import Cluster
import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

/// What somebody sees who wants to look at a whole fleet before buying anything.
@Suite("The demonstration", .serialized)
struct DemoTests {
    @Test("three tenants over machines that several vendors know, and nothing is left of it afterwards")
    func whole() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let port = try freePort()
        let data = folder.path + "/demo"
        let program = try Program(
            garrison: ["demo", "--devices", "60", "--listen", "127.0.0.1:\(port)", "--data-dir", data])
        do {
            try await waitUntil("the demonstration says how to sign in", seconds: 600) {
                guard program.isRunning else { throw TestFailure("it has ended: \(program.complaints)") }
                return program.complaints.contains("Ctrl-C ends it")
            }
            for tenant in ["acme", "globex", "initech"] {
                #expect(program.complaints.contains("admin@\(tenant).example"))
            }
            // Of every machine one endpoint, however many vendors know it; some are known to several; findings are there.
            let rows = try await Self.answers(
                """
                SELECT concat_ws(' ', t.name, count(*), bool_or(s.sources > 1), max(e.open_findings) > 0)
                FROM endpoints AS e
                JOIN tenants AS t ON t.id = e.tenant_id
                CROSS JOIN LATERAL (
                  SELECT count(DISTINCT s.connector_id) AS sources
                  FROM endpoint_sources AS s
                  WHERE s.tenant_id = e.tenant_id AND s.endpoint_id = e.id) AS s
                GROUP BY t.name
                ORDER BY t.name
                """, data)
            #expect(rows.count == 3 && rows.first == "acme 36 t t", "\(rows)")
        } catch {
            await program.stop()
            throw error
        }
        program.signal(SIGINT)
        let ended = try await program.end()
        #expect(ended.status == 0, "\(ended.complaints)")
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test("a folder with something else in it is left alone")
    func foreign() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try folder.write("mine", to: "letter.txt")
        let ended = try await Program(
            garrison: ["demo", "--listen", "127.0.0.1:\(try freePort())", "--data-dir", folder.path]
        ).end()
        #expect(ended.status == 1 && ended.complaints.contains("holds something else than a demonstration"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/letter.txt"))
    }

    /// The first column of what a query answers, as text.
    private static func answers(_ sql: String, _ data: String) async throws -> [String] {
        guard let url = try PrivateCluster.connectionString(ofRunning: data) else {
            throw TestFailure("no PostgreSQL runs in \(data)")
        }
        var configuration = DatabaseConfiguration(url: url)
        configuration.connections = 1
        let database = try await Database(configuration)
        let rows = try await database.query(sql)
        let texts = try rows.map { try $0.decode(0, as: String.self) }
        await database.close()
        return texts
    }
}
