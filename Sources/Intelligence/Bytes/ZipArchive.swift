import CZlib

/// A zip file on disk, by its central directory: stored and deflated entries, zip64 included.
/// APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.14, 4.3.16.
struct ZipArchive {
    private let file: RandomAccessFile

    init(path: String) throws(IntelligenceError) { file = try RandomAccessFile(path: path) }

    /// Whether bytes begin a zip file: with a local header, or, of an empty one, the directory's end.
    static func isZip(_ head: [UInt8]) -> Bool {
        head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06])
    }

    /// Calls `body` with each file, decompressed; its end is where its checksum is compared.
    func entries(_ body: (any ByteSource) throws -> Void) throws {
        let directory = try ZipDirectory(file)
        var position = directory.offset
        for _ in 0..<directory.count {
            let entry = try ZipEntry(file, at: position)
            position += entry.length
            if !entry.name.hasSuffix("/") { try body(try open(entry)) }
        }
    }

    private func open(_ entry: ZipEntry) throws(IntelligenceError) -> any ByteSource {
        let name = "\(file.path): \(entry.name)"
        // The local header's own name and extra field may differ in length from the directory's.
        let local = try file.read(30, at: entry.dataOffset)
        guard local.number(at: 0, bytes: 4) == 0x0403_4B50 else {
            throw file.corrupt(entry.dataOffset, "no entry where the directory says")
        }
        guard entry.flags & 1 == 0 else { throw file.corrupt(entry.dataOffset, "\(entry.name) is encrypted") }
        let start = entry.dataOffset &+ 30 &+ local.number(at: 26, bytes: 2) &+ local.number(at: 28, bytes: 2)
        let stored = LimitedSource(FileSliceSource(file, from: start), name: name, size: entry.compressedSize)
        let plain: any ByteSource
        switch entry.method {
        case 0: plain = stored
        case 8:
            let input = CountedSource(stored)
            plain = ExpansionGuard(try InflateSource(input, container: .raw), of: input)
        default: throw file.corrupt(entry.dataOffset, "compression method \(entry.method) is not supported")
        }
        return ChecksummedSource(plain, checksum: UInt32(truncatingIfNeeded: entry.checksum))
    }
}

/// The bytes of another source, whose CRC-32 is compared at the end with the one recorded for them.
final class ChecksummedSource: ByteSource {
    var name: String { base.name }
    private let base: any ByteSource
    private let expected: UInt32
    private var actual: UInt = crc32(0, nil, 0)
    private var count: UInt64 = 0

    init(_ base: any ByteSource, checksum: UInt32) {
        self.base = base
        expected = checksum
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        guard buffer.count > 0 else { return 0 }
        let read = try base.read(into: buffer)
        if read == 0, actual != UInt(expected) {
            throw .corrupt(input: name, offset: count, reason: "it does not have its recorded checksum")
        }
        // A buffer of this module is far below 4 GiB.
        actual = crc32(actual, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), uInt(read))
        count += UInt64(read)
        return read
    }
}
