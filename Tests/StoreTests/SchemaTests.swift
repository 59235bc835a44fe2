import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite("The schema", .database)
struct SchemaTests {
    let database = TestDatabase.current

    private func psql(_ url: String, _ file: String) async throws -> Shell.Outcome {
        try await Shell.run(["psql", "--no-psqlrc", url, "-f", "\(Shell.checkout)/\(file)"])
    }

    @Test("all migrations from zero give what database/schema.sql gives")
    func schemaFile() async throws {
        try await TestDatabase.withEmptyDatabase { [url = database.url] other in
            let loaded = try await Shell.run([
                "psql", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--quiet", other, "-f",
                "\(Shell.checkout)/database/schema.sql",
            ])
            #expect(loaded.status == 0, "\(loaded.output)")
            let migrated = try await Shell.run(["\(Shell.checkout)/scripts/dump-schema", "--of", url])
            let written = try await Shell.run(["\(Shell.checkout)/scripts/dump-schema", "--of", other])
            #expect(migrated.status == 0, "\(migrated.output)")
            // Where this fails: scripts/dump-schema.
            let differences = Set(migrated.output.split(separator: "\n"))
                .symmetricDifference(written.output.split(separator: "\n"))
            #expect(differences == [])
            #expect(migrated.output == written.output)
        }
    }

