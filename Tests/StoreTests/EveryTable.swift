import Domain
import Postgres

/// A row of a tenant in every table, by the migration that made the table. The tests that walk the
/// catalogue fail for a table that is missing here.
enum EveryTable {
    /// `$1` is the tenant. Runs as the schema's owner; catalogues' rows are made once.
    static let rows: [(version: Int, statements: [String])] = [
        (1, foundation), (2, intelligence), (3, inventory), (4, findings), (5, response), (21, edr), (22, provenance),
        // Columns of earlier tables.
        (24, []), (30, []), (45, []), (46, agents), (47, osquery),
        (26, policies), (31, patches), (32, vex), (35, revisions), (36, notices), (40, connectors),
        (41, identities), (42, []), (43, schedules), (44, incidents), (48, microsoft), (57, []), (58, patchFigures),
        (59, deployments), (60, executors), (61, reported), (62, patchFiles), (63, []), (64, []), (66, prerequisites),
    ]

    /// - Parameter versions: the migrations whose tables get rows.
    static func insert(
        _ tenant: TenantID, _ database: Database, versions: (Int) -> Bool = { _ in true }
    ) async throws {
        for (version, statements) in rows where versions(version) {
            for statement in statements {
                _ = try await database.run(
                    [Statement(statement, statement.contains("$1") ? [.id(tenant)] : [])], tenant: tenant)
            }
        }
    }

    /// The same id for a tenant and a word each time.
    static func id(_ word: String) -> String { "md5($1::uuid::text || '\(word)')::uuid" }

    private static let reported = ["INSERT INTO reported_sets (tenant_id, hash, reports) VALUES ($1, \(id("r")), '[]')"]

    private static let osquery = [
        """
        INSERT INTO osquery_nodes (tenant_id, id, key_hash, host_identifier, enrolment_id, hostname, platform, version)
        VALUES ($1, \(id("node")), sha256('key'), 'every', \(id("enrolment")), 'every', 'linux', '5')
        """,
        "INSERT INTO osquery_snapshots (tenant_id, node_id, name, document) VALUES ($1, \(id("node")), 'every', '{}')",
        "INSERT INTO osquery_status (tenant_id, node_id, severity, message) VALUES ($1, \(id("node")), 1, 'every')",
        """
        INSERT INTO osquery_queries (tenant_id, id, sql, requested_by, expires_at)
        VALUES ($1, \(id("query")), 'SELECT 1', 'every', now() + interval '1 hour')
        """,
        "INSERT INTO osquery_answers (tenant_id, query_id, node_id) VALUES ($1, \(id("query")), \(id("node")))",
    ]

    private static let agents = [
        """
        INSERT INTO agent_enrolments (tenant_id, id, name, token_hash, uses_left, created_by, expires_at)
        VALUES ($1, \(id("enrolment")), 'every', sha256('enrolment'), 1, 'every', now() + interval '1 day')
        """,
        """
        INSERT INTO agents (tenant_id, id, public_key, enrolment_id, device_id, hostname, version, facts)
        VALUES ($1, \(id("agent")), sha256('key'), \(id("enrolment")), 'every', 'every', '1', '{}')
        """,
        """
        INSERT INTO agent_inventories (tenant_id, agent_id, digest, document)
        VALUES ($1, \(id("agent")), 'every', '{}')
        """,
        """
        INSERT INTO agent_tasks (tenant_id, agent_id, kind, requested_by) VALUES ($1, \(id("agent")), 'scan', 'every')
        """,
    ]

    private static let foundation = [
        "INSERT INTO tenants (id, name) VALUES ($1, $1::uuid::text) ON CONFLICT DO NOTHING",
        "INSERT INTO users (tenant_id, id, email, role) VALUES ($1, \(id("user")), 'every@table.test', 'viewer')",
        "INSERT INTO tokens (tenant_id, name, role, token_hash) VALUES ($1, 'every', 'viewer', sha256('token'))",
        """
        INSERT INTO sessions (tenant_id, token_hash, user_id, expires_at)
        VALUES ($1, sha256('session'), \(id("user")), now() + interval '1 hour')
        """,
        "INSERT INTO audit_events (tenant_id, actor, action, object) VALUES ($1, 'every', 'table.fill', 'table')",
        "INSERT INTO jobs (tenant_id, kind, run_after) VALUES ($1, 'scan', now() + interval '1 day')",
        """
        INSERT INTO outbox (tenant_id, kind, destination, idempotency_key, run_after)
        VALUES ($1, 'mail', 'nobody', 'every', now() + interval '1 day')
        """,
        "INSERT INTO idempotency_keys (tenant_id, key, request_hash) VALUES ($1, 'every', sha256('request'))",
    ]

