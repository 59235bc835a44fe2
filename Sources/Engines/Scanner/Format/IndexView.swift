/// Bounds-checked reading of an index. No value of the file is trusted: a row or string that would
/// lie outside of its section reads as absent.
///
/// Unchecked Sendable: it points into an `IndexBytes`, which nobody writes. It does not keep that
/// object alive; `ScanIndex`, which owns both, does.
struct IndexView: @unchecked Sendable {
    let header: IndexHeader
    private let base: UnsafeRawPointer
    private let strings: UnsafeRawBufferPointer

    init(bytes: IndexBytes, header: IndexHeader) {
        self.header = header
        base = bytes.base
        let pool = header[.strings]
        strings = UnsafeRawBufferPointer(start: bytes.base + pool.offset, count: pool.count)
        entryBase = bytes.base + header[.entries].offset
        entryCount = UInt32(truncatingIfNeeded: header[.entries].count)
    }

    private let entryBase: UnsafeRawPointer
    private let entryCount: UInt32

    func count(of section: IndexSection) -> Int { header[section].count }

    /// Nil when the section has no such row.
    func row<Row: IndexRow>(_ index: UInt32, as type: Row.Type = Row.self) -> Row? {
        let extent = header[Row.section]
        guard Int(index) < extent.count else { return nil }
        return Row(at: base + extent.offset + Int(index) * Row.section.stride)
    }

    /// As `row`, without the look into the header: the innermost loop of matching.
    @inline(__always)
    func entry(_ index: UInt32) -> EntryRow? {
        guard index < entryCount else { return nil }
        return EntryRow(at: entryBase + Int(index) * 32)
    }

    /// The package row that bucket `index` of the hash table holds, plus one; 0 for an empty one.
    func bucket(_ index: Int) -> UInt32 {
        let extent = header[.buckets]
        guard index < extent.count else { return 0 }
        return base.read(extent.offset + index * 4)
    }

    /// The bytes of a string: two bytes of length, then UTF-8. Empty when there is none.
    @inline(__always)
    func bytes(_ reference: StringRef) -> UnsafeRawBufferPointer {
        let start = Int(reference)
        guard start > 0, start + 2 <= strings.count, let pool = strings.baseAddress else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        let length = Int(pool.read(start, as: UInt16.self))
        guard start + 2 + length <= strings.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: pool + start + 2, count: length)
    }

    /// Invalid UTF-8, which only a damaged file holds, is repaired.
    func string(_ reference: StringRef) -> String { String(decoding: bytes(reference), as: UTF8.self) }

    func optionalString(_ reference: StringRef) -> String? { reference == 0 ? nil : string(reference) }

    /// The entries of a package, cut to those that exist.
    func entries(of package: PackageRow) -> Range<UInt32> {
        let first = min(package.firstEntry, entryCount)
        return first..<(first + min(package.entryCount, entryCount - first))
    }
}
