/// The checked header: after `init` every section is known to lie inside the file, so a row below
/// its section's count can be read without another look at the file's size.
struct IndexHeader {
    struct Extent {
        var offset = 0
        var count = 0
    }

    /// By `IndexSection.rawValue`.
    private(set) var extents = [Extent](repeating: Extent(), count: IndexSection.allCases.count)
    /// Seconds since 1970 of the newest advisory, or `IndexLayout.noDate`.
    var newest = IndexLayout.noDate

    subscript(section: IndexSection) -> Extent {
        get { extents[section.rawValue] }
        set { extents[section.rawValue] = newValue }
    }

    init() {}

    /// O(1): reads the header alone.
    init(reading bytes: IndexBytes, path: String) throws(ScannerError) {
        guard bytes.count >= IndexLayout.headerSize else {
            throw .indexDamaged(path: path, reason: "it ends within its header")
        }
        let magic = UnsafeRawBufferPointer(start: bytes.base, count: IndexLayout.magic.count)
        guard magic.elementsEqual(IndexLayout.magic) else { throw .notAnIndex(path: path) }
        guard bytes.base.read(IndexLayout.orderOffset, as: UInt32.self) == IndexLayout.byteOrderMark else {
            throw .indexDamaged(path: path, reason: "it was made on a machine with another byte order")
        }
        let version: UInt32 = bytes.base.read(IndexLayout.versionOffset)
        guard version == IndexLayout.version else { throw .unsupportedVersion(path: path, version: version) }
        guard Self.checksum(of: bytes.base) == bytes.base.read(IndexLayout.checksumOffset, as: UInt64.self) else {
            throw .indexDamaged(path: path, reason: "the checksum of its header is wrong")
        }
        guard bytes.base.read(IndexLayout.sizeOffset, as: UInt64.self) == UInt64(bytes.count) else {
            throw .indexDamaged(path: path, reason: "it is not as long as its header says")
        }
        newest = bytes.base.read(IndexLayout.newestOffset)
        for section in IndexSection.allCases {
            self[section] = try Self.extent(of: section, in: bytes, path: path)
        }
        let buckets = self[.buckets].count
        guard buckets & (buckets - 1) == 0 || buckets == 0 else {
            throw .indexDamaged(path: path, reason: "its hash table has an impossible size")
        }
    }

    private static func extent(
        of section: IndexSection, in bytes: IndexBytes, path: String
    ) throws(ScannerError) -> Extent {
        let position = IndexLayout.sectionsOffset + section.rawValue * IndexLayout.sectionStride
        let offset: UInt64 = bytes.base.read(position)
        let count: UInt64 = bytes.base.read(position + 8)
        let (length, overflow) = count.multipliedReportingOverflow(by: UInt64(section.stride))
        guard !overflow, count <= UInt64(UInt32.max), offset <= UInt64(bytes.count),
            length <= UInt64(bytes.count) - offset
        else {
            throw .indexDamaged(path: path, reason: "its section \(section) lies outside of the file")
        }
        return Extent(offset: Int(offset), count: Int(count))
    }

    static func checksum(of base: UnsafeRawPointer) -> UInt64 {
        var hash = StableHash()
        hash.combine(UnsafeRawBufferPointer(start: base, count: IndexLayout.checksumOffset))
        return hash.value
    }

    /// The header's bytes for a file of `size` bytes.
    func encoded(size: Int) -> [UInt8] {
        var writer = IndexWriter()
        writer.append(contentsOf: IndexLayout.magic)
        writer.append(IndexLayout.byteOrderMark)
        writer.append(IndexLayout.version)
        writer.append(UInt64(size))
        writer.append(newest)
        for extent in extents {
            writer.append(UInt64(extent.offset))
            writer.append(UInt64(extent.count))
        }
        let checksum = writer.bytes.withUnsafeBytes { bytes in
            bytes.baseAddress.map { Self.checksum(of: $0) } ?? 0
        }
        writer.append(checksum)
        return writer.bytes
    }
}
