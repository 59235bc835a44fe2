import Glibc

/// A file read at any place.
final class RandomAccessFile {
    let path: String
    let size: UInt64
    private let descriptor: Int32

    init(path: String) throws(IntelligenceError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: SystemReason.last) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw .unreadable(path: path, reason: SystemReason.last)
        }
        self.path = path
        self.descriptor = descriptor
        size = UInt64(max(0, status.st_size))
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes from `offset`.
    func read(_ count: Int, at offset: UInt64) throws(IntelligenceError) -> [UInt8] {
        guard count > 0 else { return [] }
        let buffer = ByteBuffer(capacity: count)
        var done = 0
        while done < count {
            let part = try read(
                into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[done...]), at: offset &+ UInt64(done))
            if part == 0 { throw .truncated(input: path, offset: size) }
            done += part
        }
        return Array(buffer.bytes)
    }

    /// Up to a buffer's worth from `offset`; 0 at and beyond the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(IntelligenceError) -> Int {
        guard offset < size else { return 0 }
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw .unreadable(path: path, reason: SystemReason.last) }
        }
    }

    func corrupt(_ offset: UInt64, _ reason: String) -> IntelligenceError {
        .corrupt(input: path, offset: offset, reason: reason)
    }
}

/// The bytes of a file from some place on.
final class FileSliceSource: ByteSource {
    var name: String { file.path }
    private let file: RandomAccessFile
    private var offset: UInt64

    init(_ file: RandomAccessFile, from offset: UInt64) {
        self.file = file
        self.offset = offset
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntelligenceError) -> Int {
        let count = try file.read(into: buffer, at: offset)
        offset &+= UInt64(count)
        return count
    }
}
