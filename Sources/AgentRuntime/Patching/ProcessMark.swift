import FoundationEssentials
import Glibc

/// A process that can be told from one that got the same number later.
struct ProcessMark: Codable, Sendable, Hashable {
    let pid: Int32
    /// Field 22 of /proc/PID/stat: ticks since the machine was started.
    let started: String
    let boot: String

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
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)).map {
            String($0.prefix { !$0.isNewline })
        }
    }

    /// Nil where there is no such process, or it has ended and nobody has noticed.
    private static func started(_ pid: pid_t) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 20, fields[1] != "Z" else { return nil }
        return String(fields[20])
    }
}