    private static let intelligence = [
        """
        INSERT INTO vulnerabilities (id, cve_id, title, source)
        VALUES (md5('CVE-2000-0001')::uuid, 'CVE-2000-0001', 'One of the first', 'nvd')
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO advisories (source, advisory_id, vulnerabilities) VALUES ('osv', 'EVERY-1', '{CVE-2000-0001}')
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO advisory_packages (advisory_id, ecosystem, name, fixed)
        SELECT id, 'debian:12', 'bash', '6' FROM advisories WHERE advisory_id = 'EVERY-1'
        """,
        "INSERT INTO known_exploited (cve, name, date_added) VALUES ('CVE-2000-0001', 'It', '2000-01-01') ON CONFLICT DO NOTHING",
        "INSERT INTO epss_scores (cve, probability, percentile) VALUES ('CVE-2000-0001', 0.5, 0.9) ON CONFLICT DO NOTHING",
        "INSERT INTO exploits (cve, ids) VALUES ('CVE-2000-0001', '{1}') ON CONFLICT DO NOTHING",
        """
        INSERT INTO intelligence_sources (source, imported_at, origin) VALUES ('every', now(), 'file')
        ON CONFLICT DO NOTHING
        """,
        "INSERT INTO intelligence_imports (source, feed, origin) VALUES ('every', 'every.json', 'file')",
    ]

    private static let connectors = [
        """
        INSERT INTO connectors (tenant_id, id, kind, name, secrets)
        VALUES ($1, \(id("connector")), 'crowdstrike', 'every', 'sealed')
        """,
        """
        INSERT INTO connector_checkpoints (tenant_id, connector_id, stream, checkpoint)
        VALUES ($1, \(id("connector")), 'devices', '{}')
        """,
        """
        INSERT INTO connector_records (tenant_id, connector_id, stream, source_id, run, report)
        VALUES ($1, \(id("connector")), 'devices', 'every', 1, '{}')
        """,
        """
        INSERT INTO connector_quarantine (tenant_id, connector_id, stream, record_hash, field, reason, record)
        VALUES ($1, \(id("connector")), 'devices', sha256('every'), '', 'it makes no sense', '17')
        """,
    ]

    private static let microsoft = [
        """
        INSERT INTO edr_device_sources (tenant_id, connector_id, source_id, device_id, is_defender)
        VALUES ($1, \(id("connector")), 'every', \(id("device")), true)
        """
    ]

    private static let identities = [
        """
        INSERT INTO endpoint_sources (tenant_id, connector_id, device_id, endpoint_id, sighting)
        VALUES ($1, \(id("connector")), 'every', \(id("endpoint")), '{}')
        """,
        """
        INSERT INTO identity_keys (tenant_id, kind, value, connector_id, device_id)
        VALUES ($1, 'serial', 'EVERY', \(id("connector")), 'every')
        """,
        """
        INSERT INTO identity_separations
          (tenant_id, connector_id, device_id, other_connector_id, other_device_id, decided_by)
        VALUES ($1, \(id("connector")), 'every', \(id("connector")), 'other', 'every')
        """,
        """
        INSERT INTO identity_events (tenant_id, kind, endpoint_id, finding_set_id)
        VALUES ($1, 'merged', \(id("endpoint")), \(id("findings")))
        """,
        """
        INSERT INTO identity_collisions (tenant_id, kind, connector_id, device_id, endpoint_ids, sighting)
        VALUES ($1, 'takeover', \(id("connector")), 'every', ARRAY[\(id("endpoint"))], '{}')
        """,
        """
        INSERT INTO endpoint_redirects (tenant_id, endpoint_id, survivor_id)
        VALUES ($1, \(id("merged")), \(id("endpoint")))
        """,
    ]

