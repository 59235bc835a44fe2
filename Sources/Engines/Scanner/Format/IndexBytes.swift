import Domain
import Glibc

/// The memory of an index: a private copy, or a file mapped read-only.
///
/// Unchecked Sendable: the bytes are written before `init` returns and never again, so any number
/// of threads may read them. A mapped file must be replaced by renaming another over it (as
/// `write(_:to:)` does), never cut short in place: the kernel would raise SIGBUS in its readers.
final class IndexBytes: @unchecked Sendable {
    let base: UnsafeRawPointer
    let count: Int
    private let isMapped: Bool

    init(copying bytes: [UInt8]) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 8)
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyMemory(from: $0) }
        base = UnsafeRawPointer(memory)
        count = bytes.count
        isMapped = false
    }

    init(mapping path: String) throws(ScannerError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size >= IndexLayout.headerSize else {
            throw .notAnIndex(path: path)
        }
        count = Int(status.st_size)
        let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw Self.failure(path) }
        base = UnsafeRawPointer(address)
        isMapped = true
    }

    deinit {
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: base), count)
        } else {
            base.deallocate()
        }
    }

    /// Writes beside `path`, syncs and renames, so that a reader sees the old file or the new one
    /// and nothing in between.
    func write(to path: String) throws(ScannerError) {
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
        let isWritten = writeAll(to: descriptor) && fsync(descriptor) == 0
        let reason = isWritten ? 0 : errno
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            let error = Self.failure(path, reason: isWritten ? errno : reason)
            unlink(temporary)
            throw error
        }
    }

    private func writeAll(to descriptor: CInt) -> Bool {
        var written = 0
        while written < count {
            let step = Glibc.write(descriptor, base + written, count - written)
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { return false }
            written += step
        }
        return true
    }

    private static func failure(_ path: String, reason: CInt = errno) -> ScannerError {
        .fileUnavailable(path: path, reason: String(cString: strerror(reason)))
    }
}
