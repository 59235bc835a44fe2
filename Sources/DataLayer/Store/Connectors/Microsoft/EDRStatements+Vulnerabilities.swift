import Domain
import Postgres

extension EDRStatements {
    /// What is there, as a record of a vulnerability says it.
    private static let isOpen = "r.report ->> 'status' IN ('open', 'reopened')"

    /// A vulnerability for each CVE, and a row for each device that has it in at least one product.
    func vulnerabilities(_ selection: Selection) -> [Statement] {
        let source = source(.vulnerabilities, selection)
        return [
            Statement(
                """
                INSERT INTO edr_vulnerabilities AS v
                  (tenant_id, cve_id, severity, cvss_score, exploitability, description)
                SELECT DISTINCT ON (r.report ->> 'vulnerability') r.tenant_id, r.report ->> 'vulnerability',
                  initcap(r.report ->> 'severity'), (r.report ->> 'score')::float8, r.report ->> 'exploitability',
                  r.report ->> 'summary'
                FROM \(source) AND \(Self.isOpen)
                ORDER BY r.report ->> 'vulnerability', (r.report ->> 'score')::float8 DESC NULLS LAST, r.source_id
                ON CONFLICT (tenant_id, cve_id) DO UPDATE
                SET severity = coalesce(EXCLUDED.severity, v.severity),
                  cvss_score = coalesce(EXCLUDED.cvss_score, v.cvss_score),
                  exploitability = coalesce(EXCLUDED.exploitability, v.exploitability),
                  description = coalesce(EXCLUDED.description, v.description)
                WHERE (v.severity, v.cvss_score, v.exploitability, v.description)
                  IS DISTINCT FROM (coalesce(EXCLUDED.severity, v.severity),
                    coalesce(EXCLUDED.cvss_score, v.cvss_score),
                    coalesce(EXCLUDED.exploitability, v.exploitability),
                    coalesce(EXCLUDED.description, v.description))
                """, values(selection)),
            Statement(
                """
                INSERT INTO edr_device_vulnerabilities (tenant_id, device_id, vulnerability_id, detected_at)
                SELECT $1, o.device_id, v.id, o.detected
                FROM (
                  SELECT s.device_id, r.report ->> 'vulnerability' AS cve_id,
                    coalesce(min((r.report ->> 'detected')::timestamptz), now()) AS detected
                  FROM \(source) AND \(Self.isOpen)
                  GROUP BY s.device_id, r.report ->> 'vulnerability'
                ) AS o
                JOIN edr_vulnerabilities AS v ON v.tenant_id = $1 AND v.cve_id = o.cve_id
                ON CONFLICT (device_id, vulnerability_id) DO NOTHING
                """, values(selection)),
            // One that is closed in a product may be open in another.
            Statement(
                """
                DELETE FROM edr_device_vulnerabilities AS j
                USING edr_vulnerabilities AS v, (
                  SELECT DISTINCT s.device_id, r.report ->> 'vulnerability' AS cve_id
                  FROM \(source) AND NOT (\(Self.isOpen))
                ) AS c
                WHERE j.tenant_id = $1 AND v.tenant_id = $1 AND v.id = j.vulnerability_id AND v.cve_id = c.cve_id
                  AND j.device_id = c.device_id AND NOT EXISTS (
                    SELECT FROM edr_device_sources AS s
                    JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = s.connector_id
                      AND r.device_id = s.source_id AND r.stream = 'vulnerabilities'
                    WHERE s.tenant_id = $1 AND s.device_id = c.device_id
                      AND r.report ->> 'vulnerability' = c.cve_id AND \(Self.isOpen))
                """, values(selection)),
        ]
    }

    /// What no record says any more; then the vulnerabilities that no device has.
    var endVulnerabilities: [Statement] {
        [
            Statement(
                """
                WITH open AS MATERIALIZED (
                  SELECT DISTINCT s.device_id, r.report ->> 'vulnerability' AS cve_id
                  FROM edr_device_sources AS s
                  JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = s.connector_id
                    AND r.device_id = s.source_id AND r.stream = 'vulnerabilities'
                  WHERE s.tenant_id = $1 AND \(Self.isOpen)
                )
                DELETE FROM edr_device_vulnerabilities AS j
                USING edr_vulnerabilities AS v
                WHERE j.tenant_id = $1 AND v.tenant_id = $1 AND v.id = j.vulnerability_id
                  AND j.device_id IN (\(Self.devices)) AND NOT EXISTS (
                    SELECT FROM open AS o WHERE o.device_id = j.device_id AND o.cve_id = v.cve_id)
                """, [.id(tenant), .id(connector)]),
            Statement(
                """
                DELETE FROM edr_vulnerabilities AS v
                WHERE v.tenant_id = $1 AND NOT EXISTS (
                  SELECT FROM edr_device_vulnerabilities AS j WHERE j.tenant_id = $1 AND j.vulnerability_id = v.id)
                """, [.id(tenant)]),
        ]
    }
}
