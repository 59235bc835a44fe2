import Foundation

/// What proc(5) says of a process' memory.
enum ResidentMemory {
    /// The most that was resident, in MB.
    static func peak(of pid: Int32) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let kilobytes = line?.split(separator: " ").lazy.compactMap({ Double($0) }).first else {
            throw BenchError.unexpectedOutput("/proc/\(pid)/status", output: status)
        }
        return kilobytes / 1_024
    }
}
