import Domain
import FoundationEssentials
import Identification
import Postgres

/// Joins a page of a vendor's devices with the endpoints, in the transaction that writes the page.
struct DeviceJoin {
    let connection: Connection
    let tenant: TenantID
    let connector: ConnectorID

    /// Reports, of each device one, with what they say and what they are recognised by.
    struct Page: Sendable {
        let facts: [EndpointFacts]
        let devices: IdentityResolver.Batch
        let now: Date

        init(_ reports: [DeviceReport], of connector: ConnectorID, at now: Date = Date()) {
            self.now = now
            facts = reports.map { EndpointFacts($0) }
            devices = IdentityResolver.Batch(reports.map { DeviceSighting($0, of: connector, at: now) })
        }

        var hostnames: Set<String> { Set(facts.map(\.hostname)) }
    }

    /// What is read before a page is joined.
    ///
    /// - Parameter run: a first run, of which only what it may have written is looked up.
    func lookups(_ page: Page, in run: FirstRun? = nil) -> [Statement] {
        let names = Array(page.hostnames)
        return resolver.lookups(page.devices, in: run) + [
            HostnameRegister.Owners.lookup(run?.sought(names) ?? names, tenant: tenant)
        ]
    }

    private var resolver: IdentityResolver {
        IdentityResolver(connection: connection, tenant: tenant, connector: connector)
    }

    /// - Parameters:
    ///   - results: what `lookups` gave.
    ///   - records: what is to be written before, and what no decision hangs on: the server is busy with it while the
    ///     decisions are made.
    /// - Returns: the endpoints that are to be scanned.
    func join(_ page: Page, _ results: [Rows], behind records: EncodedStatements) async throws -> [EndpointID] {
        let now = page.now
        async let first = connection.run(records)
        let decisions = try await resolver.resolve(page.devices, Array(results.dropLast()))
        let owners = try HostnameRegister.Owners(page.hostnames, results[results.count - 1])
        let table = EndpointFactsTable(connection: connection, tenant: tenant)
        let insertion = try EncodedStatements(
            try await table.insertion(created(decisions, page), read: owners))
        _ = try await first
        let writer = LinkWriter(connection: connection, tenant: tenant, connector: connector)
        // Made while the server writes the endpoints.
        async let links = EncodedStatements(try await writer.statements(decisions))
        try await connection.run(insertion)
        try await EndpointMerge(connection: connection, tenant: tenant).merge(decisions.merges)
        var changed = Array(decisions.created)
        changed += decisions.merges.map(\.survivor)
        changed += try await update(decisions, page, table)
        try await connection.run(try await links)
        try await CollisionWriter(connection: connection, tenant: tenant, connector: connector)
            .write(decisions.items, at: now)
        return Array(Set(changed))
    }

    /// What the devices of the page say of endpoints that are new, in their order.
    private func created(
        _ decisions: IdentityDecisions, _ page: Page
    ) -> [(id: EndpointID, deviceID: String, facts: EndpointFacts)] {
        var places: [EndpointID: Int] = [:]
        var endpoints: [(id: EndpointID, deviceID: String, facts: EndpointFacts)] = []
        for (item, said) in zip(decisions.items, page.facts) {
            guard let endpoint = item.endpoint, decisions.created.contains(endpoint) else { continue }
            let place = places[endpoint] ?? endpoints.count
            if place == endpoints.count {
                places[endpoint] = place
                // No other source's device has this id, whatever a vendor calls its own.
                endpoints.append((endpoint, item.device.link.description, EndpointFacts()))
            }
            endpoints[place].facts.take(said, seen: min(item.device.sighting.lastSeen, page.now))
        }
        return endpoints
    }

    /// - Returns: those whose system is another now.
    private func update(
        _ decisions: IdentityDecisions, _ page: Page, _ table: EndpointFactsTable
    ) async throws -> [EndpointID] {
        var ids: Set<EndpointID> = []
        for item in decisions.items where item.collision == nil {
            if let endpoint = item.endpoint, !decisions.created.contains(endpoint) { ids.insert(endpoint) }
        }
        let stored = try await table.load(ids)
        var current = stored
        for (item, said) in zip(decisions.items, page.facts) where item.collision == nil {
            guard let endpoint = item.endpoint else { continue }
            current[endpoint]?.facts.take(said, seen: min(item.device.sighting.lastSeen, page.now))
        }
        var changed: [(id: EndpointID, deviceID: String, facts: EndpointFacts)] = []
        var otherwise: [EndpointID] = []
        // In one order everywhere, as everything that locks several rows.
        for id in ids.sorted(by: { $0.uuid < $1.uuid }) {
            guard let row = current[id], let before = stored[id], row.facts != before.facts else { continue }
            changed.append((id, row.deviceID, row.facts))
            if row.facts.hasOtherSystem(than: before.facts) { otherwise.append(id) }
        }
        try await table.update(changed)
        return otherwise
    }
}
