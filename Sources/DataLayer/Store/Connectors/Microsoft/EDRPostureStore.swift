import Domain
import FoundationEssentials
import Postgres
import Risk

extension ConnectorStore {
    /// Calculates the tenant's posture and keeps it, behind a sync of a Microsoft account. Without devices there is none.
    func keepPosture(after connector: ConnectorID, tenant: TenantID) async throws {
        try await database.transaction(tenant: tenant) { connection in
            let counted = try await connection.query(
                """
                SELECT
                  (SELECT count(*) FROM edr_devices WHERE tenant_id = $1),
                  (SELECT count(*) FROM edr_devices WHERE tenant_id = $1 AND risk_score > 70),
                  (SELECT count(*) FROM edr_alerts WHERE tenant_id = $1 AND status <> 'Resolved'),
                  (SELECT count(*) FROM edr_vulnerabilities AS v
                    WHERE v.tenant_id = $1 AND (v.severity = 'Critical' OR v.severity IS NULL AND v.cvss_score >= 9)
                      AND EXISTS (SELECT FROM edr_device_vulnerabilities AS j
                        WHERE j.tenant_id = $1 AND j.vulnerability_id = v.id)),
                  (SELECT count(*) FROM edr_devices
                    WHERE tenant_id = $1 AND intune_compliance_state = 'noncompliant')
                FROM connectors
                WHERE tenant_id = $1 AND id = $2 AND kind = 'microsoft'
                """, [.id(tenant), .id(connector)])
            guard let row = counted.first else { return }
            let posture = EDRPosture(
                devices: try row.decode(0), highRiskDevices: try row.decode(1), activeAlerts: try row.decode(2),
                criticalVulnerabilities: try row.decode(3), nonCompliantDevices: try row.decode(4))
            guard let score = posture.score else { return }
            try await connection.query(
                """
                INSERT INTO edr_posture_scores
                  (tenant_id, score, device_count, high_risk_device_count, active_alert_count,
                   critical_vulnerability_count, non_compliant_device_count)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    .id(tenant), .float8(score), .int4(Int32(clamping: posture.devices)),
                    .int4(Int32(clamping: posture.highRiskDevices)), .int4(Int32(clamping: posture.activeAlerts)),
                    .int4(Int32(clamping: posture.criticalVulnerabilities)),
                    .int4(Int32(clamping: posture.nonCompliantDevices)),
                ])
        }
    }
}
