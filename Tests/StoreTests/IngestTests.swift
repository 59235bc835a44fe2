import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Taking inventories in", .database)
struct IngestTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }
    let later = Seed.moment.addingTimeInterval(3600)

    /// A row of the table as text, with the times of reports left out.
    private func row(_ device: String, in tenant: TestTenant? = nil) async throws -> String {
        let id = (tenant ?? database.a).id
        return try await store.app.query(
            """
            SELECT (to_jsonb(e) - 'last_seen' - 'inventory_at')::text
            FROM endpoints AS e
            WHERE tenant_id = $1 AND device_id = $2
            """, [.id(id), .text(device)], tenant: id)[0].decode(0)
    }

    private func lastSeen(_ device: String) async throws -> Date {
        try await store.app.query(
            "SELECT last_seen FROM endpoints WHERE device_id = $1", [.text(device)], tenant: tenant)[
                0
            ].decode(0)
    }

    @Test("the same inventory again changes nothing but when the endpoint was seen")
    func again() async throws {
        let first = try await store.inventories.ingest([Seed.inventory("web")], tenant: tenant)
        let before = try await row("device-web")
        let second = try await store.inventories.ingest([Seed.inventory("web", at: later)], tenant: tenant)
        #expect(first.created == 1)
        #expect(second.created == 0)
        #expect(second.endpoints == first.endpoints)
        #expect(second.packages == SeedPackages.vulnerable.count)
        #expect(try await row("device-web") == before)
        #expect(try await lastSeen("device-web") == later)
    }

    @Test("an inventory that is older than the stored one changes nothing at all")
    func stale() async throws {
        let ids = try await store.inventories.ingest([Seed.inventory("web", at: later)], tenant: tenant).endpoints
        let before = try await row("device-web")
        let outcome = try await store.inventories.ingest(
            [Seed.inventory("web", packages: SeedPackages.updated)], tenant: tenant)
        #expect(outcome.endpoints == ids)
        #expect(try await row("device-web") == before)
        #expect(try await lastSeen("device-web") == later)
    }

    @Test("a clock that is ahead does not keep later inventories out")
    func futureClock() async throws {
        let future = Date(timeIntervalSinceNow: 10 * 365 * 86_400)
        _ = try await store.inventories.ingest([Seed.inventory("web", at: future)], tenant: tenant)
        #expect(try await lastSeen("device-web") <= Date())
        _ = try await store.inventories.ingest(
            [Seed.inventory("web", packages: SeedPackages.updated, at: Date())], tenant: tenant)
        let software = try await store.endpoints.software(
            try await store.endpoints.list(.init(), tenant: tenant).items[0].id, tenant: tenant)
        #expect(Set(software.map(\.version)) == Set(SeedPackages.updated.map(\.version)))
    }

    @Test("of two inventories of one device in a batch the later in the array counts")
    func twice() async throws {
        let outcome = try await store.inventories.ingest(
            [Seed.inventory("old", device: "d"), Seed.inventory("new", device: "d")], tenant: tenant)
        #expect(outcome.created == 1)
        #expect(try await store.endpoints.list(.init(), tenant: tenant).items.map(\.hostname) == ["new"])
    }

    @Test("endpoints with the same packages share one set, and install dates are each one's own")
    func sharedSets() async throws {
        var dated = Seed.inventory("dated")
        for index in dated.packages.indices {
            dated.packages[index].installDate = Date(timeIntervalSince1970: Double(index) * 86_400)
        }
        let outcome = try await store.inventories.ingest([dated, Seed.inventory("undated")], tenant: tenant)
        #expect(try await Catalogue(database: store.owner).count("SELECT count(*) FROM software_sets") == 1)
        let dates = try await store.endpoints.software(outcome.endpoints[0], tenant: tenant).map(\.installDate)
        #expect(Set(dates).count == dated.packages.count)
        let none = try await store.endpoints.software(outcome.endpoints[1], tenant: tenant).map(\.installDate)
        #expect(none.allSatisfy { $0 == nil })
    }

    @Test("two tenants may have the same machine, and neither sees the other's")
    func twoTenants() async throws {
        let mine = try await store.inventories.ingest([Seed.inventory("web")], tenant: tenant)
        let theirs = try await store.inventories.ingest(
            [Seed.inventory("web", packages: SeedPackages.updated)], tenant: database.b.id)
        #expect(mine.endpoints != theirs.endpoints)
        #expect(try await store.endpoints.list(.init(), tenant: tenant).items.map(\.id) == mine.endpoints)
        await #expect(throws: StoreError.notFound(kind: "endpoint", id: theirs.endpoints[0].description)) {
            try await store.endpoints.detail(theirs.endpoints[0], tenant: tenant)
        }
        let before = try await row("device-web", in: database.b)
        _ = try await store.inventories.ingest(
            [Seed.inventory("renamed", device: "device-web", at: later)], tenant: tenant)
        #expect(try await row("device-web", in: database.b) == before)
    }

    @Test("the view software_installed shows each endpoint's packages")
    func view() async throws {
        let ids = try await store.inventories.ingest([Seed.inventory("a"), Seed.inventory("b")], tenant: tenant)
            .endpoints
        let rows = try await store.app.query(
            "SELECT endpoint_id, name, version FROM software_installed ORDER BY name", tenant: tenant)
        #expect(rows.count == 2 * SeedPackages.vulnerable.count)
        #expect(try Set(rows.map { try $0.decode(0, as: EndpointID.self) }) == Set(ids))
        let keys = try await store.app.query("SELECT count(DISTINCT id) FROM software_installed", tenant: tenant)
        #expect(try keys.int(0, 0) == rows.count)
        #expect(try await store.app.query("SELECT FROM software_installed", tenant: database.b.id).isEmpty)
    }

    private static let bad: [(name: String, field: String, spoil: @Sendable (inout Inventory) -> Void)] = [
        ("no hostname", "hostname", { $0.hostname = "" }),
        ("no device id", "device_id", { $0.deviceID = "" }),
        ("a NUL in a name", "packages", { $0.packages[0].name = "open\0ssl" }),
        ("a NUL in the hostname", "hostname", { $0.hostname = "web\0" }),
        ("a version of a megabyte", "packages", { $0.packages[0].version = String(repeating: "9", count: 1 << 20) }),
        ("a NUL in a note", "notes", { $0.notes = [CollectionNote(item: "packages.rpm", reason: "\0")] }),
    ]

    @Test(
        "one inventory that cannot be stored refuses its batch, by name, and nothing is stored", arguments: bad.indices)
    func badInventory(index: Int) async throws {
        var spoiled = Seed.inventory("spoiled")
        Self.bad[index].spoil(&spoiled)
        let error = await #expect(throws: StoreError.self, "\(Self.bad[index].name)") {
            try await store.inventories.ingest([Seed.inventory("good"), spoiled], tenant: tenant)
        }
        guard case .invalid(let field, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(field == Self.bad[index].field)
        #expect(try await store.endpoints.list(.init(), tenant: tenant).total == 0)
    }

    @Test(
        "an address that PostgreSQL has no form for is left out, and the machine is stored",
        arguments: [
            ("fe80::1%eth0", "02:00:00:00:00:01", "fe80::1", "02:00:00:00:00:01"),
            ("not an address", "00-11-22-aa-bb-cc", nil, "00:11:22:aa:bb:cc"),
            ("192.0.2.300", "00:11:22:33:44:55:66:77", nil, nil),
            ("2001:db8::1", "", "2001:db8::1", nil),
        ])
    func addresses(address: String, mac: String, storedAddress: String?, storedMAC: String?) async throws {
        var inventory = Seed.inventory("web")
        inventory.network = Network(interfaces: [.init(name: "eth0", mac: mac, addresses: [address])])
        let id = try await store.inventories.ingest([inventory], tenant: tenant).endpoints[0]
        let detail = try await store.endpoints.detail(id, tenant: tenant)
        #expect(detail.summary.ipAddress == storedAddress)
        #expect(detail.macAddress == storedMAC)
    }

    @Test("imports of overlapping batches at once all succeed, and leave what one after the other would")
    func concurrent() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    // The same devices in another order, each with packages of its worker besides shared ones.
                    let inventories = (0..<20).map { number in
                        Seed.inventory(
                            "host-\((number * 7 + worker * 3) % 20)",
                            packages: SeedPackages.vulnerable + [SeedPackages.deb("worker", "\(worker)")])
                    }
                    _ = try await store.inventories.ingest(inventories, tenant: tenant)
                }
                group.addTask {
                    _ = try await store.inventories.ingest(
                        (0..<20).map { Seed.inventory("host-\($0)") }, tenant: database.b.id)
                }
            }
            try await group.waitForAll()
        }
        for tenant in [database.a, database.b] {
            let page = try await store.endpoints.list(.init(sort: .hostname), tenant: tenant.id)
            #expect(Set(page.items.map(\.hostname)) == Set((0..<20).map { "host-\($0)" }))
        }
    }

    @Test("nothing of a batch stays when the connection is lost before its end")
    func lostConnection() async throws {
        // Holds the tenant's endpoints, so that the import waits in the middle of its transaction.
        let import_ = try await store.owner.transaction { connection in
            _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            let task = Task { try await store.inventories.ingest([Seed.inventory("web")], tenant: tenant) }
            var killed = 0
            while killed == 0 {
                killed = try await store.owner.query(
                    """
                    SELECT pg_terminate_backend(pid)
                    FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
                    """
                ).count
            }
            return task
        }
        await #expect(throws: PostgresError.self) { try await import_.value }
        #expect(try await Catalogue(database: store.owner).count("SELECT count(*) FROM endpoints") == 0)
        #expect(try await Catalogue(database: store.owner).count("SELECT count(*) FROM software_sets") == 0)
        let outcome = try await store.inventories.ingest([Seed.inventory("web")], tenant: tenant)
        #expect(outcome.created == 1)
    }
}
