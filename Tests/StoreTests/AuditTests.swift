import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite("The audit trail", .database)
struct AuditTests {
    let database = TestDatabase.current
    var audit: AuditStore { database.store.audit }
    var tenant: TenantID { database.a.id }

    private func record(_ count: Int, in tenant: TestTenant) async throws {
        for number in 0..<count {
            let entry = AuditEntry(
                "token.create", object: "token \(number)", detail: ["role": "viewer"], by: tenant.administrator)
            _ = try await database.store.app.run([entry.statement()], tenant: tenant.id)
        }
    }

    @Test("is numbered without gaps in each tenant, holds, and shows the latest first")
    func holds() async throws {
        try await record(3, in: database.a)
        try await record(1, in: database.b)
        #expect(try await audit.list(AuditStore.Query(limit: 10), tenant: tenant).items.map(\.sequence) == [3, 2, 1])
        #expect(
            try await audit.list(AuditStore.Query(limit: 10, cursor: "3"), tenant: tenant).items.map(\.object) == [
                "token 1", "token 0",
            ])
        #expect(try await audit.list(AuditStore.Query(limit: 10), tenant: database.b.id).items.map(\.sequence) == [1])
        #expect(try await audit.firstBrokenEntry(tenant: tenant) == nil)
        #expect(try await audit.firstBrokenEntry(tenant: database.b.id) == nil)
    }

    @Test("written to by many at once it stays one chain")
    func concurrent() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await record(2, in: database.a) } }
            try await group.waitForAll()
        }
        #expect(
            try await audit.list(AuditStore.Query(limit: 100), tenant: tenant).items.map(\.sequence)
                == (1...40).reversed())
        #expect(try await audit.firstBrokenEntry(tenant: tenant) == nil)
    }

    @Test(
        "cannot be changed, by the schema's owner neither",
        arguments: [
            "UPDATE audit_events SET actor = 'nobody'", "DELETE FROM audit_events", "TRUNCATE audit_events",
        ])
    func appendOnly(sql: String) async throws {
        try await record(2, in: database.a)
        for role in [database.store.app, database.store.owner] {
            let error = await #expect(throws: PostgresError.self) { try await role.query(sql, tenant: tenant) }
            #expect(error?.isInsufficientPrivilege == true)
        }
        #expect(try await audit.list(AuditStore.Query(limit: 10), tenant: tenant).items.count == 2)
    }

    @Test(
        "shows the first entry that somebody tampered with behind the triggers' back",
        arguments: [
            ("UPDATE audit_events SET actor = 'nobody' WHERE sequence = 2", 2),
            ("UPDATE audit_events SET detail = '{\"role\": \"admin\"}' WHERE sequence = 3", 3),
            ("UPDATE audit_events SET at = at - interval '1 microsecond' WHERE sequence = 1", 1),
            ("DELETE FROM audit_events WHERE sequence = 2", 2),
            ("UPDATE audit_events AS e SET actor = 'nobody', hash = audit_hash(e) WHERE sequence = 2", 2),
            (
                """
                WITH forged AS (
                  INSERT INTO audit_events SELECT (e).* FROM (SELECT e FROM audit_events AS e WHERE sequence = 4) AS f
                  ON CONFLICT DO NOTHING
                )
                UPDATE audit_events SET previous_hash = sha256('forged') WHERE sequence = 4
                """, 4
            ),
        ])
    func tampering(sql: String, entry: Int) async throws {
        try await record(4, in: database.a)
        try await database.store.owner.transaction { connection in
            _ = try await connection.query("SET LOCAL session_replication_role = replica")
            _ = try await connection.query(sql)
        }
        #expect(try await audit.firstBrokenEntry(tenant: tenant) == entry)
        #expect(try await audit.firstBrokenEntry(tenant: database.b.id) == nil)
    }

    @Test("nobody reads another tenant's, and verifying it from outside shows nothing of it")
    func otherTenant() async throws {
        try await record(2, in: database.b)
        #expect(try await audit.list(AuditStore.Query(limit: 10), tenant: tenant).items.isEmpty)
        let rows = try await database.store.app.query(
            "SELECT audit_verify($1)", [.id(database.b.id)], tenant: tenant)
        #expect(rows.isNull(0, 0))
    }
}
