import Glibc

/// How a package manager keeps others out while it works.
package enum ToolLock: Sendable, Hashable {
    /// A POSIX lock on a file.
    case record(String)
    /// flock(2) of a file.
    case file(String)
    /// A file with the number of the process that holds it.
    case number(String)

    /// Who holds one of them, as a clause; nil when nobody does.
    static func holder(of locks: [ToolLock]) -> String? {
        for lock in locks {
            if let holder = lock.holder { return holder }
        }
        return nil
    }

    private var holder: String? {
        switch self {
        case .record(let path):
            return opened(path) { descriptor in
                var lock = flock()
                lock.l_type = Int16(F_WRLCK)
                lock.l_whence = Int16(SEEK_SET)
                guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
                return Self.clause(path, lock.l_pid)
            }
        case .file(let path):
            return opened(path) { descriptor in
                guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
                return "\(path) is held by another program"
            }
        case .number(let path):
            guard let text = ProcessMark.bytes(of: path, limit: 32).map({ String(decoding: $0, as: UTF8.self) }),
                let pid = Int32(text.prefix { $0.isNumber }), pid > 0,
                // The number may be another process' by now.
                ProcessMark.words(of: pid).prefix(3).contains(where: { $0.contains("dnf") })
            else { return nil }
            return Self.clause(path, pid)
        }
    }

    private func opened(_ path: String, _ look: (Int32) -> String?) -> String? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return look(descriptor)
    }

    private static func clause(_ path: String, _ pid: pid_t) -> String {
        let name = String(decoding: ProcessMark.bytes(of: "/proc/\(pid)/comm", limit: 64) ?? [], as: UTF8.self)
        let program = name.split(whereSeparator: \.isNewline).first.map(String.init) ?? "another program"
        return "\(path) is held by \(program) (process \(pid))"
    }
}
