/// A stream of bytes read from front to back: a file, standard input, memory, or a decompressor
/// around another source. Used by one task at a time.
public protocol ByteSource: AnyObject {
    /// What errors call this input: a path, `standard input`, `feeds.tar.gz: kev.json`.
    var name: String { get }

    /// Fills `buffer` from its front with up to `buffer.count` bytes. Returns how many; 0 only at
    /// the end (or for an empty buffer).
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int
}

/// How many bytes the sources of this module hold at a time.
enum ByteChunk {
    static let size = 256 * 1024
}

/// Memory for the bytes between a source and its reader, freed with its owner.
final class ByteBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(capacity: Int = ByteChunk.size) {
        bytes = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { bytes.deallocate() }

    var base: UnsafeMutablePointer<UInt8> {
        // An allocated buffer of more than zero bytes has an address.
        bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    }
}