    private static let schedules = [
        """
        INSERT INTO connector_streams (tenant_id, connector_id, stream) VALUES ($1, \(id("connector")), 'devices')
        """,
        """
        INSERT INTO device_actions
          (tenant_id, id, decision_id, connector_id, source, source_kind, device_id, endpoint_id, kind, delivery, request,
           requested_by)
        VALUES ($1, \(id("action")), \(id("action")), \(id("connector")), 'every', 'crowdstrike', 'every',
          \(id("endpoint")), 'scan', 'sent', '{}', 'every')
        """,
    ]

    private static let incidents = [
        """
        INSERT INTO alerts (tenant_id, id, connector_id, source_id, title, severity, status, detected_at)
        VALUES ($1, \(id("alert")), \(id("connector")), 'every', 'every', 'high', 'new', now())
        """,
        """
        INSERT INTO incident_events (tenant_id, incident_id, kind, alert_id)
        SELECT $1, id, 'alert', \(id("alert")) FROM incidents WHERE tenant_id = $1
        """,
        "INSERT INTO incident_settings (tenant_id) VALUES ($1)",
    ]

    private static let provenance = [
        """
        INSERT INTO vulnerability_records (cve_id, source, feed, title)
        VALUES ('CVE-2000-0001', 'nvd', 'nvd', 'One of the first')
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO intelligence_quarantine (source, feed, position, record, reason)
        VALUES ('every', 'every.json', 1, 'EVERY-2', 'it makes no sense')
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO epss_history (cve, score_date, probability, percentile)
        VALUES ('CVE-2000-0001', '2024-01-01', 0.5, 0.9)
        ON CONFLICT DO NOTHING
        """,
        "INSERT INTO epss_days (score_date) VALUES ('2024-01-01') ON CONFLICT DO NOTHING",
    ]

    private static let inventory = [
        """
        INSERT INTO software_titles (content_hash, type, name, version)
        VALUES (md5('bash')::uuid, 'deb', 'bash', '5.2')
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO software_sets (tenant_id, hash, title_ids)
        SELECT $1, md5('set')::uuid, ARRAY[id] FROM software_titles WHERE content_hash = md5('bash')::uuid
        """,
        """
        INSERT INTO endpoints (tenant_id, id, hostname, device_id, os_type, software_set, install_dates)
        VALUES ($1, \(id("endpoint")), 'every', 'every', 'linux', md5('set')::uuid, '{2024-01-01}')
        """,
    ]

    private static let findings = [
        "INSERT INTO finding_sets (tenant_id, id) VALUES ($1, \(id("findings")))",
        """
        INSERT INTO findings (tenant_id, finding_set_id, vulnerability_id, risk_score)
        VALUES ($1, \(id("findings")), md5('CVE-2000-0001')::uuid, 50)
        """,
        "UPDATE endpoints SET finding_set_id = \(id("findings")) WHERE tenant_id = $1 AND hostname = 'every'",
        """
        INSERT INTO finding_transitions (tenant_id, endpoint_id, vulnerability_id, to_status)
        VALUES ($1, \(id("endpoint")), md5('CVE-2000-0001')::uuid, 'open')
        """,
        """
        INSERT INTO tenant_vulnerabilities (tenant_id, vulnerability_id, endpoints_affected)
        VALUES ($1, md5('CVE-2000-0001')::uuid, 1)
        """,
        "INSERT INTO posture_history (tenant_id, at) VALUES ($1, '2024-01-01')",
    ]

    private static let revisions = [
        "INSERT INTO intelligence_revisions (revision) VALUES (1) ON CONFLICT DO NOTHING",
        """
        INSERT INTO intelligence_changes (revision, cve_id, is_matched) VALUES (1, 'CVE-2000-0001', true)
        ON CONFLICT DO NOTHING
        """,
    ]

    private static let notices = [
        """
        INSERT INTO webhooks (tenant_id, url, secret, updated_by)
        VALUES ($1, 'https://hooks.example.test', sha256('sealed'), 'every')
        """
    ]

    private static let patches = [
        "INSERT INTO patch_supersedence (kb_number, superseded) VALUES ('KB2', 'KB1') ON CONFLICT DO NOTHING",
        """
        INSERT INTO patch_vulnerabilities (kb_number, cve_id) VALUES ('KB1', 'CVE-2024-1') ON CONFLICT DO NOTHING
        """,
    ]

