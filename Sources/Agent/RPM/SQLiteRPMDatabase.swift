import CSQLite

/// The SQLite database of RPM 4.16 and later. Opened in a way that never writes to the examined
/// system, not even the files that SQLite keeps beside a database in use.
enum SQLiteRPMDatabase {
    static let fileName = "rpmdb.sqlite"

    static func read(_ root: ExaminedRoot, _ folder: String) -> RPMDatabase.Content {
        let path = "\(folder)/\(fileName)"
        do {
            let file = try RPMDatabase.open(root, path)
            let log = try? root.file(path + "-wal")
            // A transaction is running or was cut off: its changes are in the log, and taking them in
            // writes. That happens in a copy.
            if let log, log.size > 0 { return try SQLiteCopy(database: file, log: log).read() }
            guard let host = try root.directory(folder).hostPath else {
                return RPMDatabase.Content(fault: "/proc is not mounted, so that SQLite cannot open it.")
            }
            let uri = "file:\(escaped("\(host)/\(fileName)"))?mode=ro&immutable=1"
            var content = read(uri: uri, size: file.size)
            if content.fault == nil, isCutOff(file) {
                content.fault = "It is shorter than it says; packages may be missing."
            }
            return content
        } catch {
            return RPMDatabase.Content(fault: error.sentence(path))
        }
    }

    /// SQLite's "Database File Format", section 1.3: page size at 16, the number of pages at 28. Not so of a
    /// database with a log, which may be ahead of it.
    private static func isCutOff(_ file: ExaminedFile) -> Bool {
        let head = file.read(at: 0, count: 32)
        guard let size = ByteOrder.big.uint16(head, at: 16), let pages = ByteOrder.big.int32(head, at: 28) else {
            return true
        }
        return file.size < (size == 1 ? 65_536 : size) * pages
    }

    /// - Parameter size: bytes of the database.
    static func read(uri: String, size: Int) -> RPMDatabase.Content {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW
        let code = sqlite3_open_v2(uri, &handle, flags, nil)
        defer { sqlite3_close(handle) }
        guard code == SQLITE_OK, let handle else { return RPMDatabase.Content(fault: fault(code)) }
        // The file comes from elsewhere: none of its own SQL may run.
        sqlite3_exec(handle, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", nil, nil, nil)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(RPMDatabase.blobLimit))
        return headers(handle, size: size)
    }

    private static func headers(_ handle: OpaquePointer, size: Int) -> RPMDatabase.Content {
        var content = RPMDatabase.Content(fileSize: size)
        guard isTable(handle) else {
            return RPMDatabase.Content(fault: "It holds no table of packages: \(fault(sqlite3_errcode(handle)))")
        }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        var code = sqlite3_prepare_v2(handle, "SELECT blob FROM Packages", -1, &statement, nil)
        if code == SQLITE_OK {
            code = sqlite3_step(statement)
            while code == SQLITE_ROW {
                guard content.take(blob(statement)) else { return content }
                code = sqlite3_step(statement)
            }
        }
        if code != SQLITE_DONE { content.fault = fault(code) }
        return content
    }

    /// A view of that name could run for ever.
    private static func isTable(_ handle: OpaquePointer) -> Bool {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let sql = "SELECT 1 FROM sqlite_master WHERE name = 'Packages' AND type = 'table' AND sql NOT LIKE '%virtual%'"
        return sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK
            && sqlite3_step(statement) == SQLITE_ROW
    }

    private static func blob(_ statement: OpaquePointer?) -> [UInt8] {
        let start = sqlite3_column_blob(statement, 0)
        let count = Int(sqlite3_column_bytes(statement, 0))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    private static func fault(_ code: Int32) -> String { "SQLite says: \(String(cString: sqlite3_errstr(code)))." }

    /// A path in a `file:` URI.
    static func escaped(_ path: String) -> String {
        path.map { ["%": "%25", "?": "%3f", "#": "%23"][$0] ?? String($0) }.joined()
    }
}
