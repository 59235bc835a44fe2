import Domain
import Postgres
import Testing

extension PostgresTests {
    @Suite("A tenant is in force for its own statements")
    struct TenantTests {
        private static let current = "SELECT coalesce(current_setting('app.tenant_id', true), '')"

        private static func expect(_ tenant: TenantID?, on database: Database, in scope: TenantID?) async throws {
            let rows = try await database.query(current, tenant: scope)
            #expect(try rows.string(0, 0) == tenant?.description ?? "")
        }

        private static func expect(_ tenant: TenantID?, on connection: Connection) async throws {
            let rows = try await connection.query(current)
            #expect(try rows.string(0, 0) == tenant?.description ?? "")
        }

        @Test("the next job on the same connection has no tenant")
        func doesNotLeak() async throws {
            try await RawServer.current.connect { database in
                let tenant = TenantID.make()
                try await Self.expect(tenant, on: database, in: tenant)
                try await Self.expect(nil, on: database, in: nil)
            }
        }

        @Test("a job that fails leaves no tenant behind")
        func doesNotLeakFromFailures() async throws {
            try await RawServer.current.connect { database in
                await #expect(throws: PostgresError.self) {
                    try await database.query("SELECT 1 / 0", tenant: .make())
                }
                try await Self.expect(nil, on: database, in: nil)
            }
        }

        @Test("jobs of many tenants in one pipeline each see their own")
        func isSeparate() async throws {
            try await RawServer.current.connect({
                $0.pipelineDepth = 16; $0.patience = .seconds(60)
            }) { database in
                let tenants = (0..<20).map { _ in TenantID.make() }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for round in 0..<500 {
                        group.addTask {
                            let tenant = round % 21 == 20 ? nil : tenants[round % 21]
                            try await Self.expect(tenant, on: database, in: tenant)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test("a transaction's tenant lasts as long as the transaction, and not longer")
        func lastsForTransaction() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                let tenant = TenantID.make()
                try await database.transaction(tenant: tenant) { connection in
                    try await Self.expect(tenant, on: connection)
                    try await Self.expect(tenant, on: connection)
                }
                try await database.withConnection { connection in
                    try await Self.expect(nil, on: connection)
                }
            }
        }

        @Test("under a role that row-level security binds, a tenant sees its rows and no others")
        func isEnforced() async throws {
            let server = try RawServer.current
            let (a, b) = (TenantID.make(), TenantID.make())
            try await server.connect { database in
                try await database.run(Self.definition.map { Statement($0) })
                let insert = "INSERT INTO tenant_rows VALUES ($1, $2)"
                try await database.run([
                    Statement(insert, [.id(a), "of a"]), Statement(insert, [.id(b), "of b"]),
                ])
            }
            try await server.connect({ $0.role = "tenant_reader" }) { database in
                let select = "SELECT name FROM tenant_rows"
                for (tenant, names) in [(a, ["of a"]), (b, ["of b"]), (nil, [])] as [(TenantID?, [String])] {
                    let rows = try await database.query(select, tenant: tenant)
                    #expect(try rows.map { try $0.string("name") } == names)
                }
                let error = await #expect(throws: PostgresError.self) {
                    try await database.query("INSERT INTO tenant_rows VALUES ($1, 'x')", [.id(b)], tenant: a)
                }
                #expect(error?.isInsufficientPrivilege == true)
            }
        }

        private static let definition = [
            "CREATE TABLE tenant_rows (tenant_id uuid, name text)",
            "CREATE ROLE tenant_reader NOLOGIN",
            "GRANT SELECT, INSERT ON tenant_rows TO tenant_reader",
            "ALTER TABLE tenant_rows ENABLE ROW LEVEL SECURITY",
            """
            CREATE POLICY tenant ON tenant_rows
            USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
            """,
        ]
    }
}
