import Domain
import Postgres
import TestSupport
import Testing

/// The statements are made from the catalogue, so a new table is tried without anybody adding it here.
@Suite("A session of one tenant and another's rows", .database)
struct IsolationTests {
    let database = TestDatabase.current
    var catalogue: Catalogue { Catalogue(database: database.store.owner) }
    var intruder: TenantID { database.a.id }
    var victim: TenantID { database.b.id }

    /// Both tenants have a row in every table, or the trials below would prove nothing.
    private func fill() async throws {
        for tenant in [intruder, victim] { try await EveryTable.insert(tenant, database.store.owner) }
        for table in try await catalogue.tenantRelations() where !table.isPartition {
            for tenant in [intruder, victim] {
                let count = try await catalogue.count("SELECT count(*) FROM \(table) WHERE tenant_id = '\(tenant)'")
                try #require(count > 0, "EveryTable has no row for \(table)")
            }
        }
    }

    /// What a statement did under the serving role; nil when it was refused.
    private func affected(_ sql: String, by role: Database) async throws -> Int? {
        do {
            return try await role.query(sql, tenant: intruder).affected
        } catch {
            // 0A000 and 55000: what a view does not do for anybody.
            if error.isInsufficientPrivilege || ["0A000", "55000"].contains(error.sqlState) { return nil }
            throw error
        }
    }

    @Test("reads none of them")
    func selects() async throws {
        try await fill()
        for table in try await catalogue.tenantRelations() where !table.isPartition {
            let own = try await affected("SELECT FROM \(table)", by: database.store.app)
            let foreign = try await affected(
                "SELECT FROM \(table) WHERE tenant_id <> '\(intruder)'", by: database.store.app)
            #expect(own ?? 0 > 0, "\(table)")
            #expect(foreign == 0, "\(table)")
        }
        #expect(try await affected("SELECT FROM tenants WHERE id <> '\(intruder)'", by: database.store.app) == 0)
    }

    @Test("reads none of them through a partition")
    func partitions() async throws {
        try await fill()
        for table in try await catalogue.tenantRelations() where table.isPartition {
            let read = try await affected(
                "SELECT FROM \(table) WHERE tenant_id <> '\(intruder)'", by: database.store.app)
            #expect(read ?? 0 == 0, "\(table)")
        }
    }

    @Test("changes none of them")
    func updates() async throws {
        try await fill()
        for table in try await catalogue.tenantRelations() where !table.isPartition {
            for sql in [
                "UPDATE \(table) SET tenant_id = tenant_id WHERE tenant_id = '\(victim)'",
                // Takes a row over into the own tenant, were it visible.
                "UPDATE \(table) SET tenant_id = '\(intruder)' WHERE tenant_id = '\(victim)'",
            ] {
                #expect(try await affected(sql, by: database.store.app) ?? 0 == 0, "\(sql)")
            }
        }
    }

    @Test("deletes none of them")
    func deletes() async throws {
        try await fill()
        for table in try await catalogue.tenantRelations() where !table.isPartition {
            let before = try await catalogue.count("SELECT count(*) FROM \(table)")
            let gone = try await affected("DELETE FROM \(table) WHERE tenant_id = '\(victim)'", by: database.store.app)
            #expect(gone ?? 0 == 0, "\(table)")
            #expect(try await catalogue.count("SELECT count(*) FROM \(table)") == before, "\(table)")
        }
    }

    @Test("plants none among them")
    func inserts() async throws {
        try await fill()
        for table in try await catalogue.tenantTables() {
            let columns = try await catalogue.columns(table).map { "\"\($0)\"" }.joined(separator: ", ")
            let row = try await database.store.owner.query(
                "SELECT to_jsonb(t)::text FROM \(table) AS t WHERE tenant_id = '\(victim)' LIMIT 1")[0].decode(
                    0, as: String.self)
            let error = await #expect(throws: PostgresError.self, "\(table)") {
                try await database.store.app.query(
                    "INSERT INTO \(table) (\(columns)) SELECT \(columns) FROM jsonb_populate_record(NULL::\(table), $1::jsonb)",
                    [.text(row)], tenant: intruder)
            }
            #expect(error?.isInsufficientPrivilege == true, "\(table): \(String(describing: error))")
        }
    }

    @Test("moves none of its own to them")
    func gifts() async throws {
        try await fill()
        for table in try await catalogue.tenantTables() {
            let error = await #expect(throws: PostgresError.self, "\(table)") {
                try await database.store.app.query(
                    "UPDATE \(table) SET tenant_id = '\(victim)' WHERE tenant_id = '\(intruder)'", tenant: intruder)
            }
            #expect(error?.isInsufficientPrivilege == true, "\(table): \(String(describing: error))")
        }
    }

    @Test("without a tenant nothing at all is there", arguments: ["", "not-a-uuid"])
    func withoutTenant(setting: String) async throws {
        try await fill()
        for table in try await catalogue.tenantTables() {
            let answer: Int?
            do {
                let results = try await database.store.app.run([
                    Statement("SELECT set_config('app.tenant_id', $1, true)", [.text(setting)]),
                    Statement("SELECT FROM \(table)"),
                ])
                answer = results[1].count
            } catch {
                // Anything but a uuid is an error, not a tenant.
                #expect(error.sqlState == "22P02")
                answer = nil
            }
            #expect(answer ?? 0 == 0, "\(table)")
        }
    }

    @Test("the tenant of one statement is not there for the next on the same connection")
    func leavesNoTenant() async throws {
        try await fill()
        for _ in 0..<20 {
            #expect(try await database.store.app.query("SELECT FROM endpoints", tenant: intruder).count == 1)
            #expect(try await database.store.app.query("SELECT FROM endpoints").isEmpty)
        }
    }

    /// What work of all tenants is found by: queues, and who a session's user is.
    private static let seen: Set = [
        "users", "jobs", "outbox", "connectors", "device_actions", "agent_tasks", "deployments", "patch_deployments",
        "patch_jobs",
    ]

    @Test("finding the owner of a row is all that the system role can do with most tables")
    func systemRole() async throws {
        try await fill()
        for table in try await catalogue.tenantTables() where !Self.seen.contains(table) {
            #expect(try await affected("SELECT FROM \(table)", by: database.store.system) == nil, "\(table)")
        }
    }
}
