import Domain
import FoundationEssentials
import Postgres

/// What a row of `edr_devices` says: of Defender what Defender knows best, of Intune what it does, each from the device
/// that was seen last.
enum EDRDeviceValues {
    static func update(_ devices: [UUID], _ tenant: TenantID) -> Statement {
        Statement(
            """
            UPDATE edr_devices AS d
            SET device_name = v.device_name, operating_system = v.operating_system, os_version = v.os_version,
              primary_user = v.primary_user, defender_health_status = v.health, risk_score = v.risk,
              exposure_level = v.exposure, intune_compliance_state = v.compliance,
              intune_enrollment_status = v.enrollment, last_seen_at = v.last_seen
            FROM (
              SELECT a.id, coalesce(\(name("m")), \(name("i")), a.id::text) AS device_name,
                coalesce(\(system("m")), \(system("i"))) AS operating_system,
                coalesce(\(version("m")), \(version("i"))) AS os_version,
                coalesce(i.report ->> 'primary_user', m.report ->> 'last_user') AS primary_user,
                m.report ->> 'health' AS health, (m.report ->> 'risk')::float8 AS risk,
                m.report ->> 'exposure' AS exposure, i.report ->> 'compliance_state' AS compliance,
                i.report ->> 'enrollment' AS enrollment,
                greatest((m.report ->> 'last_seen')::timestamptz, (i.report ->> 'last_seen')::timestamptz) AS last_seen
              FROM unnest($2::uuid[]) AS a (id)
              LEFT JOIN LATERAL (\(newest("s.is_defender"))) AS m ON true
              LEFT JOIN LATERAL (\(newest("NOT s.is_defender"))) AS i ON true
            ) AS v
            WHERE d.tenant_id = $1 AND d.id = v.id
              AND (d.device_name, d.operating_system, d.os_version, d.primary_user, d.defender_health_status,
                d.risk_score, d.exposure_level, d.intune_compliance_state, d.intune_enrollment_status, d.last_seen_at)
              IS DISTINCT FROM (v.device_name, v.operating_system, v.os_version, v.primary_user, v.health, v.risk,
                v.exposure, v.compliance, v.enrollment, v.last_seen)
            """, [.id(tenant), .uuidArray(devices)])
    }

    private static func newest(_ condition: String) -> String {
        """
        SELECT r.report
        FROM edr_device_sources AS s
        JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = s.connector_id AND r.stream = 'devices'
          AND r.source_id = s.source_id
        WHERE s.tenant_id = $1 AND s.device_id = a.id AND \(condition)
        ORDER BY r.report ->> 'last_seen' DESC NULLS LAST, s.source_id
        LIMIT 1
        """
    }

    /// As Microsoft writes it, with the domain.
    private static func name(_ side: String) -> String {
        "(\(side).report ->> 'hostname') || coalesce('.' || (\(side).report ->> 'domain'), '')"
    }

    private static func system(_ side: String) -> String {
        "coalesce(\(side).report -> 'os' ->> 'pretty_name', \(side).report -> 'os' ->> 'name')"
    }

    private static func version(_ side: String) -> String {
        "coalesce(\(side).report -> 'os' ->> 'build', nullif(\(side).report -> 'os' ->> 'version', ''))"
    }
}
