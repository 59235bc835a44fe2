import Domain
import Foundation
import Identity
import Store

/// The most that an agent has resident while it enrols, reports and works, against a server of its own.
struct AgentMemory: BenchmarkGroup {
    static let name = "agent"
    static let summary = "resident memory of the agent with this host's packages and with 3,000"

    /// In MB.
    private static let budget = 40.0
    private static let packages = 3_000

    func run(_ bench: Bench) async throws {
        let fleet = try await Fleet(bench, database: "bench_agent", endpoints: false)
        let folder = FileManager.default.temporaryDirectory.appending(path: "agent-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome: Result<Void, any Error>
        do {
            try await AgentServer.with(fleet, folder: folder.path) { server in
                let list = folder.appending(path: "status").path
                try Self.status().write(toFile: list, atomically: false, encoding: .utf8)
                for (name, packages) in [("agent.memory", nil), ("agent.memory_3000_packages", list)] {
                    try await bench.measure(name, unit: "MB", required: .atMost(Self.budget)) {
                        try await server.agentPeak(packages: packages)
                    }
                }
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await fleet.store.close()
        try outcome.get()
    }

    /// dpkg's status file of a large machine, an entry as long as they are on average.
    private static func status() -> String {
        let words = String(repeating: " A line of the package's description, which nobody reads.\n", count: 14)
        return (0..<packages).map { number in
            """
            Package: package-\(number)
            Status: install ok installed
            Priority: optional
            Section: libs
            Installed-Size: \(100 + number)
            Maintainer: Nobody <nobody@example.test>
            Architecture: amd64
            Source: source-\(number / 3)
            Version: \(number % 7).\(number % 11).\(number % 13)-\(number % 5)
            Description: the package of this number
            \(words)
            """
        }.joined(separator: "\n")
    }
}