    @Test("test_0021.sql passes, and leaves nothing behind")
    func selfTest() async throws {
        let owner = database.store.owner
        let before = try await contents(owner)
        let outcome = try await psql(database.url, "database/migrations/test_0021.sql")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("migration 0021 holds"))
        #expect(try await contents(owner) == before)
    }

    @Test("migration 0021 is taken back by its own script beneath all later ones, and comes again whole")
    func takenBackAlone() async throws {
        try await TestDatabase.withEmptyDatabase { url in
            let migrator = try Migrator(resources: try ResourceLocator.migrations())
            try await migrator.migrate(databaseURL: url)
            try await TestDatabase.withOwner(of: url) { owner in
                func tables() async throws -> [String] {
                    try await Catalogue(database: owner).tables().filter { $0.hasPrefix("edr_") }
                }
                let before = try await tables()
                let back = try await psql(url, "database/migrations/rollback_0021_edr_integration.sql")
                #expect(try await tables() == [], "\(back.output)")
                #expect(try await migrator.migrate(databaseURL: url) == 2)
                #expect(try await tables() == before)
            }
        }
    }

    /// How many rows each table has, and the functions there are.
    private func contents(_ owner: Database) async throws -> [String] {
        let catalogue = Catalogue(database: owner)
        var contents = try await catalogue.names("SELECT proname FROM pg_proc ORDER BY 1")
        for table in try await catalogue.tables() {
            contents.append("\(table) \(try await catalogue.count("SELECT count(*) FROM \(table)"))")
        }
        return contents
    }

    @Test(
        "test_0021.sql fails, and says why, when anything it speaks of is missing",
        arguments: [
            ("ALTER TABLE edr_posture_scores RENAME TO edr_scores", "table edr_posture_scores exists"),
            (
                """
                ALTER TABLE edr_alerts DROP CONSTRAINT edr_alerts_device_id_fkey, DROP CONSTRAINT edr_alerts_same_tenant,
                  ADD FOREIGN KEY (device_id) REFERENCES edr_devices (id)
                """, "edr_alerts.device_id references edr_devices ON DELETE CASCADE"
            ),
            ("DROP INDEX edr_devices_risk_score_idx", "edr_devices.risk_score is indexed"),
            (
                "ALTER TABLE edr_vulnerabilities DROP CONSTRAINT edr_vulnerabilities_tenant_id_cve_id_key",
                "edr_vulnerabilities is unique by tenant_id, cve_id"
            ),
            ("ALTER TABLE edr_devices DISABLE ROW LEVEL SECURITY", "edr_devices forces row-level security"),
            ("DROP POLICY tenant_isolation ON edr_alerts", "violates row-level security policy"),
            (
                "ALTER TABLE edr_devices DROP CONSTRAINT edr_devices_risk_score_check",
                "a risk_score over 100 is refused"
            ),
            (
                """
                ALTER TABLE edr_actions DROP CONSTRAINT edr_actions_user_id_fkey,
                  DROP CONSTRAINT edr_actions_same_tenant_user,
                  ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
                """, "edr_actions.user_id references users ON DELETE NO ACTION"
            ),
            ("COMMENT ON COLUMN edr_alerts.severity IS NULL", "every column of edr_alerts has a comment"),
        ])
    func selfTestFails(damage: String, complaint: String) async throws {
        _ = try await database.store.owner.query(damage)
        let outcome = try await psql(database.url, "database/migrations/test_0021.sql")
        #expect(outcome.status != 0)
        #expect(outcome.output.contains(complaint), "\(outcome.output.suffix(500))")
    }

    /// Tables and views with the columns that are published for them.
    private static let published: [(relation: String, columns: String)] = [
        (
            "endpoints",
            """
            id uuid, hostname text, device_id text, os_type text, os_version text, ip_address inet, mac_address macaddr,
            last_seen timestamptz, agent_version text, status text, created_at timestamptz, updated_at timestamptz
            """
        ),
        (
            "vulnerabilities",
            """
            id uuid, cve_id text, title text, description text, cvss_score float8, severity text, exploitability text,
            affected_systems jsonb, remediation text, source text, published_date date, created_at timestamptz
            """
        ),
        (
            "endpoint_vulnerabilities",
            """
            endpoint_id uuid, vulnerability_id uuid, risk_score float4, detected_at timestamptz,
            remediated_at timestamptz, status text
            """
        ),
        (
            "software_installed",
            """
            id uuid, endpoint_id uuid, name text, version text, vendor text, install_date date,
            last_execution timestamptz, created_at timestamptz
            """
        ),
        (
            "patches",
            """
            id uuid, kb_number text, title text, description text, severity text, released_date date,
            reboot_required bool, estimated_size_mb float8, created_at timestamptz
            """
        ),
        (
            "patch_deployments",
            """
            id uuid, patch_id uuid, endpoint_id uuid, status text, deployment_date timestamptz,
            completion_date timestamptz, error_message text, created_at timestamptz
            """
        ),
        (
            "compliance_audits",
            """
            id uuid, endpoint_id uuid, framework text, check_name text, compliance_status bool, evidence text,
            remediation text, audit_date timestamptz, next_audit timestamptz, created_at timestamptz
            """
        ),
        (
            "incidents",
            """
            id uuid, endpoint_id uuid, threat_type text, severity text, status text, detected_at timestamptz,
            contained_at timestamptz, resolved_at timestamptz, root_cause text, response_actions jsonb,
            created_at timestamptz
            """
        ),
        (
            "edr_devices",
            """
            id uuid, tenant_id uuid, microsoft_device_id text, device_name text, operating_system text, os_version text,
            primary_user text, defender_health_status text, risk_score float8, exposure_level text,
            intune_compliance_state text, intune_enrollment_status text, last_seen_at timestamptz,
            created_at timestamptz, updated_at timestamptz
            """
        ),
        (
            "edr_alerts",
            """
            id uuid, tenant_id uuid, device_id uuid, microsoft_alert_id text, threat_type text, threat_name text,
            severity text, status text, description text, detected_at timestamptz, created_at timestamptz,
            updated_at timestamptz
            """
        ),
        (
            "edr_vulnerabilities",
            """
            id uuid, tenant_id uuid, cve_id text, severity text, cvss_score float8, exploitability text,
            description text, created_at timestamptz, updated_at timestamptz
            """
        ),
        (
            "edr_device_vulnerabilities",
            "device_id uuid, vulnerability_id uuid, tenant_id uuid, detected_at timestamptz"
        ),
        (
            "edr_compliance",
            """
            id uuid, tenant_id uuid, device_id uuid, compliance_state text, security_baseline_status text,
            failed_rules jsonb, required_apps_status jsonb, checked_at timestamptz, created_at timestamptz,
            updated_at timestamptz
            """
        ),
        (
            "edr_actions",
            """
            id uuid, tenant_id uuid, device_id uuid, user_id uuid, action_type text, status text, result_message text,
            initiated_at timestamptz, completed_at timestamptz, created_at timestamptz
            """
        ),
        (
            "edr_posture_scores",
            """
            id uuid, tenant_id uuid, score float8, device_count int4, high_risk_device_count int4,
            active_alert_count int4, critical_vulnerability_count int4, non_compliant_device_count int4,
            calculated_at timestamptz, created_at timestamptz
            """
        ),
    ]

    @Test("published tables have their published columns, by name and type")
    func publishedColumns() async throws {
        let rows = try await database.store.owner.query(
            """
            SELECT c.relname || ' ' || a.attname || ' ' || t.typname
            FROM pg_attribute AS a
            JOIN pg_class AS c ON c.oid = a.attrelid
            JOIN pg_type AS t ON t.oid = a.atttypid
            WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
            """)
        let there = Set(try rows.map { try $0.decode(0, as: String.self) })
        for (relation, columns) in Self.published {
            for column in columns.split(separator: ",") {
                let words = column.split { $0 == " " || $0 == "\n" }
                #expect(there.contains("\(relation) \(words.joined(separator: " "))"))
            }
        }
    }

    @Test(
        "a published enumeration or range takes its values and no other",
        arguments: [
            ("endpoints", "status", "healthy at_risk critical", "broken"),
            ("vulnerabilities", "severity", "critical high medium low", "none"),
            ("vulnerabilities", "exploitability", "functional proof-of-concept unproven", "easy"),
            ("vulnerabilities", "cvss_score", "0 10", "10.1"),
            ("findings", "status", "open in_progress remediated exception", "closed"),
            ("patch_deployments", "status", "pending staging deployed failed rolled_back", "lost"),
            ("incidents", "status", "open investigating contained resolved", "closed"),
            ("edr_devices", "risk_score", "0 100", "101"),
            ("edr_vulnerabilities", "cvss_score", "0.0 10.0", "-0.1"),
            ("edr_actions", "action_type", "isolate unisolate scan resolve_alert", "wipe"),
            ("edr_actions", "status", "pending in_progress completed failed", "lost"),
            ("edr_posture_scores", "score", "0 100", "-1"),
        ])
    func publishedValues(table: String, column: String, values: String, other: String) async throws {
        let owner = database.store.owner
        try await EveryTable.insert(database.a.id, owner)
        for value in values.split(separator: " ") {
            let changed = try await owner.query("UPDATE \(table) SET \(column) = '\(value)'")
            #expect(changed.affected > 0)
        }
        let error = await #expect(throws: PostgresError.self) {
            try await owner.query("UPDATE \(table) SET \(column) = '\(other)'")
        }
        #expect(error?.sqlState == "23514")
    }

    @Test("what the published schema calls unique is unique in a tenant, and free in another")
    func publishedKeys() async throws {
        let owner = database.store.owner
        let insert = "INSERT INTO endpoints (tenant_id, hostname, device_id, os_type) VALUES ($1, $2, $3, 'linux')"
        for tenant in [database.a.id, database.b.id] {
            _ = try await owner.query(insert, [.id(tenant), "web", "device"])
        }
        for (hostname, device) in [("web", "other"), ("other", "device")] {
            let error = await #expect(throws: PostgresError.self) {
                try await owner.query(insert, [.id(database.a.id), .text(hostname), .text(device)])
            }
            #expect(error?.isUniqueViolation == true)
        }
        try await EveryTable.insert(database.a.id, owner) { $0 == 2 }
        let error = await #expect(throws: PostgresError.self) {
            try await owner.query(
                "INSERT INTO vulnerabilities (cve_id, title, source) VALUES ('CVE-2000-0001', 't', 'nvd')")
        }
        #expect(error?.isUniqueViolation == true)
    }
}
