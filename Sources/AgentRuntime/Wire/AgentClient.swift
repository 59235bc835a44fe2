import AgentProtocol
import Domain
import FoundationEssentials
import Synchronization

/// What an agent asks of the server, each request signed.
final class AgentClient: Sendable {
    private let link: ServerLink
    private let identity: AgentIdentity
    private let key: AgentKey
    /// Drawn anew for each process.
    private let instance: UUID
    private let sequence = Mutex<Int64>(0)

    init(_ link: ServerLink, _ identity: AgentIdentity, _ key: AgentKey, instance: UUID = UUID()) {
        self.link = link
        self.identity = identity
        self.key = key
        self.instance = instance
    }

    /// Whether the server has the inventory now; false when it does not have the one that the changes build on.
    func report(_ inventory: AgentInventory) async throws -> Bool {
        do {
            _ = try await send(AgentJSON.encode(inventory), to: "/api/agents/inventory", patience: .seconds(180))
            return true
        } catch AgentError.refused(_, "inventory.base_unknown", _) {
            return false
        }
    }

    func report(result: [UInt8]) async throws { _ = try await send(result, to: "/api/agents/results") }
    func report(neighbours: [UInt8]) async throws { _ = try await send(neighbours, to: "/api/agents/neighbours") }

    func work(_ heartbeat: AgentHeartbeat) async throws -> AgentWork {
        let answer = try await send(
            AgentJSON.encode(heartbeat), to: "/api/agents/work", patience: .seconds(heartbeat.wait + 30))
        return try AgentJSON.decode(from: answer)
    }

    func report(_ report: PatchReport) async throws -> PatchAnswer {
        try AgentJSON.decode(from: try await send(AgentJSON.encode(report), to: "/api/agents/patches"))
    }

    func report(_ report: PatchLogReport) async throws {
        _ = try await send(AgentJSON.encode(report), to: "/api/agents/patches/log", patience: .seconds(180))
    }

    /// Fetches a file of an order, piece by piece; who it is says nothing of itself.
    func fetch(_ url: String, from offset: Int64, _ take: (_ isRest: Bool, _ bytes: [UInt8]) async throws -> Void)
        async throws
    {
        try await link.fetch(url, from: offset, take)
    }

    /// Revokes itself.
    func leave() async throws { _ = try await send(Array("{}".utf8), to: "/api/agents/leave") }

    /// A number that was used before, by a clock that was ahead or a copy of this agent, is drawn again behind the one
    /// that the server names.
    private func send(_ body: [UInt8], to route: String, patience: Duration = .seconds(60)) async throws -> [UInt8] {
        do {
            return try await sendOnce(body, to: route, patience)
        } catch AgentError.refused(_, "agent.stale", let reason) {
            guard let last = reason.split(whereSeparator: { !$0.isNumber }).compactMap({ Int64($0) }).max() else {
                throw AgentError.refused(status: 409, code: "agent.stale", reason: reason)
            }
            sequence.withLock { $0 = max($0, last) }
            return try await sendOnce(body, to: route, patience)
        }
    }

    private func sendOnce(_ body: [UInt8], to route: String, _ patience: Duration) async throws -> [UInt8] {
        let sequence = sequence.withLock { sequence in
            sequence = max(sequence + 1, Int64(Date().timeIntervalSince1970 * 1_000_000))
            return sequence
        }
        let blank = AgentSignature(
            tenant: identity.tenant, agent: identity.agent, instance: instance, sequence: sequence)
        return try await link.send(body, to: route, patience: patience) { [key] path, body in
            try key.sign(blank, method: "POST", path: path, body: body).header
        }
    }
}
