import CZstd

/// A Zstandard file, of any number of frames.
final class ZstdSource: ByteSource {
    var name: String { input.name }
    private let input: CompressedInput
    private let stream: OpaquePointer
    /// Whether the bytes so far end within a frame.
    private var isWithinFrame = true

    init(_ source: any ByteSource) throws(IntelligenceError) {
        input = CompressedInput(source)
        guard let stream = ZSTD_createDStream() else {
            throw .unreadable(path: source.name, reason: "no memory to decompress it")
        }
        self.stream = stream
        ZSTD_initDStream(stream)
    }

    deinit { ZSTD_freeDStream(stream) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        guard buffer.count > 0 else { return 0 }
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        while output.pos == 0 {
            let window = try input.window()
            if window.isEmpty {
                // What the decoder still holds comes without more input.
                if isWithinFrame, try decode(window, &output).produced == 0 { throw input.truncated }
                return output.pos
            }
            input.consume(try decode(window, &output).consumed)
        }
        return output.pos
    }

    private func decode(
        _ window: UnsafeMutableRawBufferPointer, _ output: inout ZSTD_outBuffer
    ) throws(IntelligenceError) -> (consumed: Int, produced: Int) {
        var pending = ZSTD_inBuffer(src: window.baseAddress, size: window.count, pos: 0)
        let before = output.pos
        let result = ZSTD_decompressStream(stream, &output, &pending)
        guard ZSTD_isError(result) == 0 else { throw input.corrupt(String(cString: ZSTD_getErrorName(result))) }
        isWithinFrame = result != 0
        return (pending.pos, output.pos - before)
    }
}
