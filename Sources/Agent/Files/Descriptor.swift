import Glibc

/// An open file descriptor, closed when the last holder lets go of it.
final class Descriptor: Sendable {
    let number: Int32

    /// `O_PATH` of open(2), which the C library shows to GNU sources only: a place in the tree, not its
    /// content, so that no right to read is needed.
    static let placeOnly: Int32 = 0o10_000_000

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// fstat(2); it fails only for a descriptor that is not open.
    func status() throws(FileFault) -> stat {
        var result = stat()
        guard fstat(number, &result) == 0 else { throw FileFault(errno: errno) }
        return result
    }
}

extension stat {
    var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
    var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
    var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
}
