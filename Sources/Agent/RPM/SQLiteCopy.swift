import FoundationEssentials
import Glibc

/// A database and its write-ahead log, copied into a private folder that goes with this value.
final class SQLiteCopy {
    private let folder: String
    private let size: Int

    init(database: ExaminedFile, log: ExaminedFile) throws(FileFault) {
        size = database.size + log.size
        guard size <= RPMDatabase.fileLimit else { throw .tooLarge(limit: RPMDatabase.fileLimit) }
        folder = try Self.makeFolder()
        try Self.copy(database, to: folder + "/rpmdb.sqlite")
        try Self.copy(log, to: folder + "/rpmdb.sqlite-wal")
    }

    deinit {
        for name in ["rpmdb.sqlite", "rpmdb.sqlite-wal", "rpmdb.sqlite-shm"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    func read() -> RPMDatabase.Content {
        SQLiteRPMDatabase.read(uri: "file:\(SQLiteRPMDatabase.escaped(folder))/rpmdb.sqlite", size: size)
    }

    /// Only this user can enter it. Its path is free of symbolic links, through which SQLite is told not
    /// to go.
    private static func makeFolder() throws(FileFault) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/garrison-rpm-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil, let path = realpath(template, nil) else { throw FileFault(errno: errno) }
        defer { free(path) }
        return String(cString: path)
    }

    private static func copy(_ file: ExaminedFile, to path: String) throws(FileFault) {
        let target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw FileFault(errno: errno) }
        defer { close(target) }
        var offset = 0
        while true {
            let bytes = file.read(at: offset, count: 1 << 20)
            if bytes.isEmpty { return }
            guard Glibc.write(target, bytes, bytes.count) == bytes.count else { throw FileFault(errno: errno) }
            offset += bytes.count
        }
    }
}
