import FoundationEssentials
import Glibc

/// A process that can be told from one that got the same number later.
struct ProcessMark: Codable, Sendable, Hashable {
    let pid: Int32
    /// Field 22 of /proc/PID/stat: ticks since the machine was started.
    let started: String
    let boot: String

    /// Stands in the environment of all that a job starts: a process that was started and not yet written down is found
    /// by it.
    static let variable = "GARRISON_PATCH_JOB"

    init?(_ pid: pid_t) {
        guard let started = Self.started(pid), let boot = Self.currentBoot else { return nil }
        self.pid = pid
        self.started = started
        self.boot = boot
    }

    /// Whether it still runs.
    var isAlive: Bool { boot == Self.currentBoot && Self.started(pid) == started }

    /// Another one after each restart of the machine.
    static var currentBoot: String? {
        bytes(of: "/proc/sys/kernel/random/boot_id", limit: 64).map {
            String(String(decoding: $0, as: UTF8.self).prefix { !$0.isNewline })
        }
    }

    /// A process of a job that runs one of some programs: its tool, also where another process of the agent has started it.
    /// What a package's script has left behind, as a service, is none.
    static func running(of job: String, _ programs: Set<String>) -> pid_t? {
        guard let folder = opendir("/proc") else { return nil }
        defer { closedir(folder) }
        let mark = Array("\(variable)=\(job)".utf8)[...]
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = Int32(name), pid != getpid(),
                let settings = bytes(of: "/proc/\(pid)/environ", limit: 64 << 10),
                settings.split(separator: 0).contains(mark), started(pid) != nil,
                // Behind a shell, or an interpreter, is the program.
                words(of: pid).prefix(5).contains(where: { word in
                    programs.contains(String(word.split(separator: "/").last ?? ""))
                })
            else { continue }
            return pid
        }
        return nil
    }

    /// A process' command line.
    static func words(of pid: pid_t) -> [String] {
        (bytes(of: "/proc/\(pid)/cmdline", limit: 64 << 10) ?? []).split(separator: 0).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// A file without a size, as the kernel's are; nil where it cannot be read.
    static func bytes(of path: String, limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < limit {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// Nil where there is no such process, or it has ended and nobody has noticed.
    private static func started(_ pid: pid_t) -> String? {
        guard let text = bytes(of: "/proc/\(pid)/stat", limit: 4096).map({ String(decoding: $0, as: UTF8.self) }),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 20, fields[1] != "Z" else { return nil }
        return String(fields[20])
    }
}
