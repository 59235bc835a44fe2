import Domain
import FoundationEssentials
import Postgres

/// The worker's side of reading accounts.
extension ConnectorStore {
    /// How long a reader may go without a sign of life before another takes the account.
    public static let lease = Duration.seconds(60)
    /// Accounts of one tenant that are read at once, by all workers together.
    public static let turnsOfTenant = 2

    /// Takes an account that is due, of any tenant; also one whose reader has vanished. Tenants of whom less is being read
    /// come first, then who has waited longest.
    ///
    /// - Parameter kinds: those that this program knows how to read.
    public func takeTurn(worker: String, kinds: [String]) async throws -> SyncTurn? {
        try await system.query(
            """
            UPDATE connectors AS c
            SET locked_by = $1, locked_until = now() + make_interval(secs => $2), attempts = attempts + 1,
              started_at = now()
            FROM (
              SELECT d.tenant_id, d.id
              FROM connectors AS d
              CROSS JOIN LATERAL (
                SELECT count(*) AS turns
                FROM connectors AS r
                WHERE r.tenant_id = d.tenant_id AND r.locked_until >= now()
              ) AS running
              WHERE NOT d.is_paused AND d.next_sync_at <= now() AND d.kind = ANY ($3::text[])
                AND (d.locked_until IS NULL OR d.locked_until < now()) AND running.turns < $4
              ORDER BY running.turns, d.next_sync_at
              LIMIT 1
              FOR UPDATE OF d SKIP LOCKED
            ) AS due
            WHERE c.tenant_id = due.tenant_id AND c.id = due.id
            RETURNING \(SyncTurn.columns.map { "c.\($0)" }.joined(separator: ", "))
            """,
            [.text(worker), .float8(Self.leaseSeconds), .textArray(kinds), .int(Self.turnsOfTenant)], tenant: nil
        ).first.map(SyncTurn.init)
    }

    /// Takes one account, whether it is due or not.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` while it is being read.
    public func takeTurn(of id: ConnectorID, tenant: TenantID, worker: String) async throws -> SyncTurn {
        let rows = try await database.query(
            """
            UPDATE connectors
            SET locked_by = $3, locked_until = now() + make_interval(secs => $4), attempts = attempts + 1,
              started_at = now()
            WHERE tenant_id = $1 AND id = $2 AND (locked_until IS NULL OR locked_until < now())
            RETURNING \(SyncTurn.columns.joined(separator: ", "))
            """, [.id(tenant), .id(id), .text(worker), .float8(Self.leaseSeconds)], tenant: tenant)
        if let row = rows.first { return try SyncTurn(row) }
        _ = try await status(id, tenant: tenant)
        throw StoreError.conflict(
            kind: "connector", reason: "Another sync of this connector is running. Wait until it has ended.")
    }

    /// Tells that the reader lives.
    ///
    /// - Throws: `StoreError.leaseLost` when another has the account now.
    public func keep(_ turn: SyncTurn) async throws {
        try await change(
            turn, "locked_until = now() + make_interval(secs => $4)", [.float8(Self.leaseSeconds)])
    }

    /// Gives an account back, for a worker that stops in the middle of it: it stays due.
    ///
    /// - Throws: `StoreError.leaseLost` when another has the account now.
    public func release(_ turn: SyncTurn) async throws {
        try await change(turn, "locked_by = NULL, locked_until = NULL", [])
    }

    /// Notes how a turn ended, and when the account is due again.
    ///
    /// - Parameter jitter: 0…1, random.
    /// - Throws: `StoreError.leaseLost` when another has the account now.
    public func finish(_ turn: SyncTurn, _ end: SyncEnd, jitter: Double = .random(in: 0...1)) async throws {
        var (failures, problem, asked) = (0, String?.none, Double?.none)
        if case .stopped(let reason, let seconds) = end {
            (failures, problem, asked) = (turn.failures + 1, reason, seconds)
        }
        let wait = end == .unfinished ? 0 : turn.schedule.wait(failures: failures, asked: asked, jitter: jitter)
        try await change(
            turn,
            """
            locked_by = NULL, locked_until = NULL, next_sync_at = now() + make_interval(secs => $4), failures = $5,
            last_error = CASE WHEN $7 THEN last_error ELSE $6 END,
            synced_at = CASE WHEN $6::text IS NULL AND NOT $7 THEN now() ELSE synced_at END,
            duration_seconds = extract(epoch FROM now() - started_at)
            """, [.float8(wait), .int4(Int32(failures)), .of(problem), .bool(end == .unfinished)])
        if end != .unfinished { try await keepPosture(after: turn.id, tenant: turn.tenant) }
    }

    /// Notes when all of an account that is not pulled was last there, or why it was not.
    public func finish(_ id: ConnectorID, problem: String?, tenant: TenantID) async throws {
        _ = try await database.query(
            """
            UPDATE connectors
            SET last_error = $3, synced_at = CASE WHEN $3::text IS NULL THEN now() ELSE synced_at END
            WHERE tenant_id = $1 AND id = $2
            """, [.id(tenant), .id(id), .of(problem)], tenant: tenant)
    }

    private static var leaseSeconds: Double { Double(lease.components.seconds) }

    private func change(_ turn: SyncTurn, _ assignments: String, _ values: [Value]) async throws {
        let rows = try await database.query(
            """
            UPDATE connectors
            SET \(assignments)
            WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND locked_by IS NOT NULL
            RETURNING id
            """, [.id(turn.tenant), .id(turn.id), .int(turn.attempt)] + values, tenant: turn.tenant)
        if rows.isEmpty { throw StoreError.leaseLost(task: "of reading the connector \(turn.id)") }
    }
}
