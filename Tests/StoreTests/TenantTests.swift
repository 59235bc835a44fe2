import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite("Tenants", .database)
struct TenantTests {
    let database = TestDatabase.current
    var tenants: TenantStore { database.store.tenants }

    @Test("are found by name or id; names are unique")
    func found() async throws {
        let made = try await tenants.create(name: " Gamma ")
        #expect(made.name == "Gamma")
        #expect(try await tenants.find("Gamma") == made)
        #expect(try await tenants.find(made.id.description) == made)
        #expect(try await tenants.find("gamma rays") == nil)
        await #expect(throws: StoreError.duplicate(kind: "tenant", name: "Gamma")) {
            try await tenants.create(name: "Gamma")
        }
        #expect(try await tenants.list().map(\.name) == ["Gamma", "alpha", "beta"])
    }

    @Test("a name has 1 to 100 characters", arguments: ["", "  ", String(repeating: "n", count: 101)])
    func badName(name: String) async throws {
        let error = await #expect(throws: StoreError.self) { try await tenants.create(name: name) }
        #expect(error?.code == "request.invalid")
    }

    @Test("deleting one removes everything of it, and nothing of another")
    func deletion() async throws {
        let owner = database.store.owner
        let catalogue = Catalogue(database: owner)
        for tenant in [database.a, database.b] { try await EveryTable.insert(tenant.id, owner) }
        let tables = try await catalogue.tenantTables()
        func counts(_ tenant: TestTenant) async throws -> [Int] {
            var counts: [Int] = []
            for table in tables {
                counts.append(
                    try await catalogue.count("SELECT count(*) FROM \(table) WHERE tenant_id = '\(tenant.id)'"))
            }
            return counts
        }
        let others = try await counts(database.b)
        #expect(try await counts(database.a).allSatisfy { $0 > 0 })
        try await tenants.delete(database.a.id)
        #expect(try await counts(database.a).allSatisfy { $0 == 0 })
        #expect(try await counts(database.b) == others)
        #expect(try await tenants.list().map(\.name) == ["beta"])
    }

    @Test("one that does not exist cannot be given rows")
    func unknown() async throws {
        let nobody = TenantID.make()
        let error = await #expect(throws: PostgresError.self) {
            try await database.store.inventories.ingest([Seed.inventory("web")], tenant: nobody)
        }
        #expect(error?.isForeignKeyViolation == true)
    }
}
