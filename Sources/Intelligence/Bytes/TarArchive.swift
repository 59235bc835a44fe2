/// A tar archive read as a stream: POSIX ustar, with GNU and pax long names passed over (entries
/// keep their shortened names, which serve messages only).
struct TarArchive {
    static let blockSize = 512
    /// No feed has more bytes; a header that says so is damaged.
    private static let largestEntry: UInt64 = 1 << 40

    private let source: any ByteSource

    init(_ source: any ByteSource) { self.source = source }

    /// POSIX.1-1988 `ustar` magic, which GNU tar writes too.
    static func isTar(_ head: [UInt8]) -> Bool {
        head.count >= blockSize && head[257..<262].elementsEqual("ustar".utf8)
    }

    /// Calls `body` with each regular file; what it leaves unread is skipped. Blocks of zeros end the
    /// archive: without them it is cut off.
    func entries(_ body: (any ByteSource) throws -> Void) throws {
        var offset: UInt64 = 0
        while let header = try block(&offset) {
            guard header.contains(where: { $0 != 0 }) else { return try end(&offset) }
            let size = try Self.size(header, source.name, offset)
            let entry = LimitedSource(source, name: "\(source.name): \(Self.name(header))", size: size)
            if header[156] == UInt8(ascii: "0") || header[156] == 0 { try body(entry) }
            try entry.skipRest()
            let padding = LimitedSource(source, name: source.name, size: (512 - size % 512) % 512)
            try padding.skipRest()
            offset += (size + 511) / 512 * 512
        }
        throw IntelligenceError.truncated(input: source.name, offset: offset)
    }

    /// The second block of zeros, and all that pads the archive: so what is compressed around it is checked too.
    private func end(_ offset: inout UInt64) throws(IntelligenceError) {
        guard let block = try block(&offset), block.allSatisfy({ $0 == 0 }) else {
            throw .truncated(input: source.name, offset: offset)
        }
        let buffer = ByteBuffer()
        while try source.read(into: buffer.bytes) > 0 {}
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

    private static func size(
        _ header: [UInt8], _ input: String, _ offset: UInt64
    ) throws(IntelligenceError) -> UInt64 {
        // The sum of all bytes, with the eight of the sum itself taken as spaces.
        let sum = header.enumerated().reduce(UInt64(0)) { total, byte in
            total + ((148..<156).contains(byte.offset) ? 0x20 : UInt64(byte.element))
        }
        guard octal(header[148..<156]) == sum else {
            throw .corrupt(input: input, offset: offset, reason: "an entry's header does not have its checksum")
        }
        // Octal digits, or a big-endian number marked by the top bit of its first byte.
        let field = header[124..<136]
        let isBinary = header[124] & 0x80 != 0
        let size = isBinary ? field.dropFirst(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : octal(field)
        guard let size, size <= largestEntry else {
            throw .corrupt(input: input, offset: offset, reason: "an entry has no possible size")
        }
        return size
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> UInt64? {
        let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
        return digits.isEmpty ? nil : digits.reduce(UInt64(0)) { $0 << 3 | UInt64($1 - 0x30) }
    }
}
