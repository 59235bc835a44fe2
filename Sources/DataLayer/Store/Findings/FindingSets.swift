import Domain
import FoundationEssentials
import Postgres
import Risk

/// The stored sets of findings: one for each distinct history, copied only when histories part.
struct FindingSets {
    let connection: Connection
    let tenant: TenantID

    private struct Stored {
        /// Endpoints that still have it.
        var endpoints = 0
        var rows: [UUID: StoredFinding] = [:]
    }

    /// The vulnerabilities whose findings are looked at; nil for all. Others stay as they are, also in copies.
    private let scope: Set<UUID>?
    private var stored: [UUID: Stored] = [:]
    private var made: [(set: UUID, original: UUID?)] = []
    private var pending: [(set: UUID, row: StoredFinding)] = []
    /// The sets that were saved, in place or as copies.
    private(set) var saved = Set<UUID>()

    /// Rows that are written by one statement: some megabytes.
    private static let chunk = 4000

    init(connection: Connection, tenant: TenantID, scope: Set<UUID>? = nil) {
        self.connection = connection
        self.tenant = tenant
        self.scope = scope
    }

    /// The findings of a set that was loaded, by vulnerability.
    func rows(of set: UUID) -> [UUID: StoredFinding]? { stored[set]?.rows }

    mutating func load(_ ids: Set<UUID>) async throws {
        guard !ids.isEmpty else { return }
        let parameters: [Value] = [.id(tenant), .uuidArray(Array(ids))]
        let condition = scope == nil ? "" : "AND vulnerability_id = ANY($3)"
        let results = try await connection.run([
            Statement(
                """
                SELECT finding_set_id, count(*)
                FROM endpoints
                WHERE tenant_id = $1 AND finding_set_id = ANY($2)
                GROUP BY finding_set_id
                """, parameters),
            Statement(
                """
                SELECT finding_set_id, vulnerability_id, packages, installed, fixed, state, risk_score, known_exploited,
                  status, detected_at, remediated_at, explanation, history, package, ecosystem, severity, ssvc, timeline,
                  due_at, exception_id, cvss, epss, exploits, vector, vex_id, due_soon_noticed_at, overdue_noticed_at
                FROM findings
                WHERE tenant_id = $1 AND finding_set_id = ANY($2) \(condition)
                """, parameters + (scope.map { [.uuidArray(Array($0))] } ?? [])),
        ])
        for row in results[0] { stored[try row.decode(0)] = Stored(endpoints: try row.decode(1)) }
        for row in results[1] {
            let finding = try StoredFinding(row)
            stored[try row.decode(0)]?.rows[finding.vulnerability] = finding
        }
    }

    /// Notes a merge for writing. In place when the endpoints are all that still have the old set, else
    /// as a copy.
    /// - Returns: the set that the endpoints have now.
    mutating func save(
        _ merge: FindingMerge, replacing old: UUID?, endpoints: Int, at now: Date
    ) async throws -> UUID {
        if let old, stored[old]?.endpoints == endpoints {
            saved.insert(old)
            pending += merge.changed.compactMap { merge.rows[$0] }.map { (old, $0) }
            if pending.count >= Self.chunk { try await flush() }
            return old
        }
        let id = Identifier<StoredFinding>.make(at: now).uuid
        if let old { stored[old]?.endpoints -= endpoints }
        made.append((id, old))
        saved.insert(id)
        pending += merge.rows.values.map { (id, $0) }
        if pending.count >= Self.chunk { try await flush() }
        return id
    }

    /// Writes what is noted.
    mutating func flush() async throws {
        if !made.isEmpty {
            // A scope's writer leaves the scores of its endpoints for later; see `EndpointSettlement`.
            _ = try await connection.query(
                "INSERT INTO finding_sets (tenant_id, id, is_pending) SELECT $1, id, $3 FROM unnest($2::uuid[]) AS id",
                [.id(tenant), .uuidArray(made.map(\.set)), .bool(scope != nil)])
            if let scope { try await copyOthers(than: scope) }
            made = []
        }
        guard !pending.isEmpty else { return }
        let sets = Value.uuidArray(pending.map(\.set))
        _ = try await connection.query(Self.upsert, [.id(tenant), sets] + (try Self.columns(pending.map(\.row))))
        pending = []
    }

