import ArgumentParser
import Domain
import FoundationEssentials
import Store

/// `garrison agent list`: a tenant's agents.
struct AgentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a tenant's agents with their last heartbeat.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var tenant: TenantOption
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let agents = try await database.withTenant(tenant) { try await $0.agents.list(tenant: $1.id) }
        if json { return try Console.printJSON(agents.map(Item.init)) }
        if agents.isEmpty { return Console.note("There is no agent yet: garrison agent token --help") }
        let rows = agents.map { agent in
            [
                agent.id.description, agent.hostname, agent.version,
                agent.standing.state.rawValue + (agent.isIsolated ? ", isolated" : ""),
                agent.lastSeenAt.map { $0.formatted(.iso8601) } ?? "never", agent.standing.reason ?? "",
            ]
        }
        Console.print(Columns.text(["ID", "HOSTNAME", "VERSION", "STATE", "LAST SEEN", "REASON"], rows))
    }

    private struct Item: Encodable {
        let id: AgentID
        let hostname: String
        let deviceID: String
        let version: String
        let state: AgentStanding.State
        let reason: String?
        let isIsolated: Bool
        let queued: Int
        let dropped: Int
        let enrolledAt: Date
        let lastSeenAt: Date?
        let inventoryAt: Date?

        init(_ agent: AgentRecord) {
            id = agent.id
            hostname = agent.hostname
            deviceID = agent.deviceID
            version = agent.version
            state = agent.standing.state
            reason = agent.standing.reason
            isIsolated = agent.isIsolated
            queued = agent.queued
            dropped = agent.dropped
            enrolledAt = agent.enrolledAt
            lastSeenAt = agent.lastSeenAt
            inventoryAt = agent.inventoryAt
        }
    }
}
