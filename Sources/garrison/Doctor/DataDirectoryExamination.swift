import Glibc

/// Whether the data directory can be made or used, and has room.
struct DataDirectoryExamination: Examination {
    let path: String

    func checks() -> [Check] { [place] + [space].compactMap(\.self) }

    private var place: Check {
        let name = "data_directory"
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            if code == ENOENT { return missing }
            return .problem(name, "data directory \(path): \(String(cString: strerror(code)))", Self.elsewhere)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return .problem(name, "data directory \(path) is no directory", Self.elsewhere)
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            let owner = Self.name(of: status.st_uid)
            return .problem(
                name, "data directory \(path) belongs to \(owner) and is closed to you",
                "Run as \(owner), or choose another with --data-dir.")
        }
        if status.st_mode & 0o022 != 0 {
            return .warning(
                name, "data directory \(path) may be written by other users (mode \(Self.octal(status.st_mode)))",
                "chmod go-w \(path)")
        }
        return database(owner: status.st_uid)
    }

    /// The data itself may belong to somebody else, after a start as root.
    private func database(owner: uid_t) -> Check {
        var status = stat()
        if geteuid() != 0, stat("\(path)/postgres", &status) == 0, status.st_uid != geteuid() {
            let owner = Self.name(of: status.st_uid)
            return .problem(
                "data_directory", "the database in \(path) belongs to \(owner)",
                "Run as \(owner) or as root, or choose another with --data-dir.")
        }
        return .ok("data_directory", "data directory: \(path), of \(Self.name(of: owner))")
    }

    private var missing: Check {
        let parent = existingParent
        guard access(parent, W_OK | X_OK) == 0 else {
            return .problem(
                "data_directory", "data directory \(path) does not exist, and you may not make it in \(parent)",
                Self.elsewhere)
        }
        return .ok("data_directory", "data directory: \(path), made by the first `garrison serve`")
    }

    private var space: Check? {
        var status = statvfs()
        guard statvfs(existingParent, &status) == 0 else { return nil }
        let megabytes = (UInt64(status.f_bavail) * UInt64(status.f_frsize)) >> 20
        let amount = megabytes < 10_240 ? "\(megabytes) MB" : "\(megabytes >> 10) GB"
        let sentence = "disk: \(amount) free at \(existingParent)"
        let advice = "Make room, or choose a data directory on another disk."
        if megabytes < 512 { return .problem("disk", sentence, advice) }
        if megabytes < 5_120 { return .warning("disk", sentence + "; a fleet’s history needs gigabytes", advice) }
        return .ok("disk", sentence)
    }

    /// The path itself, or the closest folder above it that is there.
    private var existingParent: String {
        var folder = path
        while access(folder, F_OK) != 0 {
            guard let slash = folder.lastIndex(of: "/") else { return "." }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
        return folder
    }

    private static let elsewhere = "Choose another with --data-dir or GARRISON_DATA_DIR."

    private static func name(of user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "user \(user)"
    }

    private static func octal(_ mode: mode_t) -> String { String(mode & 0o777, radix: 8) }
}
