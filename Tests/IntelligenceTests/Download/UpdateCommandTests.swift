import Domain
import FoundationEssentials
import Intelligence
import Postgres
import Synchronization
import TestSupport
import Testing

/// `garrison intel update` against a publisher's server, into a database.
@Suite("Updating from the network", .database)
struct UpdateCommandTests {
    private var database: TestDatabase { .current }

    private func update(_ source: String, _ server: FeedServer, _ folder: TestFolder) async throws -> Program.Ended {
        try await Program(
            garrison: ["intel", "update", "--only", source, "--mirror", server.url, "--database-url", database.url],
            environment: ["GARRISON_DATA_DIR": folder.path]
        ).end()
    }

    private func rows(_ sql: String) async throws -> [String] {
        try await database.store.app.query(sql, [], tenant: nil).map { try $0.decode(0) }
    }

    private static let fixes = """
        SELECT a.advisory_id || ' ' || p.fixed
        FROM advisories AS a
        JOIN advisory_packages AS p ON p.advisory_id = a.id
        ORDER BY 1
        """

    @Test("Red Hat: the archive, then what changed and what was taken back")
    func redhat() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        func document(_ number: Int, _ fixed: String, _ day: Int) -> String {
            RedHatServer.document("CVE-2024-000\(number)", fixed: fixed, on: "2024-11-\(day)")
        }
        let vendor = try await RedHatServer(archive: [
            "1.json": document(1, "1-1", 19), "2.json": document(2, "1-1", 19), "3.json": document(3, "1-1", 19),
        ])
        try await FeedServer.with(vendor.answer) { server in
            let first = try await update("redhat", server, folder)
            #expect(first.status == 0, "\(first.complaints)")
            #expect(try await rows(Self.fixes) == ["CVE-2024-0001 1-1", "CVE-2024-0002 1-1", "CVE-2024-0003 1-1"])
            let (changed, new) = (document(1, "1-9", 24), document(4, "2-1", 24))
            vendor.change {
                $0.changes = [
                    ("2024/cve-2024-0001.json", "2024-11-24T10:00:00+00:00"),
                    ("2024/cve-2024-0004.json", "2024-11-24T09:00:00+00:00"),
                ]
                $0.documents = ["2024/cve-2024-0001.json": changed, "2024/cve-2024-0004.json": new]
                $0.deletions = [("2024/cve-2024-0002.json", "2024-11-24T08:00:00+00:00")]
            }
            let second = try await update("redhat", server, folder)
            #expect(second.status == 0, "\(second.complaints)")
            let expected = ["CVE-2024-0001 1-9", "CVE-2024-0003 1-1", "CVE-2024-0004 2-1"]
            #expect(try await rows(Self.fixes) == expected)
            let third = try await update("redhat", server, folder)
            #expect(third.status == 0 && third.complaints.contains("redhat: nothing newer"), "\(third.complaints)")
            #expect(try await rows(Self.fixes) == expected)
            #expect(server.requests.filter { $0.uri.contains("csaf_vex") }.count == 1)
        }
    }

    @Test("Microsoft: the list of documents, then each that changed since it was fetched, and no other")
    func msrc() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let january = String(decoding: try Fixture.bytes("msrc-2024-jan.json"), as: UTF8.self)
        // Another month, with another id and another number of its update.
        let february = january.replacing("2024-Jan", with: "2024-Feb").replacing("5034127", with: "5099127")
        let isChanged = Mutex(false)
        try await FeedServer.with { request in
            let place = "/api.msrc.microsoft.com/cvrf/v3.0"
            let date = isChanged.withLock { $0 } ? "2999-02-01T08:00:00Z" : "2024-02-13T08:00:00Z"
            switch request.uri {
            case "\(place)/updates":
                return .text(
                    #"{"value":[{"ID":"2024-Feb","CurrentReleaseDate":"\#(date)","#
                        + #""CvrfUrl":"https://elsewhere.example/cvrf/2024-Feb"},"#
                        + #"{"ID":"2024-Jan","CurrentReleaseDate":"2024-01-20T08:00:00Z"},{"ID":"../../etc"},{}]}"#)
            case "\(place)/cvrf/2024-Jan": return .text(january)
            case "\(place)/cvrf/2024-Feb": return .text(february)
            default: return .status(404)
            }
        } _: { server in
            let first = try await update("msrc", server, folder)
            #expect(first.status == 0, "\(first.complaints)")
            // Oldest first, each asked for as JSON.
            #expect(server.requests.map { $0.uri.split(separator: "/").last } == ["updates", "2024-Jan", "2024-Feb"])
            #expect(server.requests.allSatisfy { $0.header("Accept") == "application/json" })
            #expect(
                try await rows("SELECT kb_number FROM patches ORDER BY 1") == ["KB5034127", "KB5034171", "KB5099127"])
            let second = try await update("msrc", server, folder)
            #expect(second.status == 0 && second.complaints.contains("msrc: nothing newer"), "\(second.complaints)")
            #expect(server.requests.count == 4)
            isChanged.withLock { $0 = true }
            _ = try await update("msrc", server, folder)
            #expect(server.requests.dropFirst(4).map { $0.uri.split(separator: "/").last } == ["updates", "2024-Feb"])
        }
    }

    @Test("a list that is none fails the source with a sentence, and what is loaded stays")
    func brokenList() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try await FeedServer.with { _ in
            .text("<html>")
        } _: { server in
            let run = try await update("msrc", server, folder)
            #expect(run.status == 1)
            #expect(run.complaints.contains("malformed"), "\(run.complaints)")
        }
    }
}
