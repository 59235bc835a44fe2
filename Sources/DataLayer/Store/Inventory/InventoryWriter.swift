import Domain
import FoundationEssentials
import Postgres

/// Writes a batch of devices inside a transaction.
struct InventoryWriter {
    let connection: Connection
    let tenant: TenantID
    let source: ImplicitSource

    /// What is stored of an endpoint.
    private struct Known {
        let id: EndpointID
        let moment: Date?
        let hash: UUID?
    }

    func write(_ devices: [ReportedDevice]) async throws -> InventoryStore.Outcome {
        // Also because hostnames are given out one import at a time within a tenant.
        try await connection.run([Statement("SELECT lock_endpoints($1)", [.id(tenant)]), KeyLookups.statement])
        let account = try await ConnectorStore.implicitAccount(source, connection, tenant: tenant)
        let links = InventoryLinks(connection: connection, tenant: tenant, connector: account)
        let before = try await links.state(of: devices)
        var arrived: [ReportedDevice] = []
        var seen: [(id: EndpointID, moment: Date)] = []
        var outcome = InventoryStore.Outcome()
        var endpoints: [String: EndpointID] = [:]
        for device in devices {
            let id = device.inventory.deviceID
            // What was stored before there were links is looked at once more.
            guard let stored = before[id], stored.isLinked else {
                arrived.append(device)
                continue
            }
            endpoints[id] = stored.endpoint
            if let moment = stored.moment, device.moment < moment { continue }
            if stored.hash == device.hash {
                seen.append((stored.endpoint, device.moment))
            } else {
                arrived.append(device)
            }
        }
        try await markSeen(seen)
        try await links.markSeen(devices.filter { before[$0.inventory.deviceID]?.isLinked == true })
        let decisions = try await links.decide(arrived, assumed: before.mapValues(\.endpoint))
        let known = try await known(Set(decisions.items.compactMap(\.endpoint)))
        var written: [(device: ReportedDevice, endpoint: EndpointID)] = []
        for (item, device) in zip(decisions.items, arrived) {
            guard item.collision == nil, let endpoint = item.endpoint else {
                outcome.quarantined += 1
                continue
            }
            endpoints[device.inventory.deviceID] = endpoint
            if let moment = known[endpoint]?.moment, device.moment < moment { continue }
            if known[endpoint]?.hash == device.hash { try await markSeen([(endpoint, device.moment)]) }
            written.append((device, endpoint))
        }
        try await insertSets(arrived)
        try await upsert(Self.latest(written))
        try await links.write(decisions, arrived)
        // A host that lists nothing itself has what others list of it.
        let silent = written.filter(\.device.titles.isEmpty).map(\.endpoint)
        _ = try await SoftwareJoin(connection: connection, tenant: tenant).settle(Set(silent))
        for device in devices {
            guard let endpoint = endpoints[device.inventory.deviceID] else { continue }
            outcome.endpoints.append(endpoint)
            outcome.packages += device.titles.count
        }
        outcome.created = decisions.created.count
        return outcome
    }

    /// Of several devices that are one machine the inventory that was taken last counts.
    private static func latest(
        _ written: [(device: ReportedDevice, endpoint: EndpointID)]
    ) -> [(device: ReportedDevice, endpoint: EndpointID)] {
        var places: [EndpointID: Int] = [:]
        var latest: [(device: ReportedDevice, endpoint: EndpointID)] = []
        for item in written {
            if let place = places[item.endpoint] {
                if item.device.moment >= latest[place].device.moment { latest[place] = item }
            } else {
                places[item.endpoint] = latest.count
                latest.append(item)
            }
        }
        return latest
    }

    /// Endpoints as they are after merges.
    private func known(_ endpoints: Set<EndpointID>) async throws -> [EndpointID: Known] {
        if endpoints.isEmpty { return [:] }
        let rows = try await connection.query(
            "SELECT id, inventory_at, inventory_hash FROM endpoints WHERE tenant_id = $1 AND id = ANY($2)",
            [.id(tenant), .uuidArray(endpoints.map(\.uuid))])
        var known: [EndpointID: Known] = [:]
        for row in rows {
            let id: EndpointID = try row.decode(0)
            known[id] = Known(id: id, moment: try row.decode(1), hash: try row.decode(2))
        }
        return known
    }

