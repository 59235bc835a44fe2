/// Offsets and sizes of the index file, described in docs/scanner.md. All numbers are in the
/// machine's byte order, which the header records; a change of anything here is a new `version`.
enum IndexLayout {
    static let magic: [UInt8] = Array("GARSCIDX".utf8)
    static let byteOrderMark: UInt32 = 0x0102_0304
    static let version: UInt32 = 3

    static let orderOffset = 8
    static let versionOffset = 12
    static let sizeOffset = 16
    static let newestOffset = 24
    static let sectionsOffset = 32
    static let sectionStride = 16
    static let checksumOffset = sectionsOffset + IndexSection.allCases.count * sectionStride
    static let headerSize = checksumOffset + 8

    /// "No date" in a seconds field.
    static let noDate = Int64.min
    /// "No score" in a tenths-of-CVSS field.
    static let noScore = UInt16.max
    /// The longest string kept; longer titles are cut, longer version lists are split.
    static let longestString = 60_000
}

/// The tables of the file, in the order in which the header lists and the file holds them.
enum IndexSection: Int, CaseIterable {
    case strings, buckets, ecosystems, packages, entries, vulnerabilities, advisories, updates

    /// Bytes of one record.
    var stride: Int {
        switch self {
        case .strings: 1
        case .buckets: 4
        case .ecosystems: 16
        case .packages: 32
        case .entries: 32
        case .vulnerabilities: 48
        case .advisories: 32
        case .updates: 16
        }
    }
}

/// FNV-1a, 64 bits: the hash of package keys, of headers and of runs' contents. Its values are part
/// of the file format, so Swift's seeded `Hasher` cannot serve.
struct StableHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    mutating func combine(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    @inline(__always)
    mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { combine(byte) }
    }

    /// The key of a package: its ecosystem and its name, with a byte between that neither contains.
    static func package(ecosystem: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) -> UInt64 {
        var hash = StableHash()
        hash.combine(ecosystem)
        hash.combine(0)
        hash.combine(name)
        return hash.value
    }
}
