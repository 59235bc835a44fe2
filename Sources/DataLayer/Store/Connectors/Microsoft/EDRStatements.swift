import Domain
import FoundationEssentials
import Postgres

/// The statements that make rows of the `edr_…` tables from records of alerts, vulnerabilities and compliance. A record
/// whose device has no row yet waits: when the device comes, they run for it.
struct EDRStatements {
    /// Of which records.
    enum Selection {
        /// Those that a page has just written.
        case records([String])
        /// All of some rows of `edr_devices`, whichever account they are from.
        case devices([UUID])
    }

    let tenant: TenantID
    let connector: ConnectorID

    /// `$2` and `$3` are the selection's.
    func values(_ selection: Selection) -> [Value] {
        switch selection {
        case .records(let ids): [.id(tenant), .id(connector), .textArray(ids)]
        case .devices(let ids): [.id(tenant), .id(connector), .uuidArray(ids)]
        }
    }

    /// Records with the rows that they are about.
    func source(_ stream: ConnectorStream, _ selection: Selection) -> String {
        let condition =
            switch selection {
            case .records: "r.connector_id = $2::uuid AND r.source_id = ANY ($3::text[])"
            // The account of the page is of no matter here.
            case .devices: "s.device_id = ANY ($3::uuid[]) AND $2::uuid IS NOT NULL"
            }
        return """
            connector_records AS r
            JOIN edr_device_sources AS s ON s.tenant_id = r.tenant_id AND s.connector_id = r.connector_id
              AND s.source_id = r.device_id
            WHERE r.tenant_id = $1 AND s.tenant_id = $1 AND r.stream = '\(stream.rawValue)' AND \(condition)
            """
    }

    func alerts(_ selection: Selection) -> [Statement] {
        [
            Statement(
                """
                INSERT INTO edr_alerts AS a
                  (tenant_id, device_id, microsoft_alert_id, threat_type, threat_name, severity, status, description,
                   detected_at)
                SELECT DISTINCT ON (r.source_id) r.tenant_id, s.device_id, r.source_id, r.report ->> 'category',
                  r.report ->> 'threat', initcap(r.report ->> 'severity'),
                  CASE r.report ->> 'status'
                    WHEN 'new' THEN 'New' WHEN 'in_progress' THEN 'InProgress' WHEN 'resolved' THEN 'Resolved'
                    ELSE 'Unknown' END,
                  concat_ws(E'\\n', r.report ->> 'title', r.report ->> 'details'),
                  (r.report ->> 'detected')::timestamptz
                FROM \(source(.alerts, selection))
                ORDER BY r.source_id, r.connector_id
                ON CONFLICT (tenant_id, microsoft_alert_id) DO UPDATE
                SET device_id = EXCLUDED.device_id, threat_type = EXCLUDED.threat_type,
                  threat_name = EXCLUDED.threat_name, severity = EXCLUDED.severity, status = EXCLUDED.status,
                  description = EXCLUDED.description, detected_at = EXCLUDED.detected_at
                WHERE (a.device_id, a.threat_type, a.threat_name, a.severity, a.status, a.description, a.detected_at)
                  IS DISTINCT FROM (EXCLUDED.device_id, EXCLUDED.threat_type, EXCLUDED.threat_name, EXCLUDED.severity,
                    EXCLUDED.status, EXCLUDED.description, EXCLUDED.detected_at)
                """, values(selection))
        ]
    }

    /// An alert of a device of this account that no account lists.
    var endAlerts: [Statement] {
        [
            Statement(
                """
                DELETE FROM edr_alerts AS a
                WHERE a.tenant_id = $1 AND a.device_id IN (\(Self.devices)) AND NOT EXISTS (
                  SELECT FROM connectors AS c
                  JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = c.id AND r.stream = 'alerts'
                    AND r.source_id = a.microsoft_alert_id
                  WHERE c.tenant_id = $1 AND c.kind = 'microsoft')
                """, [.id(tenant), .id(connector)])
        ]
    }

    /// One row for each device, from the device of Intune's that was checked last.
    func compliance(_ selection: Selection) -> [Statement] {
        let concerned =
            switch selection {
            case .records:
                """
                SELECT x.device_id FROM edr_device_sources AS x
                WHERE x.tenant_id = $1 AND x.connector_id = $2::uuid AND x.source_id = ANY ($3::text[])
                """
            case .devices: "SELECT unnest($3::uuid[]) WHERE $2::uuid IS NOT NULL"
            }
        return [
            Statement(
                """
                INSERT INTO edr_compliance AS c
                  (tenant_id, device_id, compliance_state, security_baseline_status, failed_rules,
                   required_apps_status, checked_at)
                SELECT DISTINCT ON (s.device_id) r.tenant_id, s.device_id, r.report ->> 'state',
                  r.report ->> 'baseline',
                  jsonb_path_query_array(coalesce(r.report -> 'checks', '[]'), '$[*] ? (@.is_met == false)'),
                  coalesce(r.report -> 'required_apps', '{}'),
                  coalesce((r.report ->> 'checked')::timestamptz, r.changed_at)
                FROM edr_device_sources AS s
                JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = s.connector_id
                  AND r.stream = 'compliance' AND r.source_id = s.source_id
                WHERE s.tenant_id = $1 AND s.device_id IN (\(concerned))
                ORDER BY s.device_id, r.report ->> 'checked' DESC NULLS LAST, s.source_id
                ON CONFLICT (tenant_id, device_id) DO UPDATE
                SET compliance_state = EXCLUDED.compliance_state,
                  security_baseline_status = EXCLUDED.security_baseline_status, failed_rules = EXCLUDED.failed_rules,
                  required_apps_status = EXCLUDED.required_apps_status, checked_at = EXCLUDED.checked_at
                WHERE (c.compliance_state, c.security_baseline_status, c.failed_rules, c.required_apps_status,
                    c.checked_at)
                  IS DISTINCT FROM (EXCLUDED.compliance_state, EXCLUDED.security_baseline_status,
                    EXCLUDED.failed_rules, EXCLUDED.required_apps_status, EXCLUDED.checked_at)
                """, values(selection))
        ]
    }

    var endCompliance: [Statement] {
        [
            Statement(
                """
                DELETE FROM edr_compliance AS c
                WHERE c.tenant_id = $1 AND c.device_id IN (\(Self.devices)) AND NOT EXISTS (
                  SELECT FROM edr_device_sources AS s
                  JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = s.connector_id
                    AND r.stream = 'compliance' AND r.source_id = s.source_id
                  WHERE s.tenant_id = $1 AND s.device_id = c.device_id)
                """, [.id(tenant), .id(connector)])
        ]
    }

    /// The rows that this account has a part in.
    static let devices =
        "SELECT x.device_id FROM edr_device_sources AS x WHERE x.tenant_id = $1 AND x.connector_id = $2"
}
