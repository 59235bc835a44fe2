import Domain
import FoundationEssentials
import Glibc
import Identity
import Store
import TestSupport

/// A real server on the test's database, and real agents, each in a folder of its own.
final class AgentSite {
    let folder: TestFolder
    let port: Int
    private let database: TestDatabase
    /// What stands in front of each command: `ip netns exec NAME`.
    private let host: String
    private let serverPrefix: [String]
    private(set) var server: Program?
    private var agents: [Program] = []

    init(_ database: TestDatabase, host: String = "127.0.0.1", serverPrefix: [String] = []) throws {
        folder = try TestFolder()
        port = try freePort()
        self.database = database
        self.host = host
        self.serverPrefix = serverPrefix
    }

    var tenant: TenantID { database.a.id }
    var store: Store { database.store }
    var url: String { "http://\(host):\(port)" }

    func startServer() async throws {
        let environment = [
            "DATABASE_URL": database.url, "GARRISON_DATA_DIR": "\(folder.path)/data", "GARRISON_INTEL_UPDATES": "off",
        ]
        let server = try Program(
            serverPrefix + [Program.garrison, "serve", "--listen", "\(host):\(port)"], environment: environment)
        self.server = server
        try await waitUntil("the server answers", seconds: 120) {
            guard server.isRunning else { throw TestFailure("the server ended: \(server.complaints)") }
            let probe = serverPrefix + ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "\(url)/readyz"]
            return try await Shell.run(probe).output == "200"
        }
    }

    /// As a power cut does it.
    func killServer() async throws {
        server?.signal(SIGKILL)
        _ = try await server?.end()
        server = nil
    }

    func token(uses: Int = 1, mayReplace: Bool = false, hours: Double = 1) async throws -> String {
        let token = EnrolmentToken.make(for: tenant)
        try await store.enrolments.create(
            name: "tests", uses: uses, mayReplace: mayReplace, hash: token.digest,
            expiresAt: Date(timeIntervalSinceNow: hours * 3600), tenant: tenant, by: database.a.administrator)
        return token.text
    }

    func state(_ name: String) -> String { "\(folder.path)/\(name)" }

    func enrol(_ name: String, token: String, prefix: [String] = []) async throws -> Program.Ended {
        try await Program(
            prefix + [
                Program.garrison, "agent", "enrol", "--server", url, "--token", token, "--state", state(name),
                "--allow-plain-http",
            ]
        ).end()
    }

    /// Runs an agent with short times.
    @discardableResult
    func run(
        _ name: String, prefix: [String] = [], program: [String] = [Program.garrison, "agent"],
        inventorySeconds: Int = 3600, state: String? = nil
    ) throws -> Program {
        let agent = try Program(
            prefix + program + [
                "run", "--state", state ?? self.state(name), "--poll-seconds", "3", "--backoff-seconds", "1",
                "--inventory-seconds", "\(inventorySeconds)",
            ])
        agents.append(agent)
        return agent
    }

    /// The one agent of the tenant.
    func agent() async throws -> AgentRecord {
        let all = try await store.agents.list(tenant: tenant)
        guard all.count == 1 else { throw TestFailure("\(all.count) agents") }
        return all[0]
    }

    /// The endpoints with the machine's name; its neighbours are endpoints, too.
    func endpoints() async throws -> [EndpointID] {
        let name = try await agent().hostname
        return try await store.endpoints.list(.init(), tenant: tenant).items.filter { $0.hostname == name }.map(\.id)
    }

    func ask(_ kind: String, _ arguments: [String: String] = [:]) async throws -> AgentTaskID {
        try await store.agents.ask(
            try await agent().id, kind, arguments, tenant: tenant, by: database.a.administrator)
    }

    /// Waits for a task's end.
    func outcome(of task: AgentTaskID) async throws -> AgentTask {
        var found: AgentTask?
        let agent = try await agent().id
        try await waitUntil("the task ends", seconds: 60) {
            found = try await store.agents.tasks(of: agent, tenant: tenant).first { $0.id == task }
            return found?.finishedAt != nil
        }
        guard let found else { throw TestFailure("no such task") }
        return found
    }

    func stop() async {
        for agent in agents { await agent.stop() }
        await server?.stop()
        folder.remove()
    }

    /// Runs `body`, and stops everything behind it.
    static func with(_ site: AgentSite, _ body: (AgentSite) async throws -> Void) async throws {
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(site))
        } catch {
            outcome = .failure(error)
        }
        await site.stop()
        try outcome.get()
    }
}
