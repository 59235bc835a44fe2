import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// Figures of the process itself, from procfs (proc(5)).
enum ProcessFigures {
    private static let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// Resident memory in bytes; 0 where there is no procfs.
    static func residentBytes() -> Double {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        return pages * pageSize
    }

    /// User and system time in seconds.
    static func processorSeconds() -> Double {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8) else { return 0 }
        // The command's name, in parentheses, may hold spaces; utime and stime are the 12th and 13th after it.
        let fields = text.drop { $0 != ")" }.split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) / ticksPerSecond
    }

    /// Open file descriptors.
    static func openFiles() -> Double {
        Double((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0)
    }

    static func register(in metrics: MetricsRegistry) {
        metrics.add("process_resident_memory_bytes", help: "Resident memory size in bytes.", read: residentBytes)
        metrics.add(
            "process_cpu_seconds_total", help: "User and system CPU time spent in seconds.", kind: .counter,
            read: processorSeconds)
        metrics.add("process_open_fds", help: "Open file descriptors.", read: openFiles)
    }
}
