import Domain
import FoundationEssentials
import Intelligence
import Synchronization
import TestSupport
import Testing

@Suite("VulnDB")
struct VulnDBTests {
    private static let page = #"""
        {"current_page":1,"total_entries":3,"results":[
         {"vulndb_id":100001,"title":"A flaw","description":"Of a thing.","disclosure_date":"2024-01-02T00:00:00Z",
          "vulndb_last_modified":"2024-02-03T04:05:06Z","classifications":[],
          "ext_references":[{"type":"CVE ID","value":"2024-0001"},{"type":"CVE ID","value":"2024-0002"},
           {"type":"Vendor URL","value":"https://vendor.example/"}]},
         {"vulndb_id":100002,"title":"Without a CVE","ext_references":[]},
         {"title":"without an id"}]}
        """#

    @Test("an entry speaks of its CVEs, or is one of its own")
    func entries() throws {
        let reading = try Reading(Self.page, source: .vulndb)
        #expect(reading.vulnerabilities.map(\.id) == ["CVE-2024-0001", "CVE-2024-0002", "VULNDB-100002"])
        #expect(reading.vulnerabilities[0].references == ["https://vendor.example/"])
        #expect(reading.vulnerabilities[0].modified == moment("2024-02-03T04:05:06Z"))
        #expect(reading.summary.rejected.map(\.reason) == ["it has no vulndb_id"])
        #expect(FeedFormat.detect(Array(Self.page.utf8)) == .vulndb)
    }

    /// Answers as its published clients expect: a token for the right credentials, pages for the right token.
    private final class Service: Sendable {
        let tokens = Mutex(0)
        let expireAfter: Int

        init(expireAfter: Int = .max) { self.expireAfter = expireAfter }

        func answer(_ request: FeedServer.Request) -> FeedServer.Answer {
            if request.uri == "/oauth/token" {
                guard request.method == .POST,
                    request.header("Content-Type") == "application/x-www-form-urlencoded"
                else { return .status(400) }
                let number = tokens.withLock { tokens in
                    tokens += 1
                    return tokens
                }
                return .text(#"{"access_token":"token-\#(number)","token_type":"bearer","expires_in":3600}"#)
            }
            let current = tokens.withLock { $0 }
            guard request.header("Authorization") == "Bearer token-\(current)", current > 0,
                request.uri.hasPrefix("/api/v1/vulnerabilities/find_by_time_full?size=2&hours_ago="),
                let number = request.uri.split(separator: "=").last.flatMap({ Int($0) })
            else { return .status(404) }
            if number > expireAfter, current == 1 { return .status(401) }
            let ids = [2 * number - 1, 2 * number].filter { $0 <= 5 }
            let results = ids.map { #"{"vulndb_id":\#($0),"title":"t","ext_references":[]}"# }.joined(separator: ",")
            return .text(#"{"current_page":\#(number),"total_entries":5,"results":[\#(results)]}"#)
        }
    }

    private func fetch(_ server: FeedServer, _ folder: TestFolder) async throws -> Reading {
        var settings = DownloadSettings()
        settings.backoff = .milliseconds(1)
        var account = VulnDBSettings(clientID: "id", secret: "se&cret")
        account.url = server.url
        account.pageSize = 2
        settings.vulndb = account
        let api = try VulnDBAPI(directory: folder.path, settings: settings)
        let result: Result<String?, any Error>
        do {
            result = .success(try await api.fetch(now: Date(timeIntervalSince1970: 1_790_000_000)))
        } catch {
            result = .failure(error)
        }
        try await api.close()
        return try Reading(path: try #require(try result.get()), source: .vulndb)
    }

    @Test("pages come with a client's token, until all are there", arguments: [Int.max, 1])
    func pages(_ expireAfter: Int) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let service = Service(expireAfter: expireAfter)
        try await FeedServer.with {
            service.answer($0)
        } _: { server in
            let reading = try await fetch(server, folder)
            #expect(reading.vulnerabilities.map(\.id) == (1...5).map { "VULNDB-\($0)" })
            let asked = server.requests.filter { $0.uri != "/oauth/token" }.count
            #expect(asked == (expireAfter == 1 ? 4 : 3))
            #expect(service.tokens.withLock { $0 } == (expireAfter == 1 ? 2 : 1))
        }
    }

    @Test("without an account it is not asked, and half of one is an error")
    func account() throws {
        #expect(try DownloadSettings(environment: [:]).vulndb == nil)
        #expect(throws: IntelligenceError.self) {
            try DownloadSettings(environment: ["GARRISON_VULNDB_CLIENT_ID": "id"])
        }
        let settings = try DownloadSettings(environment: [
            "GARRISON_VULNDB_CLIENT_ID": "id", "GARRISON_VULNDB_CLIENT_SECRET": "secret",
            "GARRISON_VULNDB_URL": "https://vulndb.example/", "GARRISON_NVD_API": "on", "GARRISON_NVD_API_KEY": "k",
        ])
        #expect(settings.vulndb?.url == "https://vulndb.example")
        #expect(settings.nvd.isUsed && settings.nvd.key == "k")
        for (name, value) in [
            ("GARRISON_NVD_API", "nowhere"), ("GARRISON_NVD_API_KEY", "a b"), ("GARRISON_INTEL_SOURCES", "nvd,none"),
        ] {
            #expect(throws: IntelligenceError.self) { try DownloadSettings(environment: [name: value]) }
        }
    }
}
