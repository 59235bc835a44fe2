import Domain
import FoundationEssentials
import Postgres

/// The stored sets of findings: one for each distinct history, copied only when histories part.
struct FindingSets {
    let connection: Connection
    let tenant: TenantID

    struct Stored {
        let id: UUID
        /// How many endpoints have it.
        let endpoints: Int
        var rows: [UUID: StoredFinding]
    }

    func load(_ ids: Set<UUID>) async throws -> [UUID: Stored] {
        guard !ids.isEmpty else { return [:] }
        let results = try await connection.run([
            Statement(
                "SELECT id, endpoint_count FROM finding_sets WHERE tenant_id = $1 AND id = ANY($2) FOR UPDATE",
                [.id(tenant), .uuidArray(Array(ids))]),
            Statement(
                """
                SELECT finding_set_id, vulnerability_id, packages, installed, fixed, state, risk_score, known_exploited,
                  status, detected_at, remediated_at, explanation, history
                FROM findings
                WHERE tenant_id = $1 AND finding_set_id = ANY($2)
                """, [.id(tenant), .uuidArray(Array(ids))]),
        ])
        var sets: [UUID: Stored] = [:]
        for row in results[0] {
            let id: UUID = try row.decode(0)
            sets[id] = Stored(id: id, endpoints: try row.decode(1), rows: [:])
        }
        for row in results[1] {
            let finding = try StoredFinding(row)
            sets[try row.decode(0)]?.rows[finding.vulnerability] = finding
        }
        return sets
    }

    /// Writes a merge. In place when the endpoints are all that have the old set, else as a copy.
    /// - Returns: the set that the endpoints have now.
    func save(
        _ merge: FindingMerge, replacing old: Stored?, endpoints: Int, softwareSet: UUID, at now: Date
    ) async throws -> UUID {
        if let old, old.endpoints == endpoints {
            try await upsert(merge.changed.compactMap { merge.rows[$0] }, into: old.id)
            return old.id
        }
        let id = Identifier<StoredFinding>.make(at: now).uuid
        _ = try await connection.query(
            "INSERT INTO finding_sets (tenant_id, id, software_set, created_at) VALUES ($1, $2, $3, $4)",
            [.id(tenant), .uuid(id), .uuid(softwareSet), .timestamptz(now)])
        try await upsert(Array(merge.rows.values), into: id)
        return id
    }

    private func upsert(_ rows: [StoredFinding], into set: UUID) async throws {
        let rows = rows.sorted { $0.vulnerability < $1.vulnerability }
        guard !rows.isEmpty else { return }
        _ = try await connection.query(
            """
            INSERT INTO findings
              (tenant_id, finding_set_id, vulnerability_id, packages, installed, fixed, state, risk_score, known_exploited,
               status, detected_at, remediated_at, explanation, history)
            SELECT $1, $2, r.vulnerability_id, string_to_array(r.packages, E'\\n'), r.installed, r.fixed, r.state,
              r.risk_score, r.known_exploited, r.status, r.detected_at, r.remediated_at, r.explanation::json, r.history::json
            FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::boolean[],
              $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[])
              AS r (vulnerability_id, packages, installed, fixed, state, risk_score, known_exploited, status,
                detected_at, remediated_at, explanation, history)
            ON CONFLICT (tenant_id, finding_set_id, vulnerability_id) DO UPDATE
            SET packages = excluded.packages, installed = excluded.installed, fixed = excluded.fixed,
                state = excluded.state, risk_score = excluded.risk_score,
                known_exploited = excluded.known_exploited, status = excluded.status,
                detected_at = excluded.detected_at, remediated_at = excluded.remediated_at,
                explanation = excluded.explanation, history = excluded.history
            """,
            [
                .id(tenant), .uuid(set), .uuidArray(rows.map(\.vulnerability)),
                .textArray(rows.map { $0.packages.joined(separator: "\n") }), .textArray(rows.map(\.installed)),
                .textArray(rows.map(\.fixed)), .textArray(rows.map(\.state.rawValue)),
                .float8Array(rows.map(\.risk)), .boolArray(rows.map(\.isKnownExploited)),
                .textArray(rows.map(\.status.rawValue)),
                .timestamptzArray(rows.map(\.detectedAt)), .timestamptzArray(rows.map(\.remediatedAt)),
                .textArray(rows.map { String(decoding: $0.explanation, as: UTF8.self) }),
                .textArray(try rows.map { String(decoding: try StatusChange.encode($0.history), as: UTF8.self) }),
            ])
    }

    /// Brings the counts of endpoints up to date and drops the sets that nobody has any more.
    func recount() async throws {
        _ = try await connection.run([
            Statement(
                """
                UPDATE finding_sets AS s
                SET endpoint_count = coalesce(c.endpoints, 0)
                FROM finding_sets AS t
                LEFT JOIN (
                  SELECT finding_set_id, count(*)::int AS endpoints
                  FROM endpoints
                  WHERE tenant_id = $1
                  GROUP BY finding_set_id
                ) AS c ON c.finding_set_id = t.id
                WHERE s.tenant_id = $1 AND t.tenant_id = $1 AND t.id = s.id
                  AND s.endpoint_count IS DISTINCT FROM coalesce(c.endpoints, 0)
                """, [.id(tenant)]),
            Statement("DELETE FROM finding_sets WHERE tenant_id = $1 AND endpoint_count = 0", [.id(tenant)]),
        ])
    }
}

extension StoredFinding {
    /// Columns 1 to 12 of `FindingSets.load`.
    init(_ row: Row) throws {
        self.init(
            vulnerability: try row.decode(1), packages: try row.decode(2), installed: try row.decode(3),
            fixed: try row.decode(4), state: PackageState(rawValue: try row.decode(5)) ?? .affected,
            risk: try row.decode(6), isKnownExploited: try row.decode(7),
            status: FindingStatus(rawValue: try row.decode(8)) ?? .open,
            detectedAt: try row.decode(9), remediatedAt: try row.decode(10),
            explanation: try row.rows.bytes(row.index, 11),
            history: try StatusChange.decode(row.rows.bytes(row.index, 12)))
    }
}

extension StatusChange {
    /// Dates are written in milliseconds as everywhere on the wire.
    static func encode(_ history: [StatusChange]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .millisecondsSince1970
        return Array(try encoder.encode(history))
    }

    static func decode(_ bytes: [UInt8]) throws -> [StatusChange] {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        return try decoder.decode([StatusChange].self, from: Data(bytes))
    }
}
