import Domain
import FoundationEssentials
import Intelligence
import Testing

@Suite("Going on with a broken download")
struct ResumeTests {
    private static let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    @Test("a connection that breaks in mid-body goes on where it stopped")
    func resumes() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ request in
            var answer = FeedServer.Answer.range(of: Self.body, etag: "\"v1\"", request)
            if request.ordinal < 2 { answer.cutAfter = 60_000 }
            return answer
        }) { server in
            let download = try await folder.fetch("\(server.url)/kev.json")
            #expect(download.isNew)
            #expect(folder.bytes("kev.json") == Self.body)
            #expect(folder.bytes("kev.json.partial") == nil)
            #expect(server.requests.map { $0.header("Range") == nil } == [true, false, false])
            #expect(server.requests[2].header("If-Range") == "\"v1\"")
        }
    }

    @Test("so it does in another run of the program")
    func laterRun() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ request in
            var answer = FeedServer.Answer.range(of: Self.body, etag: "\"v1\"", request)
            if request.ordinal == 0 { answer.cutAfter = 60_000 }
            return answer
        }) { server in
            let url = "\(server.url)/kev.json"
            let error = try await folder.failure(url) { $0.attempts = 1 }
            #expect(error.code == "download.broken")
            #expect(folder.bytes("kev.json") == nil)
            _ = try await folder.fetch(url)
            #expect(folder.bytes("kev.json") == Self.body)
            #expect(server.requests.last?.header("Range") != nil)
        }
    }

    @Test("a feed that changed in between is taken from its beginning")
    func changed() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let newer = Array(Self.body.reversed())
        try await FeedServer.with({ request in
            if request.ordinal > 0 { return .range(of: newer, etag: "\"v2\"", request) }
            return .init(headers: [("ETag", "\"v1\"")], body: Self.body, cutAfter: 60_000)
        }) { server in
            _ = try await folder.fetch("\(server.url)/kev.json")
            #expect(folder.bytes("kev.json") == newer)
        }
    }

    @Test("a part that does not fit, or is refused, is not put behind what is there", arguments: [206, 416])
    func misfit(_ status: Int) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ request in
            switch request.ordinal {
            case 0: .init(headers: [("ETag", "\"v1\"")], body: Self.body, cutAfter: 60_000)
            case 1: .init(status: status, headers: [("Content-Range", "bytes 5-9/10")], body: [1, 2, 3, 4, 5])
            default: .range(of: Self.body, etag: "\"v1\"", request)
            }
        }) { server in
            _ = try await folder.fetch("\(server.url)/kev.json")
            #expect(folder.bytes("kev.json") == Self.body)
            #expect(server.requests[2].header("Range") == nil)
        }
    }

    @Test("without an entity tag or a date there is nothing to go on by", arguments: ["", "W/\"weak\""])
    func noValidator(_ etag: String) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ request in
            let headers = etag.isEmpty ? [] : [("ETag", etag)]
            return .init(headers: headers, body: Self.body, cutAfter: request.ordinal == 0 ? 60_000 : nil)
        }) { server in
            _ = try await folder.fetch("\(server.url)/kev.json")
            #expect(folder.bytes("kev.json") == Self.body)
            #expect(server.requests[1].header("Range") == nil)
        }
    }
}
