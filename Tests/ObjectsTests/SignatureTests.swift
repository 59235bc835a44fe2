import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import Objects
import Testing

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html> and
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
@Suite("Amazon’s published signatures come out")
struct AmazonSignatureTests {
    private let signer: S3Signer
    private static let origin = "https://examplebucket.s3.amazonaws.com"

    init() {
        let credentials = S3Credentials(
            id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        signer = S3Signer(credentials: credentials, region: "us-east-1") {
            Date(timeIntervalSince1970: 1_369_353_600)
        }
    }

    struct Example: Sendable, CustomTestStringConvertible {
        let method: HTTPMethod
        let path: String
        var query: [(name: String, value: String)] = []
        var headers: [(String, String)] = []
        var body: String?
        var origin = AmazonSignatureTests.origin
        let signature: String

        var testDescription: String { "\(method) \(path) \(query.map(\.name))" }
    }

    static let examples = [
        Example(
            method: .GET, path: "/test.txt", headers: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Example(
            method: .PUT, path: "/test%24file.text",
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            body: "Welcome to Amazon S3.",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        Example(
            method: .GET, path: "/", query: [("lifecycle", "")],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Example(
            method: .GET, path: "/", query: [("max-keys", "2"), ("prefix", "J")],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        // The first signature of an upload in signed chunks.
        Example(
            method: .PUT, path: "/examplebucket/chunkObject.txt",
            headers: [
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("Content-Encoding", "aws-chunked"),
                ("x-amz-decoded-content-length", "66560"), ("Content-Length", "66824"),
                ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ],
            origin: "https://s3.amazonaws.com",
            signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
    ]

    @Test("in the header of a request", arguments: examples)
    func header(_ example: Example) throws {
        var request = ObjectRequest(example.method, origin: example.origin, path: example.path, query: example.query)
        request.headers = HTTPHeaders(example.headers)
        request.body = example.body.map { ByteBuffer(string: $0) }
        signer.sign(&request)
        let authorization = try #require(request.headers.first(name: "Authorization"))
        #expect(authorization.hasSuffix("Signature=\(example.signature)"))
        #expect(
            authorization.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="))
    }

    @Test("in an address")
    func address() {
        let url = signer.address("GET", origin: Self.origin, path: "/test.txt", seconds: 86_400)
        #expect(
            url == "\(Self.origin)/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test("and nothing that describes the credentials shows them")
    func redaction() {
        let credentials = S3Credentials(id: "public-id", secret: "the-secret", session: "the-session")
        var text = "\(credentials) \(String(reflecting: credentials))"
        dump(credentials, to: &text)
        #expect(text.contains("public-id") && !text.contains("the-"))
    }
}

/// Of `googleapis/conformance-tests`.
@Suite("Google’s published signatures come out")
struct GoogleSignatureTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let description: String
        let bucket: String
        let object: String?
        let method: String
        let expiration: Int
        let timestamp: String
        let expectedUrl: String
        let expectedCanonicalRequest: String
        let expectedStringToSign: String
        let headers: [String: String]?
        let queryParameters: [String: String]?

        var testDescription: String { description }
    }

    private static func fixture(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)"))
    }

    static let vectors: [Vector] = {
        let document = try? JSONDecoder().decode([String: [Vector]].self, from: fixture("google-v4-signatures.json"))
        // One contradicts “Virtual Hosted Style”, which is among them; addresses here have the bucket in their path.
        return (document?["signingV4Tests"] ?? []).filter {
            $0.description != "Universe domain with virtual hosted style"
        }
    }()

    @Test("all of them are there")
    func isWhole() { #expect(Self.vectors.count == 28) }

    @Test("in an address", arguments: vectors)
    func vector(_ vector: Vector) throws {
        let account = try ServiceAccount(try Self.fixture("google-service-account.json"))
        let date = try Date(vector.timestamp, strategy: .iso8601)
        // Where the address leads is each test's own question; it is taken from the answer.
        let start = try #require(vector.expectedUrl.firstRange(of: "://"))
        let rest = vector.expectedUrl[start.upperBound...]
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let path = rest[slash...].prefix { $0 != "?" }
        let signed = try GoogleSigner(account: account) { date }.sign(
            vector.method, origin: String(vector.expectedUrl[..<start.upperBound] + rest[..<slash]),
            path: String(path), query: (vector.queryParameters ?? [:]).map { (name: $0.key, value: $0.value) },
            headers: (vector.headers ?? [:]).map { (name: $0.key, value: $0.value) }, seconds: vector.expiration)
        #expect(signed.canonical == vector.expectedCanonicalRequest)
        #expect(signed.text == vector.expectedStringToSign)
        #expect(Set(signed.url.split { "?&".contains($0) }) == Set(vector.expectedUrl.split { "?&".contains($0) }))
    }
}

/// <https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key>; the signatures themselves are held
/// against Microsoft's own SDK, by the server that `ObjectStoreTests` speaks to.
@Suite("What Azure’s key signs is what Microsoft published")
struct AzureSignatureTests {
    @Test("of a request for metadata, and of one that writes")
    func stringToSign() {
        var read = ObjectRequest(
            .GET, origin: "https://myaccount.blob.core.windows.net", path: "/mycontainer",
            query: [("comp", "metadata"), ("restype", "container"), ("timeout", "20")])
        read.headers = ["x-ms-version": "2015-02-21", "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT"]
        #expect(
            AzureSigner.stringToSign(read, account: "myaccount")
                == "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
                + "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20")
        var write = ObjectRequest(
            .PUT, origin: "https://myaccount.blob.core.windows.net", path: "/mycontainer/hello.txt")
        write.headers = [
            "x-ms-version": "2015-02-21", "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT",
            "x-ms-blob-type": "BlockBlob", "Content-Type": "text/plain; charset=UTF-8",
        ]
        write.body = ByteBuffer(string: "hello world")
        #expect(
            AzureSigner.stringToSign(write, account: "myaccount")
                == "PUT\n\n\n11\n\ntext/plain; charset=UTF-8\n\n\n\n\n\n\nx-ms-blob-type:BlockBlob\n"
                + "x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer/hello.txt")
    }
}
