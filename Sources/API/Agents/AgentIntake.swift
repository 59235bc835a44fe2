import AgentProtocol
import Domain
import FoundationEssentials
import Store

/// Takes what agents report.
struct AgentIntake {
    let store: Store
    let tenant: TenantID

    /// Writes an inventory, has the endpoint scanned, and keeps it to take changes on.
    func take(_ report: AgentInventory, from agent: AgentRecord) async throws {
        let inventory = try await inventory(of: report, from: agent)
        // Whose inventory it is was settled when the machine was enrolled: an agent speaks for no other device.
        guard inventory.deviceID == agent.deviceID else {
            throw AgentRefusal.inventory("it is of the device \(inventory.deviceID) and not of \(agent.deviceID)")
        }
        let outcome = try await store.inventories.ingest([inventory], from: .agent, tenant: tenant)
        let principal = Principal(tenant: tenant, role: .analyst, subject: .system, name: "agent: \(agent.hostname)")
        if report.delta.map({ $0.base != $0.digest }) ?? true {
            _ = try await store.startScan(of: outcome.endpoints, by: principal)
        }
        let document = String(decoding: try AgentJSON.encode(inventory), as: UTF8.self)
        try await store.agents.keep(
            inventory: document, digest: Digest.inventory(inventory), of: agent.id, tenant: tenant)
    }

    private func inventory(of report: AgentInventory, from agent: AgentRecord) async throws -> Inventory {
        if let inventory = report.inventory { return inventory }
        guard let delta = report.delta else { throw AgentRefusal.inventory("it holds neither all nor changes") }
        guard let known = try await store.agents.inventory(of: agent.id, tenant: tenant), known.digest == delta.base
        else { throw AgentRefusal.baseUnknown }
        let base: Inventory = try AgentJSON.decode(from: Array(known.document.utf8))
        guard let inventory = delta.applied(to: base, digest: Digest.inventory) else { throw AgentRefusal.baseUnknown }
        return inventory
    }

    /// Machines that an agent has seen are hosts that were found: endpoints without coverage, until a source of their
    /// own reports them.
    func take(_ neighbours: [NetworkNeighbour], from agent: AgentRecord) async throws {
        guard neighbours.count <= 10_000 else {
            throw RequestError.invalidField(name: "", message: "More than 10000 neighbours are no neighbours.")
        }
        let account = try await store.connectors.implicitAccount(
            kind: .discovery, name: "neighbours", tenant: tenant)
        let own = Set(agent.facts.macAddresses)
        let reports = neighbours.compactMap { DeviceReport(neighbour: $0, seenBy: agent) }
            .filter { own.isDisjoint(with: $0.macAddresses) }
        guard !reports.isEmpty else { return }
        try await store.connectors.push(.devices(reports), of: .devices, account, tenant: tenant)
    }
}

extension DeviceReport {
    /// By its MAC address where that is known: it stays when the address is given to another machine.
    init?(neighbour: NetworkNeighbour, seenBy agent: AgentRecord) {
        let mac = neighbour.mac.map { $0.lowercased() }
        self.init(
            sourceID: mac.map { "mac:\($0)" } ?? "address:\(neighbour.address)", hostname: neighbour.address,
            os: OperatingSystem(type: "unknown", id: "unknown", name: "Unknown", version: ""),
            macAddresses: mac.map { [$0] } ?? [], addresses: [neighbour.address], tags: ["seen by \(agent.hostname)"],
            lastSeen: Date())
    }
}
