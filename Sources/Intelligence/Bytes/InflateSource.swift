import CZlib

/// DEFLATE data in a gzip file, of any number of members, or raw within a zip archive.
final class InflateSource: ByteSource {
    enum Container {
        case gzip, raw
    }

    var name: String { input.name }
    private let input: CompressedInput
    private let container: Container
    private var isFinished = false
    private var isBetweenMembers = false
    // zlib keeps a pointer to the structure, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    init(_ source: any ByteSource, container: Container) throws(IntelligenceError) {
        input = CompressedInput(source)
        self.container = container
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let windowBits: Int32 = container == .gzip ? 15 + 16 : -15
        let status = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .unreadable(path: source.name, reason: "no memory to decompress it") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        guard let target = buffer.baseAddress, buffer.count > 0 else { return 0 }
        stream.pointee.next_out = target.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = uInt(min(buffer.count, Int(uInt.max)))
        let wanted = Int(stream.pointee.avail_out)
        while !isFinished, stream.pointee.avail_out > 0 {
            let window = try input.window()
            if isBetweenMembers {
                try nextMember(window)
            } else if window.isEmpty {
                throw input.truncated
            } else {
                try inflate(window)
            }
        }
        return wanted - Int(stream.pointee.avail_out)
    }

    private func inflate(_ window: UnsafeMutableRawBufferPointer) throws(IntelligenceError) {
        stream.pointee.next_in = window.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = uInt(window.count)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        input.consume(window.count - Int(stream.pointee.avail_in))
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END where container == .gzip: isBetweenMembers = true
        case Z_STREAM_END: isFinished = true
        default: throw input.corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "invalid compressed data")
        }
    }

    /// RFC 1952 section 2.2: members follow each other. Zero bytes after the last are padding.
    private func nextMember(_ window: UnsafeMutableRawBufferPointer) throws(IntelligenceError) {
        guard let first = window.first else {
            isFinished = true
            return
        }
        if first == 0 {
            input.consume(window.prefix { $0 == 0 }.count)
            return
        }
        guard first == 0x1F else { throw input.corrupt("other data follows the gzip stream") }
        inflateReset(stream)
        isBetweenMembers = false
    }
}
