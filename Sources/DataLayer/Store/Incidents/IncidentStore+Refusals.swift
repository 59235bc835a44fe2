import Domain
import Postgres

extension IncidentStore {
    /// An alert that its vendor was asked to resolve and still lists as open.
    public struct Refusal: Sendable, Hashable {
        public let alert: AlertID
        public let title: String
        /// The connector's name.
        public let source: String
        /// `failed`, or `unknown` where it cannot be told whether the vendor got it.
        public let status: ActionStatus
        /// Why, as a sentence.
        public let reason: String

        package init(alert: AlertID, title: String, source: String, status: ActionStatus, reason: String) {
            self.alert = alert
            self.title = title
            self.source = source
            self.status = status
            self.reason = reason
        }
    }

    /// What vendors did not do when an incident was resolved; nothing for one that is not. Resolving it again asks them
    /// again.
    public func refusals(of id: IncidentID, tenant: TenantID) async throws -> [Refusal] {
        try await store.app.query(
            """
            SELECT a.id, a.title, c.name, d.status, coalesce(d.message, '')
            FROM incidents AS i
            JOIN alerts AS a ON a.tenant_id = i.tenant_id AND a.incident_id = i.id
            JOIN connectors AS c ON c.tenant_id = a.tenant_id AND c.id = a.connector_id
            CROSS JOIN LATERAL (
              SELECT d.status, d.message
              FROM device_actions AS d
              WHERE d.tenant_id = $1 AND d.incident_id = i.id AND d.alert_id = a.id AND d.kind = 'set_alert_status'
              ORDER BY d.created_at DESC, d.id DESC
              LIMIT 1
            ) AS d
            WHERE i.tenant_id = $1 AND i.id = $2 AND i.status = 'resolved' AND a.status <> 'resolved'
              AND d.status IN ('failed', 'unknown')
            ORDER BY a.detected_at, a.id
            """, [.id(tenant), .id(id)], tenant: tenant
        ).map { row in
            Refusal(
                alert: try row.decode(0), title: try row.decode(1), source: try row.decode(2),
                status: ActionStatus(rawValue: try row.decode(3)) ?? .unknown, reason: try row.decode(4))
        }
    }
}
