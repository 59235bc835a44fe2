import Domain
import FoundationEssentials
import Identification
import Postgres

/// Joins a page of a vendor's devices with the endpoints, in the transaction that writes the page.
struct DeviceJoin {
    let connection: Connection
    let tenant: TenantID
    let connector: ConnectorID

    /// Reports that changed, of each device one, with what they are recognised by.
    struct Page {
        let reports: [DeviceReport]
        let devices: IdentityResolver.Batch
        let now: Date

        init(_ reports: [DeviceReport], of connector: ConnectorID, at now: Date = Date()) {
            self.reports = reports
            self.now = now
            devices = IdentityResolver.Batch(reports.map { DeviceSighting($0, of: connector, at: now) })
        }
    }

    /// - Returns: the endpoints that are to be scanned.
    func join(_ page: Page) async throws -> [EndpointID] {
        let (reports, now) = (page.reports, page.now)
        if reports.isEmpty { return [] }
        let resolver = IdentityResolver(connection: connection, tenant: tenant, connector: connector)
        let decisions = try await resolver.resolve(page.devices)
        let writer = LinkWriter(connection: connection, tenant: tenant, connector: connector)
        // Made while the server writes the endpoints.
        async let links = writer.statements(decisions)
        let table = EndpointFactsTable(connection: connection, tenant: tenant)
        try await table.insert(created(decisions, reports, at: now))
        try await EndpointMerge(connection: connection, tenant: tenant).merge(decisions.merges)
        var changed = Array(decisions.created)
        changed += decisions.merges.map(\.survivor)
        changed += try await update(decisions, reports, table, at: now)
        try await connection.run(try await links)
        try await CollisionWriter(connection: connection, tenant: tenant, connector: connector)
            .write(decisions.items, at: now)
        return Array(Set(changed))
    }

    /// What the devices of the page say of endpoints that are new, in their order.
    private func created(
        _ decisions: IdentityDecisions, _ reports: [DeviceReport], at now: Date
    ) -> [(id: EndpointID, deviceID: String, facts: EndpointFacts)] {
        var places: [EndpointID: Int] = [:]
        var endpoints: [(id: EndpointID, deviceID: String, facts: EndpointFacts)] = []
        for (item, report) in zip(decisions.items, reports) {
            guard let endpoint = item.endpoint, decisions.created.contains(endpoint) else { continue }
            let place = places[endpoint] ?? endpoints.count
            if place == endpoints.count {
                places[endpoint] = place
                // No other source's device has this id, whatever a vendor calls its own.
                endpoints.append((endpoint, item.device.link.description, EndpointFacts()))
            }
            endpoints[place].facts.take(report, seen: min(item.device.sighting.lastSeen, now))
        }
        return endpoints
    }

    /// - Returns: those whose system is another now.
    private func update(
        _ decisions: IdentityDecisions, _ reports: [DeviceReport], _ table: EndpointFactsTable, at now: Date
    ) async throws -> [EndpointID] {
        var ids: Set<EndpointID> = []
        for item in decisions.items where item.collision == nil {
            if let endpoint = item.endpoint, !decisions.created.contains(endpoint) { ids.insert(endpoint) }
        }
        let stored = try await table.load(ids)
        var current = stored
        for (item, report) in zip(decisions.items, reports) where item.collision == nil {
            guard let endpoint = item.endpoint else { continue }
            current[endpoint]?.facts.take(report, seen: min(item.device.sighting.lastSeen, now))
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
