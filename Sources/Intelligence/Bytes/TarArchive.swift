/// A tar archive read as a stream: POSIX ustar, with GNU and pax long names passed over (entries
/// keep their shortened names, which serve messages only).
struct TarArchive {
    static let blockSize = 512

    private let source: any ByteSource

    init(_ source: any ByteSource) { self.source = source }

    /// POSIX.1-1988 `ustar` magic, which GNU tar writes too.
    static func isTar(_ head: [UInt8]) -> Bool {
        head.count >= blockSize && head[257..<262].elementsEqual("ustar".utf8)
    }

    /// Calls `body` with each regular file; what it leaves unread is skipped.
    func entries(_ body: (any ByteSource) throws -> Void) throws {
        var offset: UInt64 = 0
        while let header = try block(&offset), header.contains(where: { $0 != 0 }) {
            guard let size = Self.size(header) else {
                throw IntelligenceError.corrupt(input: source.name, offset: offset, reason: "an entry has no size")
            }
            let entry = LimitedSource(source, name: "\(source.name): \(Self.name(header))", size: size)
            if header[156] == UInt8(ascii: "0") || header[156] == 0 { try body(entry) }
            try entry.skipRest()
            let padding = LimitedSource(source, name: source.name, size: (512 - size % 512) % 512)
            try padding.skipRest()
            offset += (size + 511) / 512 * 512
        }
    }

    private func block(_ offset: inout UInt64) throws(IntelligenceError) -> [UInt8]? {
        let buffer = ByteBuffer(capacity: Self.blockSize)
        var count = 0
        while count < Self.blockSize {
            let read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[count...]))
            if read == 0 { break }
            count += read
        }
        offset += UInt64(count)
        if count == 0 { return nil }
        guard count == Self.blockSize else { throw .truncated(input: source.name, offset: offset) }
        return Array(buffer.bytes)
    }

    private static func name(_ header: [UInt8]) -> String {
        String(decoding: header[0..<100].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Octal digits, or a big-endian number marked by the top bit of its first byte.
    private static func size(_ header: [UInt8]) -> UInt64? {
        let field = header[124..<136]
        if header[124] & 0x80 != 0 {
            return field.dropFirst(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
        return digits.isEmpty ? nil : digits.reduce(UInt64(0)) { $0 << 3 | UInt64($1 - 0x30) }
    }
}

/// The next `size` bytes of another source.
final class LimitedSource: ByteSource {
    let name: String
    private let base: any ByteSource
    private var remaining: UInt64
    private var taken: UInt64 = 0

    init(_ base: any ByteSource, name: String, size: UInt64) {
        self.base = base
        self.name = name
        remaining = size
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        guard remaining > 0, buffer.count > 0 else { return 0 }
        let wanted = Int(min(UInt64(buffer.count), remaining))
        let count = try base.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        if count == 0 { throw .truncated(input: name, offset: taken) }
        remaining -= UInt64(count)
        taken += UInt64(count)
        return count
    }

    func skipRest() throws(IntelligenceError) {
        guard remaining > 0 else { return }
        let buffer = ByteBuffer()
        while try read(into: buffer.bytes) > 0 {}
    }
}
