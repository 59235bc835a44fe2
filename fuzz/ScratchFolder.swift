import FoundationEssentials
import Glibc

/// A folder in memory where there is such, one for each process, for parsers that take paths. The
/// process removes it at its end; after a trap the system's next start does.
enum ScratchFolder {
    static let path: String = {
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        let path = "\(parent)/garrison-fuzz-\(getpid())"
        mkdir(path, 0o700)
        return path
    }()

    static func remove() { try? FileManager.default.removeItem(atPath: path) }
}
