import Crypto
import FoundationEssentials
import NIOHTTP1

/// Checksums that a publisher gives with a feed.
struct PublishedChecksum: Equatable {
    enum Algorithm {
        case md5, sha256, sha512
    }

    let algorithm: Algorithm
    /// In hexadecimal.
    let value: String
    /// Whether it is of the decompressed bytes.
    var isOfContent = false

    /// Those in the headers of a response: `Repr-Digest` (RFC 9530), its predecessor `Digest` (RFC 3230) and
    /// Google Cloud Storage's `x-goog-hash`, with which OSV publishes. They are of the whole file, also
    /// where only a part of it is sent.
    static func all(in headers: HTTPHeaders) -> [PublishedChecksum] {
        ["Repr-Digest", "Digest", "x-goog-hash"].flatMap { headers[canonicalForm: $0] }.compactMap { item in
            let parts = item.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let algorithm = algorithms[parts[0].lowercased()],
                let bytes = Data(base64Encoded: parts[1].filter { $0 != ":" })
            else { return nil }
            return PublishedChecksum(algorithm: algorithm, value: hexadecimal(bytes))
        }
    }

    /// The one in a `.meta` file of NVD: lines `name:value`, among them `sha256:HEX`, of the decompressed feed.
    static func meta(_ text: String) -> PublishedChecksum? {
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "sha256", parts[1].utf8.count == 64 {
                return PublishedChecksum(algorithm: .sha256, value: parts[1].lowercased(), isOfContent: true)
            }
        }
        return nil
    }

    private static let algorithms: [String: Algorithm] = ["md5": .md5, "sha-256": .sha256, "sha-512": .sha512]

    /// - Parameter name: what an error calls the file.
    /// - Throws: `IntelligenceError.checksum` when the file is another.
    func verify(path: String, name: String) throws(IntelligenceError) {
        let source: any ByteSource = isOfContent ? try ByteSources.open(path: path) : try FileSource(path: path)
        let actual =
            switch algorithm {
            case .md5: hexadecimal(try FileDigest.digest(Insecure.MD5.self, of: source))
            case .sha256: hexadecimal(try FileDigest.digest(SHA256.self, of: source))
            case .sha512: hexadecimal(try FileDigest.digest(SHA512.self, of: source))
            }
        guard actual == value else { throw .checksum(path: name, expected: value, actual: actual) }
    }
}
