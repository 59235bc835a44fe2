import Domain
import FoundationEssentials
import Postgres
import Scanner

/// The rows of a VEX document.
struct VEXWriter {
    let document: VEXDocument
    let id: VEXDocumentID
    let tenant: TenantID
    let now: Date

    /// The document's own row, in the place of the edition before.
    func insertion(digest: [UInt8], by person: String) -> Statement {
        Statement(
            """
            INSERT INTO vex_documents
              (tenant_id, id, document_id, format, author, issued_at, digest, imported_by, imported_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (tenant_id, id) DO UPDATE
            SET format = excluded.format, author = excluded.author, issued_at = excluded.issued_at,
                digest = excluded.digest, imported_by = excluded.imported_by, imported_at = excluded.imported_at
            """,
            [
                .id(tenant), .id(id), .text(document.id), .text(document.format.rawValue), .text(document.author),
                .of(document.date), .bytes(digest), .text(person), .timestamptz(now),
            ])
    }

    func statements() throws -> Statement {
        let encoder = JSONEncoder()
        let rows = document.statements
        return Statement(
            """
            INSERT INTO vex_statements
              (tenant_id, id, document, position, vulnerabilities, status, justification, impact, action, author, stated_at,
               imported_at, products, hosts)
            SELECT $1, r.id, $2, r.place - 1, string_to_array(r.vulnerabilities, E'\\n'), r.status, r.justification,
              r.impact, r.action, r.author, r.stated_at, $3, r.products::jsonb, string_to_array(r.hosts, E'\\n')
            FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
              $11::timestamptz[], $12::text[], $13::text[])
              WITH ORDINALITY AS r (id, vulnerabilities, status, justification, impact, action, author, stated_at, products,
                hosts, place)
            """,
            [
                .id(tenant), .id(id), .timestamptz(now),
                .uuidArray(rows.map { _ in VEXStatementID.make(at: now).uuid }),
                .textArray(rows.map { Self.lines($0.vulnerabilities.map(Self.catalogued)) }),
                .textArray(rows.map(\.status.rawValue)), .textArray(rows.map(\.justification)),
                .textArray(rows.map(\.impact)), .textArray(rows.map(\.action)), .textArray(rows.map(\.author)),
                .timestamptzArray(rows.map(\.date)),
                .textArray(try rows.map { String(decoding: try encoder.encode($0.products), as: UTF8.self) }),
                .textArray(rows.map { Self.lines(Set($0.products.flatMap(\.hostNames)).sorted()) }),
            ])
    }

    private static func lines(_ names: [String]) -> String { names.joined(separator: "\n") }

    /// A vulnerability's name as the catalogue spells it: ids of CVE and GitHub are known in any case.
    private static func catalogued(_ name: String) -> String {
        let upper = name.uppercased()
        if upper.hasPrefix("CVE-") { return upper }
        return upper.hasPrefix("GHSA-") ? "GHSA-" + name.dropFirst(5).lowercased() : name
    }
}
