import Foundation

/// `garrison serve` as it is after a start, with nobody asking it anything.
enum IdleServer {
    private static let patience = Duration.seconds(300)
    private static let settling = Duration.seconds(10)

    /// Starts the program that lies beside this one, waits until it is ready and quiet, and reads its resident
    /// memory; PostgreSQL's is not in it.
    static func residentMegabytes() async throws -> Double {
        let folder = FileManager.default.temporaryDirectory.appending(path: "serve-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = Int.random(in: 30_000..<32_000)
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "garrison")
        process.arguments = ["serve", "--data-dir", folder, "--listen", "127.0.0.1:\(port)"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Program.start(process)
        defer {
            process.interrupt()
            process.waitUntilExit()
        }
        let ready = Program("/usr/bin/curl", ["-fsS", "-o", "/dev/null", "http://127.0.0.1:\(port)/readyz"])
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while (try? await ready.run()) == nil {
            guard process.isRunning, clock.now < deadline else {
                throw BenchError.programFailed("garrison serve", output: "It did not become ready.")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        try await Task.sleep(for: settling)
        return try resident(process.processIdentifier)
    }

    /// VmRSS of proc(5).
    private static func resident(_ pid: Int32) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kilobytes = line?.split(separator: " ").compactMap({ Double($0) }).first else {
            throw BenchError.unexpectedOutput("/proc/\(pid)/status", output: status)
        }
        return kilobytes / 1_024
    }
}
