import Domain
import FoundationEssentials
import Intelligence
import Testing

@Suite("Servers that cannot answer just now")
struct RetryTests {
    @Test("a request that came too often is repeated when the server says", arguments: [429, 503])
    func retryAfter(_ status: Int) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ $0.ordinal < 2 ? .status(status, ("Retry-After", "0")) : .text("feed") }) {
            server in
            _ = try await folder.fetch("\(server.url)/kev.json")
            #expect(folder.text("kev.json") == "feed")
            #expect(server.requests.count == 3)
        }
    }

    @Test("a server that asks for more patience than there is ends the matter at once, with its words")
    func impatience() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ _ in .status(429, ("Retry-After", "86400")) }) { server in
            let url = "\(server.url)/kev.json"
            let error = try await folder.failure(url)
            #expect(error == .busy(url: url, status: 429, seconds: 86_400))
            #expect(server.requests.count == 1)
        }
    }

    @Test("a server that fails again and again is given up after the last attempt", arguments: [500, 502, 503, 429])
    func givingUp(_ status: Int) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ _ in .status(status) }) { server in
            let url = "\(server.url)/kev.json"
            let error = try await folder.failure(url) { $0.attempts = 3 }
            #expect(error == .busy(url: url, status: status, seconds: nil))
            #expect(server.requests.count == 3)
        }
    }

    @Test("a refusal is not repeated", arguments: [400, 401, 403, 404, 410])
    func refusal(_ status: Int) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ _ in .status(status) }) { server in
            let url = "\(server.url)/kev.json"
            let error = try await folder.failure(url)
            #expect(error == .refused(url: url, status: status))
            #expect(server.requests.count == 1)
            #expect(folder.bytes("kev.json") == nil)
        }
    }

    @Test(
        "a host without a server, and a name without a host, are told as such", arguments: ["127.0.0.1:9", "a.invalid"])
    func offline(_ host: String) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let error = try await folder.failure("http://\(host)/kev.json") { $0.connectTimeout = .milliseconds(500) }
        guard case .offline(let named, let reason) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(host.hasPrefix(named))
        #expect(!reason.isEmpty)
    }

    @Test("a server that falls silent is left after the time for silence")
    func silence() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let answer = FeedServer.Answer(body: Array("feed".utf8), pause: .seconds(30))
        try await FeedServer.with({ _ in answer }) { server in
            let error = try await folder.failure("\(server.url)/kev.json") {
                $0.readTimeout = .milliseconds(100)
                $0.attempts = 2
            }
            #expect(error.code == "download.broken")
            #expect(server.requests.count == 2)
        }
    }

    @Test("bytes that trickle are taken until the deadline; the next update goes on behind them")
    func trickle() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let body = Array((0..<400).map { "\($0) " }.joined().utf8)
        try await FeedServer.with({ request in
            var answer = FeedServer.Answer.range(of: body, etag: "\"v1\"", request)
            if request.ordinal == 0 { (answer.pause, answer.pieceSize) = (.milliseconds(20), 8) }
            return answer
        }) { server in
            let url = "\(server.url)/kev.json"
            let error = try await folder.failure(url) { $0.deadline = .milliseconds(1500) }
            #expect(error.code == "download.timed_out")
            #expect(folder.bytes("kev.json") == nil)
            _ = try await folder.fetch(url)
            #expect(folder.bytes("kev.json") == body)
        }
    }

    @Test(
        "a time to wait is a number of seconds or a date",
        arguments: [
            ("120", 120.0), (" 5 ", 5), ("Sun, 06 Nov 1994 08:49:40 GMT", 3), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ])
    func waits(_ value: String, _ seconds: Double) throws {
        let now = try #require(moment("1994-11-06T08:49:37Z"))
        #expect(RetryAfter.seconds(value, now: now) == seconds)
    }

    @Test(
        "a time that is neither is none",
        arguments: ["", "soon", "-1", "Sun, 06 Nov 1994", "Sun, 99 Nov 1994 08:49:40 GMT"])
    func noWait(_ value: String) {
        #expect(RetryAfter.seconds(value) == nil)
    }
}