    private func markSeen(_ seen: [(id: EndpointID, moment: Date)]) async throws {
        if seen.isEmpty { return }
        _ = try await connection.query(
            """
            UPDATE endpoints AS e
            SET last_seen = greatest(e.last_seen, s.moment), inventory_at = s.moment
            FROM unnest($2::uuid[], $3::timestamptz[]) AS s (id, moment)
            WHERE e.tenant_id = $1 AND e.id = s.id
            """,
            [.id(tenant), .uuidArray(seen.map(\.id.uuid)), .timestamptzArray(seen.map(\.moment))])
    }

    private func insertSets(_ devices: [ReportedDevice]) async throws {
        var sets = Dictionary(devices.map { ($0.set, $0.titles) }, uniquingKeysWith: { first, _ in first })
        if sets.isEmpty { return }
        let stored = try await connection.query(
            "SELECT hash FROM software_sets WHERE tenant_id = $1 AND hash = ANY($2)",
            [.id(tenant), .uuidArray(Array(sets.keys))])
        for row in stored { sets[try row.decode(0, as: UUID.self)] = nil }
        if sets.isEmpty { return }
        _ = try await connection.query(
            """
            INSERT INTO software_sets (tenant_id, hash, title_ids)
            SELECT $1, hash, title_ids::bigint[]
            FROM unnest($2::uuid[], $3::text[]) AS s (hash, title_ids)
            """,
            [
                .id(tenant), .uuidArray(Array(sets.keys)),
                .textArray(sets.values.map { "{\($0.map(String.init).joined(separator: ","))}" }),
            ])
    }

    private func upsert(_ devices: [(device: ReportedDevice, endpoint: EndpointID)]) async throws {
        if devices.isEmpty { return }
        let names = try await HostnameRegister(
            devices.map { device, endpoint in
                let inventory = device.inventory
                return .init(
                    endpoint: endpoint, hostname: inventory.hostname, fqdn: inventory.fqdn, deviceID: inventory.deviceID
                )
            }, connection: connection, tenant: tenant
        ).chosen
        try await connection.run(
            try zip(devices, names).map { item, name in
                Statement(Self.upsert, try parameters(item.device, endpoint: item.endpoint, hostname: name))
            })
    }

    private static let upsert = """
        INSERT INTO endpoints AS e
          (tenant_id, id, device_id, hostname, fqdn, os_type, os_id, os_name, os_version, kernel_release, architecture,
           ip_address, mac_address, agent_version, last_seen, inventory_at, inventory_hash, software_set, install_dates,
           notes, os_build, os_installation)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::inet, $13::macaddr, $14, $15, $15, $16, $17, $18, $19,
          $20, $21)
        ON CONFLICT (tenant_id, id) DO UPDATE
        SET device_id = excluded.device_id, hostname = excluded.hostname, fqdn = excluded.fqdn, os_type = excluded.os_type, os_id = excluded.os_id,
            os_name = excluded.os_name, os_version = excluded.os_version, kernel_release = excluded.kernel_release,
            architecture = excluded.architecture, ip_address = excluded.ip_address,
            mac_address = excluded.mac_address, agent_version = excluded.agent_version,
            last_seen = greatest(e.last_seen, excluded.last_seen), inventory_at = excluded.inventory_at,
            inventory_hash = excluded.inventory_hash, software_set = excluded.software_set,
            install_dates = excluded.install_dates, notes = excluded.notes, os_build = excluded.os_build,
            os_installation = excluded.os_installation, updated_at = now()
        """

    private func parameters(_ device: ReportedDevice, endpoint: EndpointID, hostname: String) throws -> [Value] {
        let inventory = device.inventory
        return [
            .id(tenant), .id(endpoint), .text(inventory.deviceID), .text(hostname), .of(inventory.fqdn),
            .text(inventory.os.type), .text(inventory.os.id), .text(device.osName), .text(device.osVersion),
            .of(inventory.kernel?.release), .of(inventory.kernel?.architecture), .of(device.address), .of(device.mac),
            .of(inventory.agentVersion), .timestamptz(device.moment), .uuid(device.hash), .uuid(device.set),
            .dateArray(device.installDates), .json(Array(try JSONEncoder().encode(inventory.notes))),
            .of(inventory.os.build), .of(inventory.os.installationType),
        ]
    }
}
