import Domain
import Glibc
import Inventories

/// The file or pipe that inventories are read from.
final class InventoryInput {
    private let descriptor: Int32
    private let path: String
    /// Where reading begins; nil for a pipe, which cannot be gone back in.
    private let start: off_t?
    /// What was read to see what the input is, and not handed on yet.
    private var head: [UInt8] = []

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

    /// How the input begins; it is read from there all the same.
    func beginning() throws(CommandError) -> [UInt8] {
        while head.count < Self.sampleSize {
            let piece = try read(upTo: Self.sampleSize - head.count)
            if piece.isEmpty { break }
            head += piece
        }
        return head
    }

    private static let sampleSize = 1 << 16

    /// From the beginning, where the input can be gone back in.
    func stream() -> InventoryStream {
        rewind()
        return InventoryStream { [self] size throws(DocumentError) in
            let piece = Result { () throws(CommandError) in try next(upTo: size) }
            switch piece {
            case .success(let bytes): return bytes
            case .failure(let error): throw .unreadable(reason: error.message)
            }
        }
    }

    /// All of the input.
    /// - Throws: `CommandError`, and `DocumentError.tooLarge` beyond `limit` bytes.
    func whole(limit: Int) throws -> [UInt8] {
        rewind()
        var bytes: [UInt8] = []
        while true {
            let piece = try next(upTo: 1 << 18)
            if piece.isEmpty { return bytes }
            bytes += piece
            guard bytes.count <= limit else { throw DocumentError.tooLarge(limit: limit) }
        }
    }

    private func rewind() {
        guard let start else { return }
        lseek(descriptor, start, SEEK_SET)
        head = []
    }

    /// What was read ahead, then more of the input; empty at its end.
    private func next(upTo size: Int) throws(CommandError) -> [UInt8] {
        guard head.isEmpty else {
            defer { head = [] }
            return head
        }
        return try read(upTo: size)
    }

    private func read(upTo size: Int) throws(CommandError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: size)
        while true {
            let count = Glibc.read(descriptor, &buffer, size)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
            return Array(buffer[..<count])
        }
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
        while true {
            let piece = try next(upTo: 1 << 18)
            if piece.isEmpty { return }
            guard Glibc.write(copy, piece, piece.count) == piece.count else {
                throw .unwritable(path: folder, reason: String(cString: strerror(errno)))
            }
        }
    }
}