    /// Copies share with their originals what is not looked at.
    private func copyOthers(than scope: Set<UUID>) async throws {
        let copies = made.compactMap { copy in copy.original.map { (copy.set, $0) } }
        _ = try await connection.query(
            """
            INSERT INTO findings (tenant_id, finding_set_id, \(Self.copied))
            SELECT f.tenant_id, c.copy, \(Self.copied.split(separator: ", ").map { "f.\($0)" }.joined(separator: ", "))
            FROM unnest($2::uuid[], $3::uuid[]) AS c (copy, original)
            JOIN findings AS f ON f.tenant_id = $1 AND f.finding_set_id = c.original
            WHERE f.vulnerability_id <> ALL($4)
            """,
            [
                .id(tenant), .uuidArray(copies.map(\.0)), .uuidArray(copies.map(\.1)), .uuidArray(Array(scope)),
            ])
    }

    private static let copied = """
        vulnerability_id, title_id, packages, installed, fixed, state, risk_score, known_exploited, status, detected_at, \
        remediated_at, explanation, history, package, ecosystem, severity, ssvc, timeline, due_at, cvss, epss, exploits, \
        vector, exception_id, vex_id
        """

    /// Drops those of the sets that no endpoint has any more.
    func removeUnused(of sets: Set<UUID>) async throws {
        try await PatchFigures(connection: connection, tenant: tenant).settleUnused(of: Array(sets))
        _ = try await connection.query(
            """
            DELETE FROM finding_sets AS s
            WHERE s.tenant_id = $1 AND s.id = ANY($2) AND NOT EXISTS (
              SELECT FROM endpoints AS e WHERE e.tenant_id = $1 AND e.finding_set_id = s.id)
              AND \(Self.isForgotten)
            """, [.id(tenant), .uuidArray(Array(sets))])
    }

    /// No merge of endpoints needs the set `s` to be taken back.
    static let isForgotten = """
        NOT EXISTS (
          SELECT FROM identity_events AS i
          WHERE i.tenant_id = $1 AND i.finding_set_id = s.id AND i.undone_at IS NULL)
        AND NOT EXISTS (
          SELECT FROM identity_events AS i
          WHERE i.tenant_id = $1 AND i.other_finding_set_id = s.id AND i.undone_at IS NULL)
        """

    private static let upsert = """
        INSERT INTO findings
          (tenant_id, finding_set_id, vulnerability_id, packages, installed, fixed, state, risk_score, known_exploited,
           status, detected_at, remediated_at, explanation, history, package, ecosystem, severity, ssvc, timeline,
           due_at, exception_id, cvss, epss, exploits, vector, vex_id, due_soon_noticed_at, overdue_noticed_at)
        SELECT $1, r.finding_set_id, r.vulnerability_id, string_to_array(r.packages, E'\\n'), r.installed, r.fixed, r.state,
          r.risk_score, r.known_exploited, r.status, r.detected_at, r.remediated_at, r.explanation::json, r.history::json,
          r.package, r.ecosystem, r.severity, r.ssvc, r.timeline, r.due_at, r.exception_id,
          r.cvss, r.epss, r.exploits, r.vector, r.vex_id, r.due_soon_noticed_at, r.overdue_noticed_at
        FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::boolean[],
          $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
          $18::text[], $19::text[], $20::timestamptz[], $21::uuid[], $22::float8[], $23::float8[],
          $24::int[], $25::text[], $26::uuid[], $27::timestamptz[], $28::timestamptz[])
          AS r (finding_set_id, vulnerability_id, packages, installed, fixed, state, risk_score, known_exploited, status,
            detected_at, remediated_at, explanation, history, package, ecosystem, severity, ssvc, timeline, due_at,
            exception_id, cvss, epss, exploits, vector, vex_id, due_soon_noticed_at, overdue_noticed_at)
        ON CONFLICT (tenant_id, finding_set_id, vulnerability_id) DO UPDATE
        SET packages = excluded.packages, installed = excluded.installed, fixed = excluded.fixed,
            state = excluded.state, risk_score = excluded.risk_score,
            known_exploited = excluded.known_exploited, status = excluded.status,
            detected_at = excluded.detected_at, remediated_at = excluded.remediated_at,
            explanation = excluded.explanation, history = excluded.history, package = excluded.package,
            ecosystem = excluded.ecosystem, severity = excluded.severity, ssvc = excluded.ssvc,
            timeline = excluded.timeline, due_at = excluded.due_at, exception_id = excluded.exception_id,
            cvss = excluded.cvss, epss = excluded.epss, exploits = excluded.exploits, vector = excluded.vector,
            vex_id = excluded.vex_id, due_soon_noticed_at = excluded.due_soon_noticed_at,
            overdue_noticed_at = excluded.overdue_noticed_at
        """

