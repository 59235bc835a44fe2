import Domain
import FoundationEssentials
import Synchronization

/// All advisories, ready for matching: in memory when it comes from `ScanIndexBuilder`, mapped from
/// a file when it was made before. Immutable, and safe to share between threads.
public final class ScanIndex: Sendable {
    private let storage: IndexBytes
    /// Points into `storage`; valid as long as this object is.
    let view: IndexView
    private let madeIdentifier = Mutex<SoftwareIdentifier?>(nil)

    init(bytes: IndexBytes, header: IndexHeader) {
        storage = bytes
        view = IndexView(bytes: bytes, header: header)
    }

    /// Maps a file written by `write(toFile:)`. Takes the same time whatever its size: only the
    /// header is read, and every later read is checked against the file's bounds.
    public convenience init(contentsOfFile path: String) throws(ScannerError) {
        let bytes = try IndexBytes(mapping: path)
        self.init(bytes: bytes, header: try IndexHeader(reading: bytes, path: path))
    }

    /// Reads an index held in memory, such as one that came over the network.
    public convenience init(contentsOf bytes: [UInt8]) throws(ScannerError) {
        let copy = IndexBytes(copying: bytes)
        self.init(bytes: copy, header: try IndexHeader(reading: copy, path: "(memory)"))
    }

    /// Knows the products of this index by what applications lists call them. Made when it is first
    /// asked for, some milliseconds for a hundred thousand products.
    public var identifier: SoftwareIdentifier {
        madeIdentifier.withLock { made in
            if let made { return made }
            var dictionary = ProductDictionary()
            addProducts(to: &dictionary)
            let identifier = SoftwareIdentifier(dictionary: dictionary)
            made = identifier
            return identifier
        }
    }

    /// Takes over what a whole index knows of products; for one that holds some advisories only.
    package func adoptProducts(of other: ScanIndex) {
        let identifier = other.identifier
        madeIdentifier.withLock { $0 = identifier }
    }

    /// Writes the index beside `path` and renames it into place.
    public func write(toFile path: String) throws(ScannerError) { try storage.write(to: path) }

    /// The file's bytes: equal for equal sets of records.
    public var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: storage.base, count: storage.count)) }

    /// Advisories that are neither withdrawn nor replaced.
    public var advisoryCount: Int { view.count(of: .advisories) }
    /// Vulnerabilities that an advisory names.
    public var vulnerabilityCount: Int { view.count(of: .vulnerabilities) }
    /// Packages, counted once per ecosystem.
    public var packageCount: Int { view.count(of: .packages) }
    /// Rows of (package, vulnerability, advisory, range).
    public var entryCount: Int { view.count(of: .entries) }

    /// The newest publication or modification of an advisory; nil when none has a date.
    public var newestAdvisory: Date? {
        view.header.newest == IndexLayout.noDate
            ? nil : Date(timeIntervalSince1970: TimeInterval(view.header.newest))
    }

    /// Every ecosystem that has advisories, sorted by name.
    public var ecosystems: [EcosystemSummary] {
        (0..<view.count(of: .ecosystems)).compactMap { place in
            view.row(UInt32(place), as: EcosystemRow.self).map { row in
                EcosystemSummary(
                    name: view.string(row.name), packageCount: Int(row.packageCount), entryCount: Int(row.entryCount))
            }
        }
    }

    /// Whether any advisory speaks of this ecosystem: without, "no findings" means "not known".
    public func covers(_ ecosystem: Ecosystem) -> Bool {
        let name = ecosystem.description
        return (0..<view.count(of: .ecosystems)).contains { place in
            view.row(UInt32(place), as: EcosystemRow.self).map { view.string($0.name) == name } ?? false
        }
    }
}

/// How much an index knows of one ecosystem.
public struct EcosystemSummary: Sendable, Hashable {
    /// `debian:12`, `npm`.
    public let name: String
    public let packageCount: Int
    public let entryCount: Int
}

/// Names a package in the index.
public struct PackageKey: Sendable, Hashable, Comparable {
    /// `debian:12`, `npm`.
    public let ecosystem: String
    /// The source package's name where advisories are by source.
    public let name: String

    public init(ecosystem: String, name: String) {
        self.ecosystem = ecosystem
        self.name = name
    }

    public static func < (left: PackageKey, right: PackageKey) -> Bool {
        (left.ecosystem, left.name) < (right.ecosystem, right.name)
    }
}
