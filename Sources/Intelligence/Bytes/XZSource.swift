import CLzma

/// An .xz file, of any number of streams.
final class XZSource: ByteSource {
    var name: String { input.name }
    private let input: CompressedInput
    private var isFinished = false
    private let stream: UnsafeMutablePointer<lzma_stream>

    /// `xz -9` needs 65 MiB to decompress; a file that asks for more is refused.
    private static let memoryLimit: UInt64 = 128 << 20

    /// LZMA_CONCATENATED, a macro that Swift does not import.
    private static let concatenated: UInt32 = 0x08

    init(_ source: any ByteSource) throws(IntelligenceError) {
        input = CompressedInput(source)
        stream = .allocate(capacity: 1)
        stream.initialize(to: lzma_stream())
        let status = lzma_stream_decoder(stream, Self.memoryLimit, Self.concatenated)
        guard status == LZMA_OK else { throw .unreadable(path: source.name, reason: "no memory to decompress it") }
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        guard let target = buffer.baseAddress, buffer.count > 0 else { return 0 }
        stream.pointee.next_out = target.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = buffer.count
        while !isFinished, stream.pointee.avail_out > 0 {
            let window = try input.window()
            stream.pointee.next_in = UnsafePointer(window.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = window.count
            let status = lzma_code(stream, window.isEmpty ? LZMA_FINISH : LZMA_RUN)
            input.consume(window.count - stream.pointee.avail_in)
            try check(status)
        }
        return buffer.count - stream.pointee.avail_out
    }

    private func check(_ status: lzma_ret) throws(IntelligenceError) {
        switch status {
        case LZMA_OK: break
        case LZMA_STREAM_END: isFinished = true
        case LZMA_BUF_ERROR: throw input.truncated
        case LZMA_MEMLIMIT_ERROR, LZMA_MEM_ERROR: throw input.corrupt("decompressing it needs more than 128 MiB")
        case LZMA_FORMAT_ERROR: throw input.corrupt("other data follows the xz stream")
        default: throw input.corrupt("invalid compressed data")
        }
    }
}
