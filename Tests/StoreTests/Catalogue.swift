import Postgres

/// What PostgreSQL's own catalogue says of the schema.
struct Catalogue {
    let database: Database

    /// A table, a partitioned table, a partition or a view with a tenant_id.
    struct Relation: Sendable, CustomStringConvertible {
        let name: String
        let isView: Bool
        let isPartition: Bool
        var description: String { name }
    }

    func tenantRelations() async throws -> [Relation] {
        try await database.query(
            """
            SELECT c.relname, c.relkind = 'v', c.relispartition
            FROM pg_class AS c
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
            ORDER BY c.relname
            """
        ).map { row in
            Relation(name: try row.decode(0), isView: try row.decode(1), isPartition: try row.decode(2))
        }
    }

    /// Tables with a tenant_id that are nobody's partition.
    func tenantTables() async throws -> [String] {
        try await tenantRelations().filter { !$0.isView && !$0.isPartition }.map(\.name)
    }

    /// All tables but the record of the migrations.
    func tables() async throws -> [String] {
        try await names(
            """
            SELECT relname
            FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
              AND relname <> 'schema_migrations'
            ORDER BY relname
            """)
    }

    /// A table's columns that can be written.
    func columns(_ table: String) async throws -> [String] {
        try await names(
            """
            SELECT attname
            FROM pg_attribute
            WHERE attrelid = '\(table)'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            ORDER BY attnum
            """)
    }

    /// The first column of a query.
    func names(_ sql: String) async throws -> [String] {
        try await database.query(sql).map { try $0.decode(0) }
    }

    /// The answer of a query to one number.
    func count(_ sql: String) async throws -> Int { try await database.query(sql).int(0, 0) }
}
