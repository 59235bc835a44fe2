import Glibc
import Inventories

/// The file or pipe that inventories are read from.
final class InventoryInput {
    private let descriptor: Int32
    private let path: String
    /// Where reading begins; nil for a pipe, which cannot be gone back in.
    private let start: off_t?

    /// - Parameter path: `-` for standard input.
    init(path: String) throws(CommandError) {
        self.path = path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        let position = lseek(descriptor, 0, SEEK_CUR)
        start = position < 0 ? nil : position
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw .unreadable(path: path, reason: "it is a directory")
        }
    }

    private init(path: String, copy: Int32) {
        self.path = path
        descriptor = copy
        start = 0
    }

    deinit { close(descriptor) }

    /// From the beginning, where the input can be gone back in.
    func stream() -> InventoryStream {
        if let start { lseek(descriptor, start, SEEK_SET) }
        return InventoryStream(fileDescriptor: descriptor)
    }

    /// Self, or for a pipe its content in a file that goes with the value.
    func rereadable() throws(CommandError) -> InventoryInput {
        guard start == nil else { return self }
        let folder = environment("TMPDIR") ?? "/tmp"
        var name = Array("\(folder)/garrison-import-XXXXXX".utf8CString)
        let copy = mkstemp(&name)
        guard copy >= 0 else { throw .unwritable(path: folder, reason: String(cString: strerror(errno))) }
        _ = fcntl(copy, F_SETFD, FD_CLOEXEC)
        unlink(name)
        let input = InventoryInput(path: path, copy: copy)
        try spool(into: copy, folder)
        return input
    }

    private func spool(into copy: Int32, _ folder: String) throws(CommandError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
            if count == 0 { return }
            guard Glibc.write(copy, buffer, count) == count else {
                throw .unwritable(path: folder, reason: String(cString: strerror(errno)))
            }
        }
    }
}
