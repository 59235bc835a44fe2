import Glibc

/// A file that is being received; it gets its name when it is whole and on the disk.
final class PartialFile {
    private let descriptor: Int32
    private let path: String

    init(path: String) throws(IntelligenceError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(IntelligenceError) {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unwritable(path: path, reason: String(cString: strerror(errno)))
            }
            start += count
        }
    }

    func complete(as name: String) throws(IntelligenceError) {
        guard fsync(descriptor) == 0, rename(path, name) == 0 else {
            throw .unwritable(path: name, reason: String(cString: strerror(errno)))
        }
    }
}
