import Domain
import FoundationEssentials
import Intelligence
import TestSupport
import Testing

@Suite("Red Hat's changes")
struct RedHatDownloadTests {
    private static func document(_ number: Int, fixed: String = "1-1", on day: String = "2024-11-19") -> String {
        RedHatServer.document("CVE-2024-000\(number)", fixed: fixed, on: day)
    }

    private static func path(_ number: Int) -> String { "2024/cve-2024-000\(number).json" }

    private static func date(_ day: Int, _ hour: Int = 0) -> String {
        "2024-11-\(day)T\(hour < 10 ? "0" : "")\(hour):00:00+00:00"
    }

    /// The archive of the 20th, with three documents.
    private func server() async throws -> RedHatServer {
        try await RedHatServer(archive: [
            "1.json": Self.document(1), "2.json": Self.document(2), "3.json": Self.document(3),
        ])
    }

    /// What an update brings.
    private struct Outcome {
        let arrival: RedHatDocuments.Arrival
        /// The ids of the documents that changed, in order; nil where none did.
        let changed: [String]?
    }

    /// One update: what arrives, which is then noted as loaded.
    private func update(
        _ folder: DownloadFolder, _ server: FeedServer, load: Bool = true
    ) async throws -> Outcome {
        var settings = DownloadSettings()
        settings.backoff = .milliseconds(1)
        settings.attempts = 2
        try settings.setMirror(server.url)
        let archive = try #require(settings.locations(year: 2024).first { $0.source == .redhat })
        let downloader = FeedDownloader(directory: folder.path, settings: settings)
        let documents = try RedHatDocuments(
            archive: archive, directory: folder.path, settings: settings, downloader: downloader)
        let result: Result<RedHatDocuments.Arrival, any Error>
        do {
            result = .success(try await documents.fetch())
        } catch {
            result = .failure(error)
        }
        try await documents.close()
        try await downloader.close()
        let arrival = try result.get()
        let changed = try arrival.changed.map(ids)
        if load, arrival.failure == nil, changed != nil || !arrival.withdrawn.isEmpty { try documents.complete() }
        return Outcome(arrival: arrival, changed: changed)
    }

    private func ids(_ path: String) throws -> [String] {
        try Reading(path: path, source: .redhat).advisories.map(\.id).sorted()
    }

    private func asked(_ server: FeedServer) -> [String] {
        server.requests.map { String($0.uri.split(separator: "/vex/", maxSplits: 1).last ?? "") }
    }

