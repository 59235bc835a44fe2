import Domain
import Postgres

/// Alerts of a page become rows of their own in its transaction. One whose device is unknown or in doubt has no endpoint yet.
enum AlertIntake {
    static let channel = "garrison_alerts"

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
                """, [.id(tenant), .id(connector), .textArray(ids)]),
            Statement("SELECT pg_notify('\(channel)', $1)", [.text(tenant.description)]),
        ]
    }
}
