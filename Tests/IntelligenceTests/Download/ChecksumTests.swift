import Crypto
import Domain
import FoundationEssentials
import Intelligence
import Testing

@Suite("What comes is what was published")
struct ChecksumTests {
    private static let body = Array("the feed".utf8)
    private static let sha256 = Data(SHA256.hash(data: Data(body))).base64EncodedString()
    private static let md5 = Data(Insecure.MD5.hash(data: Data(body))).base64EncodedString()

    @Test(
        "a checksum in the answer is compared",
        arguments: [
            ("Repr-Digest", "sha-256=:\(sha256):"), ("Digest", "SHA-256=\(sha256)"),
            ("x-goog-hash", "crc32c=n03x6A==,md5=\(md5)"), ("Repr-Digest", "unixsum=:AAAA:"),
        ])
    func right(_ name: String, _ value: String) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ _ in .init(headers: [(name, value)], body: Self.body) }) { server in
            let first = try await folder.fetch("\(server.url)/kev.json")
            #expect(first.isNew)
        }
    }

    @Test("another checksum refuses the file after the last attempt; what was there before stays")
    func wrong() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ request in
            request.ordinal == 0
                ? .text("before") : .init(headers: [("Repr-Digest", "sha-256=:\(Self.sha256):")], body: [1, 2, 3])
        }) { server in
            let url = "\(server.url)/kev.json"
            _ = try await folder.fetch(url)
            let error = try await folder.failure(url) { $0.attempts = 2 }
            #expect(error.code == "file.checksum")
            #expect(error.message.contains(url))
            #expect(folder.text("kev.json") == "before")
            #expect(folder.bytes("kev.json.partial") == nil)
            #expect(server.requests.count == 3)
        }
    }

    @Test("NVD's checksum beside a feed is compared with the feed's decompressed bytes")
    func meta() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let plain = SHA256.hash(data: Data(try Fixture.plain))
        let digits = plain.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined().uppercased()
        let packed = try Fixture.bytes("plain.csv.gz")
        try await FeedServer.with({ request in
            guard request.uri.hasSuffix(".meta") else { return .init(body: packed) }
            return .text("lastModifiedDate:2025-01-01T00:00:00-05:00\r\nsize:1\r\nsha256:\(digits)\r\n")
        }) { server in
            let (url, meta) = ("\(server.url)/feed.gz", "\(server.url)/feed.meta")
            let first = try await folder.fetch(url, checksumURL: meta)
            #expect(first.isNew)
            // As long as it stays the same, the feed itself is not asked for.
            let second = try await folder.fetch(url, checksumURL: meta)
            #expect(!second.isNew)
            #expect(server.requests.map(\.uri) == ["/feed.meta", "/feed.gz", "/feed.meta"])
        }
    }

    @Test("a feed that is not what NVD's checksum says is refused")
    func otherMeta() async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let packed = try Fixture.bytes("plain.csv.gz")
        try await FeedServer.with({ request in
            request.uri.hasSuffix(".meta")
                ? .text("sha256:\(String(repeating: "0", count: 64))\n") : .init(body: packed)
        }) { server in
            let error = try await folder.failure("\(server.url)/feed.gz", checksumURL: "\(server.url)/feed.meta") {
                $0.attempts = 2
            }
            #expect(error.code == "file.checksum")
            #expect(folder.bytes("kev.json") == nil)
        }
    }

    @Test("more than a feed may have is refused, announced or not", arguments: [true, false])
    func tooLarge(_ hasLength: Bool) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        let answer = FeedServer.Answer(body: [UInt8](repeating: 1, count: 5000), hasLength: hasLength)
        try await FeedServer.with({ _ in answer }) { server in
            let url = "\(server.url)/kev.json"
            let error = try await folder.failure(url) { $0.maximumBytes = 4000 }
            #expect(error == .tooLarge(url: url, limit: 4000))
            #expect(folder.bytes("kev.json") == nil)
            #expect(server.requests.count == 1)
        }
    }
}
