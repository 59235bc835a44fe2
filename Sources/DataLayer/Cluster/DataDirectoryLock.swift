import FoundationEssentials
import Glibc

/// Held by the one garrison that serves a data directory; the kernel lets go of it however that ends.
final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    init(_ layout: ClusterLayout) throws(ClusterError) {
        let descriptor = open(layout.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .folder(path: layout.root, reason: systemReason()) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path: layout.root, pid: Self.holder(layout))
        }
        self.descriptor = descriptor
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    deinit {
        // Closing is not enough: a program that another thread is just starting has the descriptor until its exec.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func holder(_ layout: ClusterLayout) -> Int32? {
        guard let data = FileManager.default.contents(atPath: layout.lock) else { return nil }
        return Int32(String(decoding: data, as: UTF8.self).prefix { $0.isNumber })
    }
}
