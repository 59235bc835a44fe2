import Domain
import FoundationEssentials
import Postgres
import Response

/// Alerts become incidents, and incidents follow their alerts.
extension IncidentStore {
    /// Tells whose alerts have changed.
    public func arrivals() -> AsyncStream<TenantID> {
        AsyncStream { continuation in
            let task = Task {
                for await notification in store.system.listen(AlertIntake.channel) {
                    if case .message(let text) = notification, let tenant = TenantID(text) {
                        continuation.yield(tenant)
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    static let batch = 500

    /// Puts a tenant's waiting alerts into incidents, and lets incidents follow their alerts and actions.
    ///
    /// - Returns: how many alerts were dealt with.
    @discardableResult
    public func follow(tenant: TenantID) async throws -> Int {
        var total = 0
        while true {
            let count = try await store.app.transaction(tenant: tenant) { connection in
                try await Self.lock(connection, tenant: tenant)
                return try await Pass(connection: connection, tenant: tenant).run()
            }
            total += count
            if count < Self.batch { return total }
        }
    }

    /// One transaction's worth.
    private struct Pass {
        let connection: Connection
        let tenant: TenantID

        private struct Waiting {
            let id: AlertID
            let endpoint: EndpointID
            let incident: IncidentID?
            let source: String
            let title: String
            let kind: String
            let techniques: [AlertReport.Technique]
            let sign: IncidentGrouping.Sign
            let change: IncidentLife.Change

            init(_ row: Row) throws {
                id = try row.decode(0)
                endpoint = try row.decode(1)
                incident = try row.decode(2)
                source = try row.decode(3)
                title = try row.decode(4)
                techniques = try AlertRecord.techniques(row.decode(5))
                let (threat, category): (String?, String?) = (try row.decode(6), try row.decode(7))
                kind = threat ?? category ?? techniques.lazy.compactMap(\.technique).first ?? title
                sign = IncidentGrouping.Sign(
                    endpoint: endpoint,
                    keys: IncidentGrouping.keys(
                        techniques: techniques.compactMap(\.techniqueID), threat: threat, sha256: try row.decode(8),
                        title: title), detected: try row.decode(9))
                change = IncidentLife.Change(
                    status: AlertReport.Status(rawValue: try row.decode(10)) ?? .unknown,
                    before: try row.decode(11, as: String?.self).flatMap(AlertReport.Status.init(rawValue:)),
                    isBeingResolved: try row.decode(12))
            }
        }

        func run() async throws -> Int {
            try await connection.run([Statement(Self.locate, [.id(tenant)]), Statement(Self.contain, [.id(tenant)])])
            let rows = try await connection.run([
                Statement(Self.waiting, [.id(tenant), .int(IncidentStore.batch)]),
                Statement("SELECT window_minutes FROM incident_settings WHERE tenant_id = $1", [.id(tenant)]),
            ])
            let waiting = try rows[0].map(Waiting.init)
            let minutes =
                try rows[1].first.map { Int(try $0.decode(0, as: Int32.self)) }
                ?? IncidentSettings.standard.windowMinutes
            var candidates = try await candidates(Set(waiting.map(\.endpoint)))
            var changes: [IncidentID: [IncidentLife.Change]] = [:]
            let grouping = IncidentGrouping(window: Double(minutes) * 60)
            for alert in waiting {
                let incident = try await place(alert, grouping, &candidates)
                changes[incident, default: []].append(alert.change)
            }
            for (incident, changes) in changes.sorted(by: { $0.key.description < $1.key.description }) {
                try await settle(incident, changes)
            }
            return waiting.count
        }

        /// Devices that were unknown or in doubt when their alerts came.
        private static let locate = """
            UPDATE alerts AS a
            SET endpoint_id = s.endpoint_id
            FROM endpoint_sources AS s
            WHERE a.tenant_id = $1 AND a.incident_id IS NULL AND s.tenant_id = $1
              AND s.connector_id = a.connector_id AND s.device_id = a.device_id AND s.quarantined_at IS NULL
              AND s.endpoint_id IS NOT NULL AND a.endpoint_id IS DISTINCT FROM s.endpoint_id
            """

        /// An incident whose endpoint was isolated for it is contained.
        private static let contain = """
            WITH contained AS (
              UPDATE incidents AS i
              SET status = 'contained', contained_at = d.finished_at
              FROM device_actions AS d
              WHERE i.tenant_id = $1 AND i.status IN ('open', 'investigating') AND d.tenant_id = $1
                AND d.incident_id = i.id AND d.kind = 'isolate' AND d.status = 'completed'
                AND d.finished_at > now() - interval '1 hour'
                AND NOT EXISTS (
                  SELECT FROM incident_events AS v
                  WHERE v.tenant_id = $1 AND v.incident_id = i.id AND v.kind = 'status' AND v.at > d.finished_at)
              RETURNING i.id)
            INSERT INTO incident_events (tenant_id, incident_id, kind, status, message)
            SELECT $1, id, 'status', 'contained', 'The endpoint is isolated.'
            FROM contained
            """

        /// While an alert is being resolved at its vendor, and shortly after, what the vendor lists may be older than that;
        /// once it was seen to be resolved, an open one was opened again.
        private static let waiting = """
            SELECT a.id, a.endpoint_id, a.incident_id, c.name, a.title, a.techniques, a.threat, a.category, a.sha256,
              a.detected_at, a.status, CASE WHEN a.incident_id IS NULL THEN NULL ELSE a.handled_status END,
              a.handled_status IS DISTINCT FROM 'resolved' AND EXISTS (
                SELECT FROM device_actions AS d
                WHERE d.tenant_id = $1 AND d.alert_id = a.id AND d.kind = 'set_alert_status'
                  AND (d.status IN ('pending', 'sending', 'in_progress', 'unknown')
                    OR d.status = 'completed' AND coalesce(a.modified_at, d.created_at) <= d.finished_at)
                  AND d.created_at > now() - interval '1 day')
            FROM alerts AS a
            JOIN connectors AS c ON c.tenant_id = a.tenant_id AND c.id = a.connector_id
            WHERE a.tenant_id = $1 AND a.endpoint_id IS NOT NULL
              AND (a.incident_id IS NULL OR a.handled_status IS DISTINCT FROM a.status)
            ORDER BY a.detected_at, a.id
            LIMIT $2
            FOR UPDATE OF a
            """

        private func candidates(_ endpoints: Set<EndpointID>) async throws -> [IncidentGrouping.Candidate] {
            guard !endpoints.isEmpty else { return [] }
            return try await connection.run([
                Statement(
                    """
                    SELECT id, endpoint_id, keys, first_alert_at, last_alert_at, resolved_at
                    FROM incidents
                    WHERE tenant_id = $1 AND endpoint_id = ANY ($2) AND first_alert_at IS NOT NULL
                    """, [.id(tenant), .uuidArray(endpoints.map(\.uuid))])
            ])[0].map { row in
                IncidentGrouping.Candidate(
                    id: try row.decode(0), endpoint: try row.decode(1),
                    keys: Set(try row.decode(2, as: [String].self)), first: try row.decode(3), last: try row.decode(4),
                    resolved: try row.decode(5))
            }
        }

        private func place(
            _ alert: Waiting, _ grouping: IncidentGrouping, _ candidates: inout [IncidentGrouping.Candidate]
        ) async throws -> IncidentID {
            let detected = alert.sign.detected
            var incident = alert.incident
            if incident == nil {
                if let found = grouping.place(alert.sign, among: candidates),
                    let index = candidates.firstIndex(of: found)
                {
                    incident = IncidentID(found.id)
                    candidates[index].keys.formUnion(alert.sign.keys)
                    candidates[index].first = min(found.first, detected)
                    candidates[index].last = max(found.last, detected)
                } else {
                    let id = IncidentID.make()
                    incident = id
                    candidates.append(
                        .init(
                            id: id.uuid, endpoint: alert.endpoint, keys: alert.sign.keys, first: detected,
                            last: detected))
                    try await open(id, alert)
                }
            }
            guard let incident else { throw StoreError.notFound(kind: "incident", id: alert.id.description) }
            try await connection.run([
                Statement(
                    """
                    UPDATE alerts
                    SET incident_id = $3, handled_status = status
                    WHERE tenant_id = $1 AND id = $2
                    """, [.id(tenant), .id(alert.id), .id(incident)]),
                Statement(
                    """
                    INSERT INTO incident_events (tenant_id, incident_id, kind, alert_id, status, message)
                    VALUES ($1, $2, 'alert', $3, $4, $5)
                    """,
                    [
                        .id(tenant), .id(incident), .id(alert.id), .text(alert.change.status.rawValue),
                        .text("\(alert.source): \(alert.title) (\(alert.change.status.rawValue))"),
                    ]),
                Statement(
                    """
                    UPDATE incidents
                    SET keys = ARRAY(SELECT DISTINCT unnest(keys || $3::text[]) ORDER BY 1)
                    WHERE tenant_id = $1 AND id = $2
                    """, [.id(tenant), .id(incident), .textArray(alert.sign.keys.sorted())]),
            ])
            return incident
        }

        private func open(_ id: IncidentID, _ alert: Waiting) async throws {
            try await connection.run([
                Statement(
                    """
                    INSERT INTO incidents
                      (tenant_id, id, endpoint_id, threat_type, severity, title, keys, detected_at, first_alert_at,
                       last_alert_at)
                    VALUES ($1, $2, $3, $4, 'low', $5, $6, $7, $7, $7)
                    """,
                    [
                        .id(tenant), .id(id), .id(alert.endpoint), .text(alert.kind), .text(alert.title),
                        .textArray(alert.sign.keys.sorted()), .timestamptz(alert.sign.detected),
                    ]),
                Statement(
                    "INSERT INTO incident_events (tenant_id, incident_id, kind, status, message) VALUES ($1, $2, 'opened', 'open', $3)",
                    [.id(tenant), .id(id), .text("Opened by an alert of \(alert.source).")]),
            ])
        }

        /// What an incident sums up, and the status that it comes to.
        private func settle(_ incident: IncidentID, _ changes: [IncidentLife.Change]) async throws {
            let place: [Value] = [.id(tenant), .id(incident)]
            let rows = try await connection.run([
                Statement(
                    "SELECT severity, status, techniques FROM alerts WHERE tenant_id = $1 AND incident_id = $2 ORDER BY detected_at",
                    place),
                Statement("SELECT status FROM incidents WHERE tenant_id = $1 AND id = $2", place),
            ])
            let severities = try rows[0].compactMap { AlertReport.Severity(rawValue: try $0.decode(0)) }
            let isResolved = try rows[0].allSatisfy { try $0.decode(1, as: String.self) == "resolved" }
            var techniques: [AlertReport.Technique] = []
            for row in rows[0] {
                for technique in try AlertRecord.techniques(row.decode(2)) where !techniques.contains(technique) {
                    techniques.append(technique)
                }
            }
            var statements = [
                Statement(
                    """
                    UPDATE incidents AS i
                    SET severity = $3, techniques = $4, alert_count = a.alerts, first_alert_at = a.first,
                      last_alert_at = a.last, detected_at = a.first
                    FROM (
                      SELECT count(*) AS alerts, min(detected_at) AS first, max(detected_at) AS last
                      FROM alerts
                      WHERE tenant_id = $1 AND incident_id = $2
                    ) AS a
                    WHERE i.tenant_id = $1 AND i.id = $2
                    """,
                    place + [
                        .text(IncidentLife.severity(severities).rawValue), .json(try AlertRecord.json(techniques)),
                    ])
            ]
            let status = try rows[1].first.flatMap { IncidentStatus(rawValue: try $0.decode(0)) } ?? .open
            if let next = IncidentLife.status(status, after: changes, allResolved: isResolved) {
                statements += IncidentStore.setting(
                    next, of: incident, tenant: tenant, by: "",
                    next == .resolved ? "Its alerts are resolved at their sources." : "An alert of it is open again.")
            }
            try await connection.run(statements)
        }
    }
}
