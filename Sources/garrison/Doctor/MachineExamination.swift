import FoundationEssentials
import Glibc

/// Memory and the process's limits.
struct MachineExamination: Examination {
    func checks() -> [Check] { [memory, files].compactMap(\.self) }

    private var memory: Check? {
        guard let megabytes = [available, limit(RLIMIT_AS), group].compactMap(\.self).min() else { return nil }
        let sentence = "memory: \(megabytes) MB may be used"
        if megabytes < 384 {
            return .problem(
                "memory", sentence + "; serving and a scan need about 400",
                "Stop something, or raise the limit (ulimit -v).")
        }
        if megabytes < 1_024 {
            return .warning("memory", sentence, "A fleet of thousands needs 2 GB and more.")
        }
        return .ok("memory", sentence)
    }

    private var files: Check? {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return nil }
        let sentence = "open files: \(limits.rlim_cur) allowed"
        guard limits.rlim_cur < 1_024 else { return .ok("open_files", sentence) }
        return .warning("open_files", sentence + "; each connection takes one", "ulimit -n 4096")
    }

    /// What the kernel could give without swapping, MB.
    private var available: UInt64? {
        guard let text = text("/proc/meminfo") else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }.map { $0 >> 10 }
    }

    /// A container's limit, MB: cgroup v2; `max` is none.
    private var group: UInt64? {
        text("/sys/fs/cgroup/memory.max").flatMap { UInt64($0.prefix { $0.isNumber }) }.map { $0 >> 20 }
    }

    private func limit(_ resource: __rlimit_resource) -> UInt64? {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0, limits.rlim_cur != rlim_t.max else {
            return nil
        }
        return UInt64(limits.rlim_cur) >> 20
    }

    private func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