    @Test("the archive once, then the documents that changed since and no other, then none")
    func increments() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let vendor = try await server()
        vendor.change {
            $0.changes = [
                (Self.path(2), Self.date(20, 9)), (Self.path(3), Self.date(19)), (Self.path(1), Self.date(18)),
            ]
            $0.documents = [Self.path(2): Self.document(2, fixed: "1-2", on: "2024-11-20")]
        }
        try await FeedServer.with(vendor.answer) { server in
            let first = try await update(folder, server)
            #expect(try ids(first.arrival.archive.path) == ["CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003"])
            #expect(
                asked(server) == [
                    "archive_latest.txt", "csaf_vex_2024-11-20.tar.zst", "changes.csv", "deletions.csv", Self.path(2),
                ])
            #expect(first.arrival.failure == nil)
            // Nothing changed: the lists are looked at, and nothing else.
            let count = server.requests.count
            let second = try await update(folder, server)
            #expect(second.changed == nil && !second.arrival.archive.isNew)
            #expect(asked(server).dropFirst(count) == ["changes.csv", "deletions.csv"])
            vendor.change {
                $0.changes?.insert((Self.path(4), Self.date(21)), at: 0)
                // Of the moment that the list ended with.
                $0.changes?.insert((Self.path(5), Self.date(20, 9)), at: 1)
                $0.documents[Self.path(4)] = Self.document(4)
                $0.documents[Self.path(5)] = Self.document(5)
            }
            let third = try await update(folder, server, load: false)
            #expect(third.changed == ["CVE-2024-0004", "CVE-2024-0005"])
            // Not loaded: they are here still, and not asked for again.
            let before = server.requests.count
            let fourth = try await update(folder, server)
            #expect(fourth.changed == ["CVE-2024-0004", "CVE-2024-0005"])
            #expect(asked(server).dropFirst(before) == ["changes.csv", "deletions.csv"])
            #expect(try await update(folder, server).changed == nil)
        }
    }

    @Test("a run that broke goes on with the documents that it lacks; the archive is there meanwhile")
    func resume() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let vendor = try await server()
        vendor.change {
            $0.changes = (4...9).map { (Self.path($0), Self.date(22, $0)) }
            for number in 4...9 { $0.documents[Self.path(number)] = Self.document(number) }
            $0.broken = [Self.path(9)]
        }
        try await FeedServer.with(vendor.answer) { server in
            let first = try await update(folder, server)
            #expect(first.arrival.failure?.code == "download.busy")
            #expect(try ids(first.arrival.archive.path).count == 3)
            vendor.change { $0.broken = [] }
            let before = server.requests.count
            let second = try await update(folder, server)
            #expect(second.changed == (4...9).map { "CVE-2024-000\($0)" })
            let again = asked(server).dropFirst(before).filter { $0.hasPrefix("2024/") }
            #expect(again.contains(Self.path(9)) && !again.contains(Self.path(4)))
        }
    }

    @Test("what was taken back is told, unless it was published again; a document that is gone is no failure")
    func deletions() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let vendor = try await server()
        vendor.change {
            $0.changes = [(Self.path(1), Self.date(23)), (Self.path(2), Self.date(21))]
            $0.documents = [Self.path(1): Self.document(1, fixed: "2-1", on: "2024-11-23")]
            $0.deletions = [
                (Self.path(2), Self.date(22)), (Self.path(1), Self.date(22)), (Self.path(3), Self.date(10)),
            ]
        }
        try await FeedServer.with(vendor.answer) { server in
            let outcome = try await update(folder, server)
            #expect(outcome.arrival.failure == nil)
            #expect(outcome.arrival.withdrawn == ["CVE-2024-0002"])
            #expect(outcome.changed == ["CVE-2024-0001"])
            #expect(try await update(folder, server).arrival.withdrawn.isEmpty)
        }
    }

    @Test("a newer archive begins anew, with what changed since its day")
    func archives() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let vendor = try await server()
        vendor.change {
            $0.changes = [(Self.path(4), Self.date(22))]
            $0.documents = [Self.path(4): Self.document(4)]
        }
        try await FeedServer.with(vendor.answer) { server in
            _ = try await update(folder, server)
            // Lost with its folder, as on another machine: the archive of that day holds what changed before.
            try FileManager.default.removeItem(atPath: folder.path)
            let archive = try await RedHatServer.archive(["4.json": Self.document(4), "5.json": Self.document(5)])
            vendor.change {
                $0.archiveName = "csaf_vex_2024-11-25.tar.zst"
                $0.archive = archive
                $0.changes?.insert((Self.path(5), Self.date(25, 6)), at: 0)
                $0.documents[Self.path(5)] = Self.document(5, fixed: "3-1", on: "2024-11-25")
            }
            let outcome = try await update(folder, server)
            #expect(try ids(outcome.arrival.archive.path) == ["CVE-2024-0004", "CVE-2024-0005"])
            #expect(outcome.changed == ["CVE-2024-0005"])
        }
    }

    @Test("a mirror without the lists keeps to the archive")
    func archiveAlone() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let vendor = try await server()
        vendor.change { $0.changes = nil }
        try await FeedServer.with(vendor.answer) { server in
            for _ in 0..<2 {
                let outcome = try await update(folder, server)
                #expect(outcome.arrival.failure == nil && outcome.changed == nil)
                #expect(try ids(outcome.arrival.archive.path).count == 3)
            }
        }
    }

    @Test(
        "a list's entry that leads elsewhere, or is none, is passed over",
        arguments: [
            "../../etc/passwd.json", "2024/../x.json", "/2024/x.json", "2024/.json", "2024/.x.json", "26/x.json",
            "2024/x.txt", "2024/x?y.json", "2024/x%2e.json", "2024//x.json", "2024/a/x.json",
        ])
    func hostile(_ path: String) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let vendor = try await server()
        vendor.change {
            $0.changes = [(path, Self.date(23)), (Self.path(1), "yesterday"), (Self.path(4), Self.date(24))]
            $0.documents = [Self.path(4): Self.document(4)]
        }
        try await FeedServer.with(vendor.answer) { server in
            let outcome = try await update(folder, server)
            #expect(outcome.arrival.failure == nil)
            #expect(outcome.changed == ["CVE-2024-0004"])
            #expect(asked(server).filter { $0.hasSuffix("json") || $0.hasSuffix("txt") }.count == 2)
        }
    }
}
