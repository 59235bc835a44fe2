import FoundationEssentials
import Glibc

/// What `postmaster.pid` says: PostgreSQL documentation, "Database File Layout"; the lines are those of
/// `miscadmin.h`, LOCK_FILE_LINE_….
package struct PostmasterFile: Equatable {
    package let pid: Int32
    /// `starting`, `stopping`, `ready` or `standby`.
    package let status: String

    package init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let pid = pid_t(first.filter(\.isNumber)), pid > 1 else { return nil }
        self.pid = pid
        status = lines.count > 7 ? String(lines[7].prefix { $0 != " " }) : ""
    }

    /// Nil when there is none, or one cut off in writing.
    static func read(_ layout: ClusterLayout) -> PostmasterFile? {
        guard let data = FileManager.default.contents(atPath: layout.postmasterFile) else { return nil }
        return PostmasterFile(text: String(decoding: data, as: UTF8.self))
    }

    package var isReady: Bool { status == "ready" || status == "standby" }

    /// Whether the process is a living PostgreSQL of this data directory. A number may have gone to
    /// another program since, and a zombie serves nobody.
    func isAlive(in layout: ClusterLayout) -> Bool {
        guard let own = fileStatus(layout.database), Self.isRunning(pid) else { return false }
        // A postmaster's folder is its data directory, whatever the path it was given.
        guard let folder = fileStatus("/proc/\(pid)/cwd") else { return Self.isPostgres(pid) }
        return folder.st_ino == own.st_ino && folder.st_dev == own.st_dev
    }

    private static func isRunning(_ pid: pid_t) -> Bool {
        guard let text = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
        // `pid (name) state …`; the name may hold anything, a parenthesis too.
        let fields = String(decoding: text, as: UTF8.self)
        guard let end = fields.lastIndex(of: ")") else { return false }
        let state = fields[fields.index(after: end)...].drop { $0 == " " }.first
        return state != "Z" && state != "X"
    }

    private static func isPostgres(_ pid: pid_t) -> Bool {
        guard let name = FileManager.default.contents(atPath: "/proc/\(pid)/comm") else { return false }
        return String(decoding: name, as: UTF8.self).hasPrefix("postgres")
    }
}
