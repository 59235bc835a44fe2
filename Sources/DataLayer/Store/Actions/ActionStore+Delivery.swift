import Domain
import FoundationEssentials
import Postgres
import Response

/// The worker's side: actions are sent, and vendors are asked how they stand.
extension ActionStore {
    /// How long a worker may go without a sign of life.
    public static let lease = Duration.seconds(60)
    /// Actions of one tenant that are sent at once, by all workers together.
    public static let sendsOfTenant = 4

    /// Takes an action that is to be sent, of any tenant. From here on nobody else sends it. A device is asked for one thing
    /// after the other; tenants for whom less is being sent come first, and devices before alerts.
    ///
    /// - Parameter kinds: of sources, those that this program knows how to ask.
    public func take(worker: String, kinds: [String]) async throws -> ActionRecord? {
        try await store.system.query(
            """
            UPDATE device_actions AS a
            SET status = 'sending', attempts = a.attempts + 1, locked_by = $1,
              locked_until = now() + make_interval(secs => $2), sent_at = now(), next_at = NULL,
              \(Self.transitions("'sending'"))
            FROM (
              SELECT d.tenant_id, d.id
              FROM device_actions AS d
              CROSS JOIN LATERAL (
                SELECT count(*) AS sends, count(*) FILTER (
                  WHERE r.connector_id = d.connector_id AND r.device_id = d.device_id
                    AND 'set_alert_status' NOT IN (r.kind, d.kind)) AS same
                FROM device_actions AS r
                WHERE r.tenant_id = d.tenant_id AND r.status = 'sending' AND r.locked_until >= now()
              ) AS running
              WHERE d.status = 'pending' AND d.delivery = 'sent' AND d.next_at <= now() AND d.deadline_at > now()
                AND d.connector_id IS NOT NULL AND d.source_kind = ANY ($3::text[])
                AND running.sends < $4 AND running.same = 0
                AND NOT EXISTS (
                  SELECT FROM device_actions AS b
                  WHERE b.tenant_id = d.tenant_id AND b.connector_id = d.connector_id AND b.device_id = d.device_id
                    AND b.status = 'pending' AND b.id < d.id AND 'set_alert_status' NOT IN (b.kind, d.kind))
              ORDER BY running.sends, d.kind = 'set_alert_status', d.next_at
              LIMIT 1
              FOR UPDATE OF d SKIP LOCKED
            ) AS due
            WHERE a.tenant_id = due.tenant_id AND a.id = due.id
            RETURNING \(ActionRecord.columns(of: "a"))
            """,
            [.text(worker), .float8(Self.leaseSeconds), .textArray(kinds), .int(Self.sendsOfTenant)], tenant: nil
        ).first.map(ActionRecord.init)
    }

    /// Takes an action whose source is to be asked how it stands, of any tenant.
    public func takeCheck(worker: String, kinds: [String]) async throws -> ActionRecord? {
        try await store.system.query(
            """
            UPDATE device_actions AS a
            SET checks = a.checks + 1, locked_by = $1, locked_until = now() + make_interval(secs => $2)
            FROM (
              SELECT d.tenant_id, d.id
              FROM device_actions AS d
              WHERE d.status IN ('in_progress', 'unknown') AND d.delivery = 'sent' AND d.next_at <= now()
                AND d.connector_id IS NOT NULL AND d.source_kind = ANY ($3::text[])
                AND (d.locked_until IS NULL OR d.locked_until < now())
              ORDER BY d.next_at
              LIMIT 1
              FOR UPDATE SKIP LOCKED
            ) AS due
            WHERE a.tenant_id = due.tenant_id AND a.id = due.id
            RETURNING \(ActionRecord.columns(of: "a"))
            """, [.text(worker), .float8(Self.leaseSeconds), .textArray(kinds)], tenant: nil
        ).first.map(ActionRecord.init)
    }

    /// Tells that the worker lives.
    public func keep(_ action: ActionRecord) async throws {
        _ = try await store.app.query(
            """
            UPDATE device_actions
            SET locked_until = now() + make_interval(secs => $3)
            WHERE tenant_id = $1 AND id = $2 AND locked_until IS NOT NULL AND attempts = $4 AND checks = $5
            """,
            [
                .id(action.tenant), .id(action.id), .float8(Self.leaseSeconds), .int4(Int32(action.attempts)),
                .int4(Int32(action.checks)),
            ], tenant: action.tenant)
    }

    /// Actions whose worker is gone become unknown, those without more time end.
    ///
    /// - Returns: how many.
    @discardableResult
    public func sweep() async throws -> Int {
        let rows = try await store.system.query(
            """
            SELECT tenant_id, id, status, connector_id IS NULL
            FROM device_actions
            WHERE (status = 'sending' AND locked_until < now())
              OR (status IN ('pending', 'in_progress') AND next_at IS NOT NULL
                AND (deadline_at < now() OR connector_id IS NULL))
            ORDER BY tenant_id, id
            LIMIT 1000
            """, [], tenant: nil)
        for row in rows {
            let (tenant, id): (TenantID, ActionID) = (try row.decode(0), try row.decode(1))
            let isOrphaned: Bool = try row.decode(3)
            let event: ActionLife.Event =
                try row.decode(2, as: String.self) == "sending" ? .vanished : isOrphaned ? .orphaned : .overdue
            try await apply(event, to: id, tenant: tenant)
        }
        return rows.count
    }

    /// Notes what came of sending. It counts even when the worker was taken for dead meanwhile.
    ///
    /// - Parameter asked: seconds for which the vendor wants to be left alone.
    @discardableResult
    public func settle(
        _ action: ActionRecord, _ event: ActionLife.Event, receipt: ActionReceipt? = nil, asked: Double? = nil,
        jitter: Double = .random(in: 0...1)
    ) async throws -> ActionStatus? {
        try await apply(event, to: action.id, tenant: action.tenant, receipt: receipt, asked: asked, jitter: jitter) {
            record, _ in record.attempts == action.attempts
        }
    }

    /// Notes how an action stands.
    ///
    /// - Parameter state: nil when the source could not be asked.
    @discardableResult
    public func settleCheck(_ action: ActionRecord, _ state: ActionState?) async throws -> ActionStatus? {
        let event: ActionLife.Event? = state.map { .answered($0) }
        return try await apply(event, to: action.id, tenant: action.tenant) { record, _ in
            record.checks == action.checks
        }
    }

    private static var leaseSeconds: Double { Double(lease.components.seconds) }

    static func transitions(_ status: String, message: String = "NULL") -> String {
        "transitions = a.\(ActionRecord.adding(status, message: message))"
    }
}