    /// `$3` to `$28` of `upsert`.
    private static func columns(_ rows: [StoredFinding]) throws -> [Value] {
        [
            .uuidArray(rows.map(\.vulnerability)), .textArray(rows.map { $0.packages.joined(separator: "\n") }),
            .textArray(rows.map(\.installed)), .textArray(rows.map(\.fixed)), .textArray(rows.map(\.state.rawValue)),
            .float8Array(rows.map(\.risk)), .boolArray(rows.map(\.isKnownExploited)),
            .textArray(rows.map(\.status.rawValue)), .timestamptzArray(rows.map(\.detectedAt)),
            .timestamptzArray(rows.map(\.remediatedAt)),
            .textArray(rows.map { String(decoding: $0.explanation, as: UTF8.self) }),
            .textArray(try rows.map { String(decoding: try StatusChange.encode($0.history), as: UTF8.self) }),
            .textArray(rows.map(\.package)), .textArray(rows.map(\.ecosystem)),
            .textArray(rows.map { $0.severity?.rawValue }), .textArray(rows.map { $0.priority.ssvc?.rawValue }),
            .textArray(rows.map { $0.priority.timeline?.rawValue }), .timestamptzArray(rows.map(\.priority.dueAt)),
            .uuidArray(rows.map(\.priority.exception)), .float8Array(rows.map { $0.facts?.cvss }),
            .float8Array(rows.map { $0.facts?.epss }),
            .int4Array(rows.map { row in row.facts.map { Int32(clamping: $0.exploitCount) } }),
            .textArray(rows.map { $0.facts?.vector }), .uuidArray(rows.map(\.priority.vex)),
            .timestamptzArray(rows.map(\.priority.dueSoonNoticedAt)),
            .timestamptzArray(rows.map(\.priority.overdueNoticedAt)),
        ]
    }
}

extension StoredFinding {
    /// Columns 1 to 26 of `FindingSets.load`.
    init(_ row: Row) throws {
        self.init(
            vulnerability: try row.decode(1), packages: try row.decode(2), installed: try row.decode(3),
            fixed: try row.decode(4), state: PackageState(rawValue: try row.decode(5)) ?? .affected,
            risk: try row.decode(6), isKnownExploited: try row.decode(7),
            severity: (try row.decode(15, as: String?.self)).flatMap(Severity.init(rawValue:)),
            status: FindingStatus(rawValue: try row.decode(8)) ?? .open,
            detectedAt: try row.decode(9), remediatedAt: try row.decode(10),
            explanation: try row.rows.bytes(row.index, 11),
            history: try StatusChange.decode(row.rows.bytes(row.index, 12)), package: try row.decode(13),
            ecosystem: try row.decode(14), facts: try PriorityFacts(stored: row, from: 20),
            priority: Priority(
                ssvc: (try row.decode(16, as: String?.self)).flatMap(SSVC.Decision.init(rawValue:)),
                timeline: (try row.decode(17, as: String?.self)).flatMap(RemediationTimeline.init(rawValue:)),
                dueAt: try row.decode(18), exception: try row.decode(19), vex: try row.decode(24),
                dueSoonNoticedAt: try row.decode(25), overdueNoticedAt: try row.decode(26)))
    }
}

extension StatusChange {
    /// Dates are written in milliseconds as everywhere on the wire.
    static func encode(_ history: [StatusChange]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .millisecondsSince1970
        // One history is one text, in whichever process it is written.
        encoder.outputFormatting = .sortedKeys
        return Array(try encoder.encode(history))
    }

    static func decode(_ bytes: [UInt8]) throws -> [StatusChange] {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        return try decoder.decode([StatusChange].self, from: Data(bytes))
    }
}
