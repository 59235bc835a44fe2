import Foundation

/// `garrison connector sync`, for the memory that it takes.
struct SyncProcess {
    let fleet: Fleet
    let vendor: SimulatedFalcon

    /// Adds the account under a name of its own, reads it, and removes it.
    ///
    /// - Returns: the most that was resident, in MB.
    func residentPeak() async throws -> Double {
        let key = FileManager.default.temporaryDirectory.appending(path: "sync-\(UUID().uuidString).key").path
        defer { try? FileManager.default.removeItem(atPath: key) }
        let tenant = ["--tenant", "fleet"]
        let settings = vendor.settings.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        try await command(["add"] + tenant + ["crowdstrike", "--untried", "--name", "measured"] + settings, key).run()
        let peak = try await sync(tenant + ["measured", "--full"], key)
        try await command(["remove"] + tenant + ["measured"], key).run()
        return peak
    }

    private func command(_ arguments: [String], _ key: String) -> Program {
        var program = Program(Self.binary.path, ["connector"] + arguments)
        program.environment = environment(key)
        return program
    }

    private func environment(_ key: String) -> [String: String] {
        [
            "DATABASE_URL": fleet.url, "GARRISON_SECRET_KEY_FILE": key,
            "GARRISON_CONNECTOR_CLIENT_SECRET": vendor.account.clientSecret,
        ]
    }

    private func sync(_ arguments: [String], _ key: String) async throws -> Double {
        let process = Process()
        process.executableURL = Self.binary
        process.arguments = ["connector", "sync"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment(key)) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Program.start(process)
        var peak = 0.0
        while process.isRunning {
            peak = (try? ResidentMemory.peak(of: process.processIdentifier)) ?? peak
            try await Task.sleep(for: .milliseconds(20))
        }
        guard peak > 0, process.terminationStatus <= 1 else {
            throw BenchError.programFailed(
                "garrison connector sync", output: "It ended with \(process.terminationStatus).")
        }
        return peak
    }

    private static var binary: URL {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "garrison")
    }
}
