import Domain
import FoundationEssentials
import Postgres

/// Brings scores, statuses and counts of endpoints, and the figures of patches, into line with findings that have
/// changed. Findings are written once for all endpoints that share them; their 100,000 rows take seconds, so these
/// follow in batches that hold the lock for moments. `finding_sets.is_pending` says where they have not yet; whoever finds it goes on, so a process that
/// dies in the midst leaves nothing undone.
struct EndpointSettlement: Sendable {
    let database: Database
    let tenant: TenantID

    /// Sets that are reckoned together, and endpoints that are written together: some tenths of a second.
    private static let sets = 250
    private static let endpoints = 4_000

    /// - Parameter only: sets; nil for all.
    /// - Returns: how many endpoints were changed; nil when there was nothing to bring into line.
    @discardableResult
    func run(only: [UUID]? = nil) async throws -> Int? {
        var changed: Int?
        if only == nil, try await followCatalogue() { changed = 0 }
        while let batch = try await settle(only) {
            changed = (changed ?? 0) + batch
            try Task.checkCancellation()
        }
        return changed
    }

    /// Whether patches are others than the figures know.
    private func followCatalogue() async throws -> Bool {
        try await database.transaction(tenant: tenant) { connection in
            let figures = PatchFigures(connection: connection, tenant: tenant)
            guard let revision = try await figures.newRevision() else { return false }
            _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            try await figures.follow(revision)
            _ = try await connection.run([ChangeNotice.statement(tenant)])
            return true
        }
    }

    /// One batch; nil when there is nothing to do.
    private func settle(_ only: [UUID]?) async throws -> Int? {
        try await database.transaction(tenant: tenant) { connection in
            _ = try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            let pending = try await connection.query(
                """
                SELECT id
                FROM finding_sets
                WHERE tenant_id = $1 AND is_pending AND ($2::uuid[] IS NULL OR id = ANY($2))
                ORDER BY id
                LIMIT \(Self.sets)
                """, [.id(tenant), only.map { .uuidArray($0) } ?? .null]
            ).map { try $0.decode(0, as: UUID.self) }
            guard !pending.isEmpty else { return nil }
            let figures = try await figures(of: pending, connection)
            let changed = try await write(figures, connection)
            if changed < Self.endpoints {
                try await PatchFigures(connection: connection, tenant: tenant).settle(pending)
                _ = try await connection.query(
                    "UPDATE finding_sets SET is_pending = false WHERE tenant_id = $1 AND id = ANY($2)",
                    [.id(tenant), .uuidArray(pending)])
            }
            _ = try await connection.run([ChangeNotice.statement(tenant)])
            return changed
        }
    }

    private func figures(of sets: [UUID], _ connection: Connection) async throws -> [(UUID, EndpointFigures)] {
        let rows = try await connection.query(
            """
            SELECT finding_set_id,
              coalesce(array_agg(risk_score::float8) FILTER (WHERE status <> 'exception'), '{}'),
              coalesce(bool_or(known_exploited) FILTER (WHERE status <> 'exception'), false),
              count(*) FILTER (WHERE status = 'exception')
            FROM findings
            WHERE tenant_id = $1 AND finding_set_id = ANY($2) AND status <> 'remediated'
            GROUP BY finding_set_id
            """, [.id(tenant), .uuidArray(sets)])
        var found: [UUID: EndpointFigures] = [:]
        for row in rows {
            found[try row.decode(0)] = EndpointFigures(
                openRisks: try row.decode(1), hasKnownExploited: try row.decode(2), excepted: try row.decode(3))
        }
        let none = EndpointFigures([])
        return sets.map { ($0, found[$0] ?? none) }
    }

    /// Only rows that differ: each that is written is written to every index of the table.
    private func write(_ figures: [(set: UUID, of: EndpointFigures)], _ connection: Connection) async throws -> Int {
        try await connection.query(
            Self.update,
            [
                .id(tenant), .uuidArray(figures.map(\.set)), .float8Array(figures.map(\.of.score)),
                .textArray(figures.map(\.of.status.rawValue)),
                .int4Array(figures.map { Int32(clamping: $0.of.open) }),
                .int4Array(figures.map { Int32(clamping: $0.of.excepted) }),
                .textArray(figures.map(\.of.worst?.rawValue)),
            ]
        ).affected
    }

    private static let update = """
        UPDATE endpoints AS e
        SET risk_score = d.risk_score, status = d.status, open_findings = d.open, excepted_findings = d.excepted,
            worst_severity = d.worst
        FROM (
          SELECT o.id, u.*
          FROM unnest($2::uuid[], $3::float8[], $4::text[], $5::int[], $6::int[], $7::text[])
            AS u (finding_set_id, risk_score, status, open, excepted, worst)
          JOIN endpoints AS o ON o.tenant_id = $1 AND o.finding_set_id = u.finding_set_id
          WHERE (o.risk_score, o.status, o.open_findings, o.excepted_findings, o.worst_severity)
            IS DISTINCT FROM (u.risk_score, u.status, u.open, u.excepted, u.worst)
          LIMIT \(endpoints)
        ) AS d
        WHERE e.tenant_id = $1 AND e.id = d.id
        """
}

extension ScanStore {
    /// Brings scores, statuses and counts of a tenant's endpoints into line with their findings, where they have not
    /// followed these yet.
    /// - Returns: how many endpoints were changed.
    @discardableResult
    public func settle(tenant: TenantID) async throws -> Int {
        guard let changed = try await EndpointSettlement(database: store.app, tenant: tenant).run() else { return 0 }
        store.cache.invalidate(tenant)
        return changed
    }
}
