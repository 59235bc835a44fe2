import Postgres
import Testing

extension PostgresTests {
    @Suite("Prepared statements")
    struct StatementCacheTests {
        private static func prepared(_ mark: String, on database: Database) async throws -> Int {
            try await database.query(
                "SELECT count(*) FROM pg_prepared_statements WHERE position($1 IN statement) > 0", [.text(mark)]
            ).int(0, 0)
        }

        @Test("a text is prepared once on a connection, whatever its parameters")
        func isReused() async throws {
            try await RawServer.current.connect { database in
                for number in 0..<20 {
                    let rows = try await database.query("SELECT $1::int8 + 1 AS reused", [.int(number)])
                    #expect(try rows.int(0, 0) == number + 1)
                }
                // The counting statement's own text is passed as a parameter.
                #expect(try await Self.prepared("AS reused", on: database) == 1)
            }
        }

        @Test("a text with parameters of other types is another statement")
        func dependsOnTypes() async throws {
            try await RawServer.current.connect { database in
                let sql = "SELECT pg_typeof($1)::text"
                for _ in 0..<2 {
                    let values: [(Value, String)] = [
                        (.int8(1), "bigint"), (.bool(true), "boolean"), (.float8(1), "double precision"),
                    ]
                    for (value, type) in values {
                        let rows = try await database.query(sql, [value])
                        #expect(try rows.string(0, 0) == type)
                    }
                }
                // NULL has no type and takes a statement that is there.
                #expect(try await database.query(sql, [.null]).count == 1)
            }
        }

        @Test("no more are kept than the capacity, and a forgotten one works again")
        func isBounded() async throws {
            try await RawServer.current.connect({ $0.statementCacheCapacity = 4 }) { database in
                for round in 0..<3 {
                    for number in 0..<12 {
                        let rows = try await database.query("SELECT \(number) AS bounded")
                        #expect(try rows.int(0, 0) == number, "round \(round)")
                    }
                }
                #expect(try await Self.prepared("AS bounded", on: database) <= 4)
            }
        }

        @Test("the least recently used is forgotten first")
        func keepsWhatIsUsed() async throws {
            try await RawServer.current.connect({ $0.statementCacheCapacity = 4 }) { database in
                for number in 0..<20 {
                    try await database.query("SELECT 'often' AS favourite")
                    try await database.query("SELECT \(number) AS seldom")
                }
                #expect(try await Self.prepared("AS favourite", on: database) == 1)
            }
        }

        @Test("a result type that changed with the table is met by preparing again")
        func survivesSchemaChanges() async throws {
            try await RawServer.current.connect { database in
                try await database.query("CREATE TABLE cache_changed (a int8)")
                try await database.query("INSERT INTO cache_changed VALUES (1)")
                let select = "SELECT * FROM cache_changed"
                #expect(try await database.query(select).columns == ["a"])
                try await database.query("ALTER TABLE cache_changed ADD COLUMN b text DEFAULT 'new'")
                let rows = try await database.query(select)
                #expect(rows.columns == ["a", "b"])
                #expect(try rows.string(0, 1) == "new")
                try await database.query("ALTER TABLE cache_changed ALTER COLUMN a TYPE text USING 'one'")
                #expect(try await database.query(select).string(0, 0) == "one")
            }
        }

        @Test("inside a transaction the changed result type is an error once, and the next transaction works")
        func reportsSchemaChangesInTransactions() async throws {
            try await RawServer.current.connect({ $0.leasedConnections = 1 }) { database in
                try await database.query("CREATE TABLE cache_leased (a int8)")
                let select = "SELECT * FROM cache_leased"
                try await database.transaction { connection in try await connection.query(select) }
                try await database.query("ALTER TABLE cache_leased ADD COLUMN b text")
                let error = await #expect(throws: PostgresError.self) {
                    try await database.transaction { connection in try await connection.query(select) }
                }
                #expect(error?.sqlState == "0A000")
                try await database.transaction { connection in
                    let rows = try await connection.query(select)
                    #expect(rows.columns == ["a", "b"])
                }
            }
        }

        @Test("statements that somebody deallocated are prepared again")
        func survivesDeallocation() async throws {
            try await RawServer.current.connect { database in
                for _ in 0..<3 {
                    #expect(try await database.query("SELECT 42 AS dropped").int(0, 0) == 42)
                    try await database.query("DEALLOCATE ALL")
                }
            }
        }

        @Test("a statement that could not be prepared is tried anew the next time")
        func retriesFailedPreparation() async throws {
            try await RawServer.current.connect { database in
                let select = "SELECT count(*) FROM cache_late"
                let error = await #expect(throws: PostgresError.self) { try await database.query(select) }
                #expect(error?.sqlState == "42P01")
                try await database.query("CREATE TABLE cache_late ()")
                #expect(try await database.query(select).int(0, 0) == 0)
            }
        }

        @Test("many jobs behind one whose preparation fails get the same answer as alone")
        func retriesNeighboursOfFailedPreparation() async throws {
            try await RawServer.current.connect({
                $0.pipelineDepth = 16; $0.patience = .seconds(60)
            }) { database in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<50 {
                        group.addTask {
                            let error = await #expect(throws: PostgresError.self) {
                                try await database.query("SELECT * FROM cache_missing")
                            }
                            #expect(error?.sqlState == "42P01")
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}