    private static let patchFigures = [
        """
        INSERT INTO patch_packages (patch_id, ecosystem, package, fixed_version)
        VALUES (md5('KB1')::uuid, 'debian:12', 'every', '2') ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO patch_fixes (ecosystem, package, fixed_version, patch_id)
        VALUES ('debian:12', 'every', '2', md5('KB1')::uuid) ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO advisory_products (advisory_id, product, introduced, fixed)
        SELECT id, 'a:every:table', '', '2' FROM advisories ORDER BY id LIMIT 1
        ON CONFLICT DO NOTHING
        """,
        "INSERT INTO patch_backlog (ecosystem, package) VALUES ('debian:12', 'every') ON CONFLICT DO NOTHING",
        """
        INSERT INTO finding_set_patches (tenant_id, finding_set_id, patch_id, risk, vulnerabilities)
        VALUES ($1, \(id("findings")), md5('KB1')::uuid, 500, ARRAY[md5('CVE-2000-0001')::uuid])
        """,
        "INSERT INTO tenant_patches (tenant_id, patch_id) VALUES ($1, md5('KB1')::uuid)",
        """
        INSERT INTO tenant_patch_vulnerabilities (tenant_id, patch_id, vulnerability_id, endpoints)
        VALUES ($1, md5('KB1')::uuid, md5('CVE-2000-0001')::uuid, 1)
        """,
    ]

    private static let response = [
        """
        INSERT INTO patches (id, kb_number, title) VALUES (md5('KB1')::uuid, 'KB1', 'The first') ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO patch_deployments (tenant_id, patch_id, endpoint_id)
        VALUES ($1, md5('KB1')::uuid, \(id("endpoint")))
        """,
        """
        INSERT INTO compliance_audits (tenant_id, endpoint_id, framework, check_name, compliance_status)
        VALUES ($1, \(id("endpoint")), 'cis', '1.1', true)
        """,
        """
        INSERT INTO incidents (tenant_id, endpoint_id, threat_type, severity)
        VALUES ($1, \(id("endpoint")), 'malware', 'high')
        """,
    ]

    private static let edr = [
        """
        INSERT INTO edr_devices (id, tenant_id, microsoft_device_id, device_name)
        VALUES (\(id("device")), $1, 'every', 'every')
        """,
        """
        INSERT INTO edr_alerts (tenant_id, device_id, microsoft_alert_id) VALUES ($1, \(id("device")), 'every')
        """,
        """
        INSERT INTO edr_vulnerabilities (id, tenant_id, cve_id) VALUES (\(id("vulnerability")), $1, 'CVE-2000-0001')
        """,
        """
        INSERT INTO edr_device_vulnerabilities (tenant_id, device_id, vulnerability_id)
        VALUES ($1, \(id("device")), \(id("vulnerability")))
        """,
        "INSERT INTO edr_compliance (tenant_id, device_id) VALUES ($1, \(id("device")))",
        """
        INSERT INTO edr_actions (tenant_id, device_id, user_id, action_type)
        VALUES ($1, \(id("device")), \(id("user")), 'scan')
        """,
        "INSERT INTO edr_posture_scores (tenant_id, score) VALUES ($1, 50)",
    ]

    private static let vex = [
        """
        INSERT INTO vex_documents (tenant_id, id, document_id, format, digest, imported_by)
        VALUES ($1, \(id("vex")), 'every', 'openvex', sha256('vex'), 'every')
        """,
        """
        INSERT INTO vex_statements (tenant_id, document, position, vulnerabilities, status, products)
        VALUES ($1, \(id("vex")), 0, '{CVE-2000-0001}', 'fixed', '[]')
        """,
    ]

    private static let policies = [
        "INSERT INTO policies (tenant_id, kind, version, body, created_by) VALUES ($1, 'sla', 1, '{}', 'every')",
        """
        INSERT INTO exceptions
          (tenant_id, kind, state, vulnerability_id, endpoint_id, reason, owner, requested_by, expires_at)
        VALUES ($1, 'accepted', 'requested', md5('CVE-2000-0001')::uuid, \(id("endpoint")), 'every', 'every', 'every',
          now() + interval '1 day')
        """,
    ]
}
