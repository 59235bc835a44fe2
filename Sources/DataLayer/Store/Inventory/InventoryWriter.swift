import Domain
import FoundationEssentials
import Postgres

/// Writes a batch of devices inside a transaction.
struct InventoryWriter {
    let connection: Connection
    let tenant: TenantID

    /// What is stored of a device.
    private struct Known {
        let id: EndpointID
        let moment: Date?
        let hash: UUID?
    }

    func write(_ devices: [ReportedDevice]) async throws -> InventoryStore.Outcome {
        let known = try await lockAndRead(devices)
        var outcome = InventoryStore.Outcome()
        var new: [ReportedDevice] = []
        var seen: [(id: EndpointID, moment: Date)] = []
        for device in devices {
            guard let stored = known[device.inventory.deviceID] else {
                new.append(device)
                continue
            }
            if let moment = stored.moment, device.moment < moment { continue }
            if stored.hash == device.hash { seen.append((stored.id, device.moment)) } else { new.append(device) }
        }
        try await markSeen(seen)
        try await insertSets(new)
        let written = try await upsert(new)
        for device in devices {
            let id = device.inventory.deviceID
            guard let endpoint = known[id]?.id ?? written[id] else { continue }
            outcome.endpoints.append(endpoint)
            outcome.packages += device.titles.count
        }
        outcome.created = written.keys.count { known[$0] == nil }
        return outcome
    }

    private func lockAndRead(_ devices: [ReportedDevice]) async throws -> [String: Known] {
        let rows = try await connection.run([
            // Also because hostnames are given out one import at a time within a tenant.
            Statement("SELECT lock_endpoints($1)", [.id(tenant)]),
            Statement(
                """
                SELECT device_id, id, inventory_at, inventory_hash
                FROM endpoints
                WHERE tenant_id = $1 AND device_id = ANY($2)
                """, [.id(tenant), .textArray(devices.map(\.inventory.deviceID))]),
        ])[1]
        var known: [String: Known] = [:]
        for row in rows {
            known[try row.decode(0)] = Known(
                id: try row.decode(1), moment: try row.decode(2), hash: try row.decode(3))
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

    /// - Returns: the endpoints, by device id.
    private func upsert(_ devices: [ReportedDevice]) async throws -> [String: EndpointID] {
        if devices.isEmpty { return [:] }
        let hostnames = try await HostnameRegister(devices, connection: connection, tenant: tenant).chosen
        let statements = try zip(devices, hostnames).map { device, hostname in
            Statement(Self.upsert, try parameters(device, hostname: hostname))
        }
        let results = try await connection.run(statements)
        var ids: [String: EndpointID] = [:]
        for (device, rows) in zip(devices, results) { ids[device.inventory.deviceID] = try rows[0].decode(0) }
        return ids
    }

    private static let upsert = """
        INSERT INTO endpoints AS e
          (tenant_id, id, device_id, hostname, fqdn, os_type, os_id, os_name, os_version, kernel_release, architecture,
           ip_address, mac_address, agent_version, last_seen, inventory_at, inventory_hash, software_set, install_dates,
           notes, os_build, os_installation)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::inet, $13::macaddr, $14, $15, $15, $16, $17, $18, $19,
          $20, $21)
        ON CONFLICT (tenant_id, device_id) DO UPDATE
        SET hostname = excluded.hostname, fqdn = excluded.fqdn, os_type = excluded.os_type, os_id = excluded.os_id,
            os_name = excluded.os_name, os_version = excluded.os_version, kernel_release = excluded.kernel_release,
            architecture = excluded.architecture, ip_address = excluded.ip_address,
            mac_address = excluded.mac_address, agent_version = excluded.agent_version,
            last_seen = greatest(e.last_seen, excluded.last_seen), inventory_at = excluded.inventory_at,
            inventory_hash = excluded.inventory_hash, software_set = excluded.software_set,
            install_dates = excluded.install_dates, notes = excluded.notes, os_build = excluded.os_build,
            os_installation = excluded.os_installation, updated_at = now()
        RETURNING id
        """

    private func parameters(_ device: ReportedDevice, hostname: String) throws -> [Value] {
        let inventory = device.inventory
        return [
            .id(tenant), .id(EndpointID.make()), .text(inventory.deviceID), .text(hostname), .of(inventory.fqdn),
            .text(inventory.os.type), .text(inventory.os.id), .text(device.osName), .text(device.osVersion),
            .of(inventory.kernel?.release), .of(inventory.kernel?.architecture), .of(device.address), .of(device.mac),
            .of(inventory.agentVersion), .timestamptz(device.moment), .uuid(device.hash), .uuid(device.set),
            .dateArray(device.installDates), .json(Array(try JSONEncoder().encode(inventory.notes))),
            .of(inventory.os.build), .of(inventory.os.installationType),
        ]
    }
}
