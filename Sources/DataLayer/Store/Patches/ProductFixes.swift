import Domain
import Postgres
import Scanner

/// Which versions of applications fix what, taken out of advisories' configurations, which are stored as text.
struct ProductFixes {
    let connection: Connection

    private static let chunk = 5_000

    /// Of the advisories that an import changed. Notes which products are touched.
    func update() async throws {
        try await connection.run([
            Statement(
                """
                INSERT INTO stage_touched
                SELECT DISTINCT '\(ProductName.ecosystem)', o.product
                FROM changed_advisories AS c
                JOIN advisory_products AS o ON o.advisory_id = c.id
                """),
            Statement("DELETE FROM advisory_products AS o USING changed_advisories AS c WHERE o.advisory_id = c.id"),
        ])
        try await read(
            """
            SELECT a.id, a.applicability
            FROM changed_advisories AS c
            JOIN advisories AS a ON a.id = c.id
            WHERE a.applicability IS NOT NULL
            """)
    }

    /// Of all that are loaded.
    func readAll() async throws {
        try await connection.run([Statement("DELETE FROM advisory_products")])
        try await read("SELECT id, applicability FROM advisories WHERE applicability IS NOT NULL")
    }

    private func read(_ query: String) async throws {
        _ = try await connection.query("DECLARE product_cursor NO SCROLL CURSOR FOR \(query)")
        while true {
            let rows = try await connection.query("FETCH \(Self.chunk) FROM product_cursor")
            if rows.isEmpty { break }
            var found: [(advisory: Int64, fix: FixedProduct)] = []
            for row in rows {
                let advisory: Int64 = try row.decode(0)
                let configurations = ApplicabilityText.decode(try row.decode(1))
                found += FixedProduct.all(in: configurations).map { (advisory, $0) }
            }
            if found.isEmpty { continue }
            let statements = [Self.insert, Self.touch].map { sql in
                Statement(
                    sql,
                    [
                        .int8Array(found.map(\.advisory)), .textArray(found.map(\.fix.product)),
                        .textArray(found.map(\.fix.introduced)), .textArray(found.map(\.fix.fixed)),
                    ])
            }
            try await connection.run(statements)
        }
        _ = try await connection.query("CLOSE product_cursor")
    }

    private static let fixes = """
        unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS u (advisory, product, introduced, fixed)
        """

    private static let insert = """
        INSERT INTO advisory_products (advisory_id, product, introduced, fixed)
        SELECT advisory, product, introduced, fixed FROM \(fixes)
        ON CONFLICT DO NOTHING
        """

    private static let touch = """
        INSERT INTO stage_touched
        SELECT DISTINCT '\(ProductName.ecosystem)', product FROM \(fixes)
        """
}
