import FoundationEssentials
import Glibc

/// A file that is being received; it gets its name when it is whole and on the disk. What was received of it
/// stays when the connection breaks, with the validators of the version it is a part of.
final class PartialFile {
    let path: String
    private(set) var size: Int64
    private let descriptor: Int32

    /// Opens what there is of it.
    init(of final: String) throws(IntelligenceError) {
        path = final + ".partial"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .unwritable(path: path, reason: SystemReason.last) }
        size = max(0, Int64(lseek(descriptor, 0, SEEK_END)))
    }

    deinit { close(descriptor) }

    /// Begins anew, with the version that these validators name.
    func restart(_ validators: Validators) throws(IntelligenceError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw unwritable }
        size = 0
        validators.keep(besides: path)
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(IntelligenceError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw unwritable
            }
            size += Int64(count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func complete(as name: String) throws(IntelligenceError) {
        guard fsync(descriptor) == 0, rename(path, name) == 0 else {
            throw .unwritable(path: name, reason: SystemReason.last)
        }
        Validators.forget(besides: path)
    }

    /// Forgets what was received: it is not what it should be.
    func discard() {
        unlink(path)
        Validators.forget(besides: path)
    }

    private var unwritable: IntelligenceError { .unwritable(path: path, reason: SystemReason.last) }
}
