import Domain
import Postgres

/// Alerts of a page become rows of their own in its transaction. One whose device is unknown or in doubt has no endpoint yet.
enum AlertIntake {
    static let channel = "garrison_alerts"

    /// Behind records that are `gone`: alerts of sources that list them only while they wait for somebody are resolved.
    /// Others were forgotten, and stay what they were.
    static let resolutions = """
        , resolved AS (
          UPDATE alerts AS a
          SET status = 'resolved'
          FROM gone
          WHERE a.tenant_id = $1 AND a.connector_id = $2 AND a.source_id = gone.source_id AND a.status <> 'resolved'
            AND (gone.report->>'leaves_when_resolved')::boolean
        )
        """

    static func statements(_ ids: [String?], of connector: ConnectorID, tenant: TenantID) -> [Statement] {
        [
            Statement(
                """
                INSERT INTO alerts AS a
                  (tenant_id, connector_id, source_id, device_id, endpoint_id, title, details, severity, status, verdict,
                   techniques, category, threat, sha256, file_path, command_line, user_name, product, assignee, link,
                   detected_at, modified_at)
                SELECT r.tenant_id, r.connector_id, r.source_id, r.device_id, s.endpoint_id, r.report->>'title',
                  r.report->>'details', r.report->>'severity', r.report->>'status', r.report->>'verdict',
                  coalesce(r.report->'techniques', '[]'), r.report->>'category', r.report->>'threat',
                  r.report->>'sha256', r.report->>'file_path', r.report->>'command_line', r.report->>'user',
                  r.report->>'product', r.report->>'assignee', r.report->>'link',
                  (r.report->>'detected')::timestamptz, (r.report->>'modified')::timestamptz
                FROM connector_records AS r
                LEFT JOIN endpoint_sources AS s
                  ON s.tenant_id = r.tenant_id AND s.connector_id = r.connector_id AND s.device_id = r.device_id
                  AND s.quarantined_at IS NULL
                WHERE r.tenant_id = $1 AND r.connector_id = $2 AND r.stream = 'alerts' AND r.source_id = ANY ($3::text[])
                ON CONFLICT (tenant_id, connector_id, source_id) DO UPDATE
                SET device_id = EXCLUDED.device_id, title = EXCLUDED.title, details = EXCLUDED.details,
                  severity = EXCLUDED.severity, status = EXCLUDED.status, verdict = EXCLUDED.verdict,
                  techniques = EXCLUDED.techniques, category = EXCLUDED.category, threat = EXCLUDED.threat,
                  sha256 = EXCLUDED.sha256, file_path = EXCLUDED.file_path, command_line = EXCLUDED.command_line,
                  user_name = EXCLUDED.user_name, product = EXCLUDED.product, assignee = EXCLUDED.assignee,
                  link = EXCLUDED.link, detected_at = EXCLUDED.detected_at, modified_at = EXCLUDED.modified_at
                WHERE (a.status, a.severity, a.title, a.techniques, a.modified_at, a.verdict, a.assignee, a.device_id)
                  IS DISTINCT FROM
                  (EXCLUDED.status, EXCLUDED.severity, EXCLUDED.title, EXCLUDED.techniques, EXCLUDED.modified_at,
                   EXCLUDED.verdict, EXCLUDED.assignee, EXCLUDED.device_id)
                  -- By the vendor's own clock: a copy of it that lags behind does not open again what is resolved.
                  AND (EXCLUDED.modified_at IS NULL OR a.modified_at IS NULL OR EXCLUDED.modified_at > a.modified_at
                    OR EXCLUDED.modified_at = a.modified_at
                      AND (a.status <> 'resolved' OR EXCLUDED.status = 'resolved' OR EXISTS (
                        SELECT FROM connector_records AS l
                        WHERE l.tenant_id = $1 AND l.connector_id = $2 AND l.stream = 'alerts'
                          AND l.source_id = EXCLUDED.source_id AND (l.report->>'leaves_when_resolved')::boolean)))
                """, [.id(tenant), .id(connector), .textArray(ids)]),
            notification(tenant),
        ]
    }

    /// What a vendor said when it was asked to resolve an alert: it is resolved, before it is listed so.
    static func resolved(_ action: ActionRecord) -> [Statement] {
        guard case .setAlertStatus(_, .resolved) = action.request.action, let alert = action.alert else { return [] }
        return [
            Statement(
                "UPDATE alerts SET status = 'resolved' WHERE tenant_id = $1 AND id = $2 AND status <> 'resolved'",
                [.id(action.tenant), .uuid(alert)]),
            notification(action.tenant),
        ]
    }

    static func notification(_ tenant: TenantID) -> Statement {
        Statement("SELECT pg_notify('\(channel)', $1)", [.text(tenant.description)])
    }
}
