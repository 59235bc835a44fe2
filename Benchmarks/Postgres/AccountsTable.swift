import Domain
import Postgres

/// pgbench's own table of 1,000,000 accounts, and the same rows as a tenant's under row-level security.
struct AccountsTable: Sendable {
    static let rows = 1_000_000
    static let role = "bench_tenant"
    let url: String
    let tenant = TenantID.make()

    init(_ bench: Bench) async throws {
        url = try await bench.server.makeDatabase("bench_reads")
        let scale = Self.rows / 100_000
        try await Program(try bench.server.program("pgbench"), ["-i", "-q", "-s", "\(scale)", url]).run()
        let database = try await Database(DatabaseConfiguration(url: url))
        do {
            try await addTenantTable(database)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    private func addTenantTable(_ database: Database) async throws {
        try await database.withConnection { connection in
            for statement in Self.definition { try await connection.query(statement) }
            try await connection.query(
                "INSERT INTO tenant_accounts SELECT $1, aid, bid, abalance, filler FROM pgbench_accounts",
                [.uuid(tenant.uuid)])
            try await connection.query("VACUUM ANALYZE tenant_accounts")
        }
    }

    private static let definition = [
        """
        CREATE TABLE tenant_accounts (
            tenant_id uuid NOT NULL, aid integer NOT NULL, bid integer, abalance integer, filler character(84),
            PRIMARY KEY (tenant_id, aid))
        """,
        "CREATE ROLE \(role) NOLOGIN",
        "GRANT SELECT ON tenant_accounts, pgbench_accounts TO \(role)",
        "ALTER TABLE tenant_accounts ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE tenant_accounts FORCE ROW LEVEL SECURITY",
        """
        CREATE POLICY tenant ON tenant_accounts
        USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
        """,
    ]
}
