import Domain
import Postgres
import Testing

extension PostgresTests {
    @Suite("Behind a pooler, which may give each transaction another session")
    struct PoolerModeTests {
        @Test("statements have no names, and each job brings its settings with it, in one round trip")
        func isStateless() async throws {
            let server = try RawServer.current
            let tap = try WireTap(server)
            defer { tap.stop() }
            try await server.connect { try await $0.query("CREATE ROLE pooled NOLOGIN") }
            try await server.connect({ configuration in
                configuration.url = tap.url
                configuration.preparedStatements = false
                configuration.role = "pooled"
                configuration.statementTimeout = .seconds(7)
            }) { database in
                let tenant = TenantID.make()
                for _ in 0..<2 {
                    tap.clear()
                    let results = try await database.run(
                        [
                            Statement("SELECT current_user::text, current_setting('app.tenant_id')"),
                            Statement("SHOW statement_timeout"),
                        ], tenant: tenant)
                    #expect(try results[0].string(0, 0) == "pooled")
                    #expect(try results[0].string(0, 1) == tenant.description)
                    #expect(try results[1].string(0, 0) == "7s")
                    #expect(tap.types == "PBDEPBDEPBDES")
                    #expect(tap.messages.filter { $0.type == "P" }.allSatisfy { $0.strings.first == "" })
                    #expect(tap.flights == 1)
                }
            }
        }

        @Test("nothing stays set on the session when the job or the transaction is over")
        func leavesNothing() async throws {
            try await RawServer.current.connect { try await $0.query("CREATE ROLE pooled_guest NOLOGIN") }
            try await RawServer.current.connect({ configuration in
                configuration.preparedStatements = false
                configuration.role = "pooled_guest"
                configuration.leasedConnections = 1
            }) { database in
                try await database.transaction(tenant: .make()) { connection in
                    let user = try await connection.query("SELECT current_user::text")
                    #expect(try user.string(0, 0) == "pooled_guest")
                    #expect(try await connection.query("SHOW statement_timeout").string(0, 0) == "15min")
                }
                try await database.withConnection { connection in
                    #expect(try await connection.query("SELECT current_user::text").string(0, 0) == "garrison")
                    #expect(try await connection.query("SHOW statement_timeout").string(0, 0) == "0")
                    let tenant = try await connection.query("SELECT current_setting('app.tenant_id', true)")
                    #expect(try tenant.string(0, 0) == "")
                    let names = try await connection.query("SELECT count(*) FROM pg_prepared_statements")
                    #expect(try names.int(0, 0) == 0)
                }
            }
        }
    }
}
