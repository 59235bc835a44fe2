import Domain
import Foundation
import Identity
import Store

/// `garrison serve` over a database of the benchmarks, and agents that report to it.
struct AgentServer {
    private let fleet: Fleet
    private let folder: String
    private let port: Int

    private static let patience = Duration.seconds(120)
    /// Inventories that are taken before the peak is read.
    private static let scans = 3

    static func with(_ fleet: Fleet, folder: String, _ body: (AgentServer) async throws -> Void) async throws {
        let server = AgentServer(fleet: fleet, folder: folder, port: Int.random(in: 30_000..<32_000))
        let process = try server.start("garrison", ["serve", "--listen", "127.0.0.1:\(server.port)"])
        let outcome: Result<Void, any Error>
        do {
            let probe = Program(
                "/usr/bin/curl", ["-fsS", "-o", "/dev/null", "http://127.0.0.1:\(server.port)/readyz"])
            try await server.wait("garrison serve is ready", process) { (try? await probe.run()) != nil }
            outcome = .success(try await body(server))
        } catch {
            outcome = .failure(error)
        }
        process.interrupt()
        process.waitUntilExit()
        try outcome.get()
    }

    /// Enrols an agent, has it take and report its inventory several times, and ends it.
    ///
    /// - Parameter packages: a file in the place of dpkg's status file; nil for this host's own.
    /// - Returns: the most that was resident, in MB.
    func agentPeak(packages: String?) async throws -> Double {
        let state = "\(folder)/state-\(UUID().uuidString)"
        let token = EnrolmentToken.make(for: fleet.tenant)
        let principal = Principal(tenant: fleet.tenant, role: .admin, subject: .system, name: "benchmark")
        try await fleet.store.enrolments.create(
            name: "benchmark", uses: 1, mayReplace: true, hash: token.digest,
            expiresAt: Date(timeIntervalSinceNow: 3600), tenant: fleet.tenant, by: principal)
        try await Program(
            Self.path("garrison-agent"),
            ["enrol", "--server", "http://127.0.0.1:\(port)", "--token", token.text, "--state", state]
        ).run()
        let process = try start(
            "garrison-agent", ["run", "--state", state, "--poll-seconds", "1"], packages: packages)
        let outcome: Result<Double, any Error>
        do {
            for _ in 0..<Self.scans { try await scan(principal, process) }
            outcome = .success(try ResidentMemory.peak(of: process.processIdentifier))
        } catch {
            outcome = .failure(error)
        }
        process.terminate()
        process.waitUntilExit()
        return try outcome.get()
    }

    private func scan(_ principal: Principal, _ process: Process) async throws {
        guard
            let agent = try await fleet.store.agents.list(tenant: fleet.tenant).first(where: {
                $0.standing.state == .active
            })
        else { throw BenchError.programFailed("garrison-agent enrol", output: "No agent is active.") }
        let task = try await fleet.store.agents.ask(agent.id, "scan", [:], tenant: fleet.tenant, by: principal)
        try await wait("the agent scans", process) {
            try await fleet.store.agents.tasks(of: agent.id, tenant: fleet.tenant)
                .contains { $0.id == task && $0.finishedAt != nil }
        }
    }

    /// A program that lies beside this one. With a list of packages it sees that in the place of dpkg's, in a mount
    /// namespace of its own.
    private func start(_ name: String, _ arguments: [String], packages: String? = nil) throws -> Process {
        let process = Process()
        var command = [Self.path(name)] + arguments
        if let packages {
            command =
                [
                    "/usr/bin/unshare", "--map-root-user", "--mount", "sh", "-c",
                    #"mount --bind "$0" /var/lib/dpkg/status && exec "$@""#, packages,
                ] + command
        }
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging([
            "DATABASE_URL": fleet.url, "GARRISON_DATA_DIR": "\(folder)/data", "GARRISON_INTEL_UPDATES": "off",
        ]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Program.start(process)
        return process
    }

    private func wait(_ what: String, _ process: Process, _ holds: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while try await !holds() {
            guard process.isRunning, ContinuousClock.now < deadline else {
                throw BenchError.programFailed(what, output: "It did not come to that.")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func path(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name).path
    }
}
