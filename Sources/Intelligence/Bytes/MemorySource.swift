/// Bytes that are already in memory.
public final class MemorySource: ByteSource {
    public let name: String
    private let bytes: [UInt8]
    private var position = 0
    private let chunk: Int

    /// - Parameter chunk: the most bytes handed out at once; a small one exercises refills.
    public init(_ bytes: [UInt8], name: String = "input", chunk: Int = .max) {
        self.bytes = bytes
        self.name = name
        self.chunk = max(1, chunk)
    }

    /// The UTF-8 bytes of a text.
    public convenience init(_ text: String, name: String = "input", chunk: Int = .max) {
        self.init(Array(text.utf8), name: name, chunk: chunk)
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - position, chunk)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes { all in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[position..<position + count]))
        }
        position += count
        return count
    }
}
