import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Inventories in: endpoints and what is installed on them.
    public var inventories: InventoryStore { InventoryStore(store: self) }
}

/// Takes inventories into the database. Idempotent: the same inventory again changes nothing but
/// `last_seen`.
public struct InventoryStore: Sendable {
    let store: Store

    /// What an import did.
    public struct Outcome: Sendable, Equatable {
        public var endpoints: [EndpointID] = []
        public var created = 0
        public var packages = 0

        public init() {}
    }

    /// One transaction: all the inventories or none of them.
    /// - Parameter inventories: a batch; a few hundred is a good size. Of two with one device id the
    ///   later in the array counts.
    /// - Throws: `PostgresError`.
    public func ingest(_ inventories: [Inventory], tenant: TenantID) async throws -> Outcome {
        let latest = Dictionary(inventories.map { ($0.deviceID, $0) }, uniquingKeysWith: { $1 })
            .values.sorted { $0.deviceID < $1.deviceID }
        let titles = Set(latest.flatMap { $0.packages.map(SoftwareTitle.init) })
        let ids = try await SoftwareTitles(owner: store.owner).ids(of: titles)
        let devices = latest.map { Device(inventory: $0, titleIDs: ids) }
        let outcome = try await store.app.transaction(tenant: tenant) { connection in
            // Hostnames are given out one import at a time within a tenant.
            _ = try await connection.query(
                "SELECT pg_advisory_xact_lock(hashtextextended('garrison.ingest' || $1, 0))",
                [.text(tenant.description)])
            try await insertSets(devices, tenant: tenant, connection)
            let outcome = try await upsertEndpoints(devices, tenant: tenant, connection)
            _ = try await connection.run([ChangeNotice.statement(tenant)])
            return outcome
        }
        store.cache.invalidate(tenant)
        return outcome
    }

    /// An inventory with its packages as a sorted set of title ids and the dates beside it.
    private struct Device {
        let inventory: Inventory
        let titles: [Int64]
        let installDates: [Date?]
        let set: UUID

        init(inventory: Inventory, titleIDs: [SoftwareTitle: Int64]) {
            self.inventory = inventory
            var dates: [Int64: Date?] = [:]
            for package in inventory.packages {
                guard let id = titleIDs[SoftwareTitle(package)] else { continue }
                dates[id] = package.installDate
            }
            titles = dates.keys.sorted()
            installDates = titles.map { dates[$0] ?? nil }
            set = softwareSetHash(titles)
        }
    }

    private func insertSets(_ devices: [Device], tenant: TenantID, _ connection: Connection) async throws {
        let distinct = Dictionary(devices.map { ($0.set, $0.titles) }, uniquingKeysWith: { first, _ in first })
        for (set, titles) in distinct.sorted(by: { $0.key < $1.key }) {
            _ = try await connection.query(
                """
                INSERT INTO software_sets (tenant_id, hash, title_ids)
                VALUES ($1, $2, $3)
                ON CONFLICT DO NOTHING
                """, [.id(tenant), .uuid(set), .int8Array(titles)])
        }
    }

    private func upsertEndpoints(
        _ devices: [Device], tenant: TenantID, _ connection: Connection
    ) async throws -> Outcome {
        var owners = try await hostnameOwners(devices, tenant: tenant, connection)
        var statements: [Statement] = []
        for device in devices {
            let id = device.inventory.deviceID
            let hostname = HostnameChoice.name(for: device.inventory) { name in owners[name].map { $0 != id } ?? false }
            owners[hostname] = id
            statements.append(
                Statement(Self.upsert, try parameters(device, hostname: hostname, tenant: tenant)))
        }
        var outcome = Outcome()
        for rows in try await connection.run(statements) {
            guard let row = rows.first else { continue }
            outcome.endpoints.append(try row.decode(0))
            if try row.decode(1) { outcome.created += 1 }
        }
        outcome.packages = devices.reduce(0) { $0 + $1.titles.count }
        return outcome
    }

    private static let upsert = """
        INSERT INTO endpoints AS e
          (tenant_id, id, device_id, hostname, fqdn, os_type, os_id, os_name, os_version, kernel_release, architecture,
           ip_address, mac_address, agent_version, last_seen, inventory_at, software_set, install_dates, notes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::inet, $13::macaddr, $14, $15, $15, $16, $17, $18)
        ON CONFLICT (tenant_id, device_id) DO UPDATE
        SET hostname = excluded.hostname, fqdn = excluded.fqdn, os_type = excluded.os_type, os_id = excluded.os_id,
            os_name = excluded.os_name, os_version = excluded.os_version, kernel_release = excluded.kernel_release,
            architecture = excluded.architecture, ip_address = excluded.ip_address,
            mac_address = excluded.mac_address, agent_version = excluded.agent_version,
            last_seen = greatest(e.last_seen, excluded.last_seen), inventory_at = excluded.inventory_at,
            software_set = excluded.software_set, install_dates = excluded.install_dates, notes = excluded.notes,
            updated_at = now()
        RETURNING id, (xmax = 0) AS created
        """

    private func parameters(_ device: Device, hostname: String, tenant: TenantID) throws -> [Value] {
        let inventory = device.inventory
        return [
            .id(tenant), .id(EndpointID.make()), .text(inventory.deviceID), .text(hostname), .of(inventory.fqdn),
            .text(inventory.os.type), .text(inventory.os.id), .text(inventory.os.prettyName ?? inventory.os.name),
            .text(inventory.os.version.isEmpty ? inventory.os.codename ?? "" : inventory.os.version),
            .of(inventory.kernel?.release), .of(inventory.kernel?.architecture),
            .of(inventory.network.primaryAddress), .of(inventory.network.primaryMAC), .of(inventory.agentVersion),
            .timestamptz(inventory.collectedAt), .uuid(device.set), .dateArray(device.installDates),
            .json(Array(try JSONEncoder().encode(inventory.notes))),
        ]
    }

    /// Which hostnames are in use, and by which device. A name changes hands only when nobody has
    /// it, so that no order of the updates below can collide.
    private func hostnameOwners(
        _ devices: [Device], tenant: TenantID, _ connection: Connection
    ) async throws -> [String: String] {
        let hostnames = devices.map(\.inventory.hostname)
        let candidates = hostnames.map { $0.replacing("%", with: "\\%").replacing("_", with: "\\_") + "-%" }
        let rows = try await connection.query(
            """
            SELECT hostname, device_id
            FROM endpoints
            WHERE tenant_id = $1
              AND (hostname = ANY($2) OR hostname LIKE ANY($3))
            """,
            [
                .id(tenant), .textArray(hostnames + devices.compactMap(\.inventory.fqdn)), .textArray(candidates),
            ])
        var owners: [String: String] = [:]
        for row in rows { owners[try row.decode(0)] = try row.decode(1, as: String.self) }
        return owners
    }
}

extension InventoryStore.Outcome {
    /// Adds another batch's outcome.
    public mutating func add(_ other: Self) {
        endpoints += other.endpoints
        created += other.created
        packages += other.packages
    }
}
