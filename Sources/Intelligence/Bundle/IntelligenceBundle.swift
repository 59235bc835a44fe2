import Crypto
import Domain
import FoundationEssentials

/// The intelligence that comes with the program: a folder of feeds with a manifest.
public struct IntelligenceBundle: Sendable {
    /// One feed of the bundle.
    public struct File: Sendable, Codable {
        /// Its path.
        public internal(set) var path: String
        /// What lists call it: `almalinux-9`.
        public let name: String
        public let source: IntelligenceSource
        public let licence: String
        /// SHA-256 in hexadecimal, of the compressed file.
        public let checksum: String
        public let records: Int
        /// What it does not tell, as a sentence; empty when complete.
        public let lacks: String
        private let day: String

        /// The day its content is of, at midnight UTC.
        public var date: Date? { try? Date("\(day)T00:00:00Z", strategy: .iso8601) }

        enum CodingKeys: String, CodingKey {
            case path = "file"
            case checksum = "sha256"
            case day = "date"
            case name, source, licence, records, lacks
        }
    }

    private struct Manifest: Codable {
        let schema: String
        let date: String
        let files: [File]
    }

    /// In the order in which they are to be loaded.
    public let files: [File]
    /// The day of the newest content, `2026-11-20`.
    public let date: String
    /// Changes with the content: names indexes made of it.
    public let digest: String

    /// Reads `MANIFEST.json` of a folder.
    /// - Throws: `IntelligenceError` when it is missing or malformed.
    public init(directory: String) throws(IntelligenceError) {
        let path = "\(directory)/MANIFEST.json"
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .unreadable(path: path, reason: "the bundled intelligence is not there")
        }
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: data)
        } catch {
            throw .malformed(input: path, offset: 0, path: "$", reason: "it is no bundle's manifest")
        }
        files = manifest.files.map { file in
            var file = file
            file.path = "\(directory)/\(file.path)"
            return file
        }
        date = manifest.date
        digest = SHA256.hash(data: data).prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }

    /// Compares a file with its recorded checksum.
    /// - Throws: `IntelligenceError.checksum`, or `.unreadable`.
    public static func verify(_ file: File) throws(IntelligenceError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file.path))
        } catch {
            throw .unreadable(path: file.path, reason: "\(error)")
        }
        let actual = SHA256.hash(data: data).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
        guard actual == file.checksum else {
            throw .checksum(path: file.path, expected: file.checksum, actual: actual)
        }
    }
}
