import Domain
import FoundationEssentials
import Intelligence
import Testing

@Suite("Asking only for what is newer")
struct ConditionalRequestTests {
    @Test("the first update fetches a feed, the next asks with its entity tag and gets nothing")
    func entityTag() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ request in
            request.header("If-None-Match") == "\"v1\"" ? .status(304) : .text("feed", ("ETag", "\"v1\""))
        }) { server in
            let first = try await folder.fetch("\(server.url)/kev.json")
            #expect(first.isNew)
            #expect(folder.text("kev.json") == "feed")
            let second = try await folder.fetch("\(server.url)/kev.json")
            #expect(!second.isNew)
            #expect(second.checksum == first.checksum)
            #expect(server.requests.map { $0.header("If-None-Match") } == [nil, "\"v1\""])
        }
    }

    @Test("a server without entity tags is asked by date")
    func date() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let day = "Sun, 06 Nov 1994 08:49:37 GMT"
        try await FeedServer.with({ request in
            request.header("If-Modified-Since") == day ? .status(304) : .text("feed", ("Last-Modified", day))
        }) { server in
            let first = try await folder.fetch("\(server.url)/kev.json")
            #expect(first.isNew)
            let second = try await folder.fetch("\(server.url)/kev.json")
            #expect(!second.isNew)
        }
    }

    @Test("a newer feed takes the place of the old one; the same one sent again is not new")
    func replacement() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let versions = ["one", "two", "two"]
        try await FeedServer.with({ .text(versions[$0.ordinal], ("ETag", "\"\($0.ordinal)\"")) }) { server in
            let first = try await folder.fetch("\(server.url)/kev.json")
            #expect(first.isNew)
            let second = try await folder.fetch("\(server.url)/kev.json")
            #expect(second.isNew)
            #expect(folder.text("kev.json") == "two")
            let third = try await folder.fetch("\(server.url)/kev.json")
            #expect(!third.isNew)
        }
    }

    @Test("a file that was removed is fetched again, whatever its tag was")
    func removed() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ _ in .text("feed", ("ETag", "\"v1\"")) }) { server in
            let download = try await folder.fetch("\(server.url)/kev.json")
            try FileManager.default.removeItem(atPath: download.path)
            _ = try await folder.fetch("\(server.url)/kev.json")
            #expect(folder.text("kev.json") == "feed")
            #expect(server.requests.allSatisfy { $0.header("If-None-Match") == nil })
        }
    }

    @Test("a feed that changes rarely is not asked for again within its pause")
    func pause() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ _ in .text("feed") }) { server in
            for _ in 0..<3 { _ = try await folder.fetch("\(server.url)/kev.json", refreshAfter: .seconds(3600)) }
            #expect(server.requests.count == 1)
            _ = try await folder.fetch("\(server.url)/kev.json", refreshAfter: .seconds(0))
            #expect(server.requests.count == 2)
        }
    }

    @Test("a redirect is followed; a circle of them is an error")
    func redirects() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ request in
            switch request.uri {
            case "/old": .status(302, ("Location", "/new"))
            case "/circle": .status(301, ("Location", "/circle"))
            default: .text("feed")
            }
        }) { server in
            _ = try await folder.fetch("\(server.url)/old")
            #expect(folder.text("kev.json") == "feed")
            let error = try await folder.failure("\(server.url)/circle")
            #expect(error.code == "download.offline")
            #expect(folder.text("kev.json") == "feed")
        }
    }
}
