import Domain
import FoundationEssentials
import Intelligence
import Synchronization
import TestSupport
import Testing

@Suite("NVD's API")
struct NVDAPITests {
    /// Answers as NVD does: pages of what it has, and a refusal of what it does not allow.
    private static func nvd(_ records: Int, _ request: FeedServer.Request) -> FeedServer.Answer {
        let query = Query(request.uri)
        guard request.uri.hasPrefix("/rest/json/cves/2.0?"), let start = query.number("startIndex"),
            let size = query.number("resultsPerPage"), (1...2000).contains(size)
        else { return .status(404, ("message", "Invalid parameter.")) }
        if let from = query["lastModStartDate"] {
            guard let start = Timestamp.parse(from), let end = query["lastModEndDate"].flatMap(Timestamp.parse),
                end > start, end.timeIntervalSince(start) <= 120 * 86_400
            else { return .status(404, ("message", "Invalid lastModEndDate parameter.")) }
        }
        let ids = (start..<max(start, min(start + size, records))).map { 1000 + $0 }
        let items = ids.map { #"{"cve":{"id":"CVE-2024-\#($0)","descriptions":[{"lang":"en","value":"d"}]}}"# }
        return .text(
            #"{"resultsPerPage":\#(ids.count),"startIndex":\#(start),"totalResults":\#(records),"format":"NVD_CVE","#
                + #""version":"2.0","timestamp":"2026-11-25T00:00:00.000","vulnerabilities":[\#(items.joined(separator: ","))]}"#
        )
    }

    private struct Query {
        private let items: [String: String]

        init(_ uri: String) {
            let pairs = uri.drop { $0 != "?" }.dropFirst().split(separator: "&").map {
                $0.split(separator: "=", maxSplits: 1)
            }
            items = Dictionary(pairs.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }) { $1 }
        }

        subscript(name: String) -> String? { items[name] }
        func number(_ name: String) -> Int? { items[name].flatMap(Int.init) }
    }

    private func settings(_ server: FeedServer, _ change: (inout DownloadSettings) -> Void = { _ in })
        -> DownloadSettings
    {
        var settings = DownloadSettings()
        settings.backoff = .milliseconds(1)
        settings.nvd.url = "\(server.url)/rest/json/cves/2.0"
        settings.nvd.window = .milliseconds(40)
        settings.nvd.pageSize = 40
        change(&settings)
        return settings
    }

    private func withAPI<Answer>(
        _ folder: TestFolder, _ settings: DownloadSettings, _ body: (NVDAPI) async throws -> Answer
    ) async throws -> Answer {
        let api = try NVDAPI(directory: folder.path, settings: settings)
        let result: Result<Answer, any Error>
        do {
            result = .success(try await body(api))
        } catch {
            result = .failure(error)
        }
        try await api.close()
        return try result.get()
    }

    private let now = Date(timeIntervalSince1970: 1_790_000_000)

    @Test("all is fetched page by page with the key, then what changed in spans of at most 120 days")
    func pages() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try await FeedServer.with {
            Self.nvd(100, $0)
        } _: { server in
            let settings = settings(server) { $0.nvd.key = "a-key" }
            try await withAPI(folder, settings) { api in
                let pages = try #require(try await api.fetch(now: now))
                #expect(try Reading(path: pages, source: .nvd).vulnerabilities.count == 100)
                #expect(server.requests.map { Query($0.uri).number("startIndex") } == [0, 40, 80])
                #expect(server.requests.allSatisfy { $0.header("apiKey") == "a-key" && !$0.uri.contains("lastMod") })
                // Not loaded yet: the next update has the same pages without asking.
                _ = try await api.fetch(now: now.addingTimeInterval(3600))
                #expect(server.requests.count == 3)
                try api.complete()
                _ = try await api.fetch(now: now.addingTimeInterval(250 * 86_400))
                let spans = server.requests.dropFirst(3).map { Query($0.uri)["lastModStartDate"] ?? "none" }
                #expect(Set(spans).count == 3)
                #expect(spans.first == "2026-09-21T13:13:20.000")
            }
        }
    }

    @Test("a run that is ended goes on with the page it was at")
    func resume() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let isBroken = Mutex(true)
        try await FeedServer.with { request in
            let fails = Query(request.uri).number("startIndex") == 80 && isBroken.withLock { $0 }
            return fails ? .status(500) : Self.nvd(200, request)
        } _: { server in
            let settings = settings(server) { $0.attempts = 1 }
            await #expect(throws: IntelligenceError.self) {
                try await withAPI(folder, settings) { try await $0.fetch(now: now) }
            }
            isBroken.withLock { $0 = false }
            let pages = try await withAPI(folder, settings) { try await $0.fetch(now: now) }
            #expect(server.requests.map { Query($0.uri).number("startIndex") } == [0, 40, 80, 80, 120, 160])
            #expect(try Reading(path: try #require(pages), source: .nvd).vulnerabilities.count == 200)
        }
    }

    @Test("no more requests than allowed in a window: five without a key")
    func limit() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let times = Mutex<[ContinuousClock.Instant]>([])
        try await FeedServer.with { request in
            times.withLock { $0.append(.now) }
            return Self.nvd(12 * 40, request)
        } _: { server in
            let settings = settings(server) { $0.nvd.window = .milliseconds(300) }
            _ = try await withAPI(folder, settings) { try await $0.fetch(now: now) }
            let times = times.withLock { $0 }
            #expect(times.count == 12)
            for index in times.indices.dropFirst(5) {
                #expect(times[index] - times[index - 5] > .milliseconds(250))
            }
        }
    }

    @Test("403 and 503 mean too often, and are asked again; 404 says what is wrong", arguments: [403, 503, 429])
    func refusals(_ status: Int) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try await FeedServer.with {
            $0.ordinal == 0 ? .status(status, ("Retry-After", "0")) : Self.nvd(1, $0)
        } _: { server in
            _ = try await withAPI(folder, settings(server)) { try await $0.fetch(now: now) }
            #expect(server.requests.count == 2)
        }
        let other = try TestFolder()
        defer { other.remove() }
        try await FeedServer.with { _ in
            .status(404, ("message", "Invalid apiKey."))
        } _: { server in
            do {
                _ = try await withAPI(other, settings(server)) { try await $0.fetch(now: now) }
            } catch let error as IntelligenceError {
                #expect(error.message.contains("Invalid apiKey."))
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "a page that is none is never kept",
        arguments: [
            "", "<html>", #"{"vulnerabilities":[]}"#, #"{"totalResults":5,"vulnerabilities":[]}"#,
            #"{"totalResults":5,"#,
        ])
    func broken(_ body: String) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try await FeedServer.with { _ in
            .text(body)
        } _: { server in
            await #expect(throws: IntelligenceError.self) {
                try await withAPI(folder, settings(server)) { try await $0.fetch(now: now) }
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/nvd-api/pages").isEmpty)
    }
}
