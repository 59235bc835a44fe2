import Domain
import Postgres
import TestSupport
import Testing

@Suite("What the catalogue says of isolation", .database)
struct CatalogueTests {
    let database = TestDatabase.current
    var catalogue: Catalogue { Catalogue(database: database.store.owner) }

    @Test("every table and partition with a tenant_id forces row-level security by a policy")
    func policies() async throws {
        let tables = try await catalogue.tenantRelations().filter { !$0.isView }.map(\.name)
        #expect(tables.count > 25)
        let bound = try await catalogue.names(
            """
            SELECT c.relname
            FROM pg_class AS c
            WHERE c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
              SELECT FROM pg_policy AS p
              WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polroles = '{0}'
                AND pg_get_expr(p.polqual, c.oid) LIKE '(tenant_id = %app.tenant_id%'
                AND pg_get_expr(p.polwithcheck, c.oid) LIKE '(tenant_id = %app.tenant_id%')
            """)
        #expect(Set(tables).subtracting(bound) == [])
    }

    @Test("only the system role has a second policy, and only where it must find out whose a request is")
    func systemPolicies() async throws {
        let tables = try await catalogue.names(
            """
            SELECT c.relname
            FROM pg_policy AS p
            JOIN pg_class AS c ON c.oid = p.polrelid
            WHERE p.polname <> 'tenant_isolation'
              AND p.polroles = ARRAY['garrison_system'::regrole::oid]
            ORDER BY c.relname
            """)
        #expect(
            tables == [
                "agent_tasks", "connectors", "deployments", "device_actions", "jobs", "outbox", "patch_deployments",
                "patch_jobs", "tenants", "users",
            ])
        // Of vendors' accounts it sees when they are due, and neither settings nor secrets.
        let secrets = try await catalogue.count(
            """
            SELECT count(*)
            FROM unnest('{settings,secrets,name,last_error}'::text[]) AS c (name)
            WHERE has_column_privilege('garrison_system', 'connectors', c.name, 'SELECT')
            """)
        #expect(secrets == 0)
        let others = try await catalogue.count(
            """
            SELECT count(*)
            FROM pg_policy
            WHERE polname <> 'tenant_isolation' AND polroles <> ARRAY['garrison_system'::regrole::oid]
            """)
        #expect(others == 0)
    }

    @Test("every view is run with the rights of whoever reads it")
    func views() async throws {
        let unsafe = try await catalogue.names(
            """
            SELECT relname
            FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
              AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
            """)
        #expect(unsafe == [])
    }

    @Test("no function runs with its owner's rights")
    func functions() async throws {
        let definers = try await catalogue.names(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")
        #expect(definers == [])
    }

    @Test("the serving roles cannot log in, bypass the policies, own a table or truncate one")
    func roles() async throws {
        let free = try await catalogue.names(
            """
            SELECT rolname
            FROM pg_roles
            WHERE rolname LIKE 'garrison\\_%' AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole)
            """)
        #expect(free == [])
        let owned = try await catalogue.names(
            """
            SELECT c.relname
            FROM pg_class AS c
            JOIN pg_roles AS r ON r.oid = c.relowner
            WHERE r.rolname LIKE 'garrison\\_%'
            """)
        #expect(owned == [])
        let truncated = try await catalogue.names(
            """
            SELECT c.relname
            FROM pg_class AS c
            CROSS JOIN (VALUES ('garrison_app'), ('garrison_system')) AS r (name)
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
              AND has_table_privilege(r.name, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')
            """)
        #expect(truncated == [])
    }

    @Test("the serving role writes nothing that tenants share")
    func catalogues() async throws {
        let written = try await catalogue.names(
            """
            SELECT c.relname
            FROM pg_class AS c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
              AND NOT EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
              AND has_table_privilege('garrison_app', c.oid, 'INSERT, UPDATE, DELETE')
            """)
        #expect(written == [])
    }

    @Test("keys of tenant tables begin with tenant_id, besides those that migration 0021 publishes")
    func keys() async throws {
        let keys = try await catalogue.names(
            """
            SELECT c.relname || ' ' || k.contype::text
            FROM pg_constraint AS k
            JOIN pg_class AS c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('p', 'u') AND k.conkey[1] <> a.attnum
              AND c.relname NOT LIKE 'edr\\_%'
            """)
        // users (id) is what edr_actions.user_id refers to, as published.
        #expect(keys == ["users u"])
    }

    @Test("foreign keys between tenant tables hold a row to a parent of its own tenant")
    func foreignKeys() async throws {
        let loose = try await catalogue.names(
            """
            SELECT k.conrelid::regclass || ' → ' || k.confrelid::regclass
            FROM pg_constraint AS k
            JOIN pg_attribute AS child ON child.attrelid = k.conrelid AND child.attname = 'tenant_id'
            JOIN pg_attribute AS parent ON parent.attrelid = k.confrelid AND parent.attname = 'tenant_id'
            WHERE k.contype = 'f' AND NOT child.attisdropped AND NOT parent.attisdropped
              AND NOT EXISTS (
                SELECT FROM pg_constraint AS twin
                WHERE twin.contype = 'f' AND twin.conrelid = k.conrelid AND twin.confrelid = k.confrelid
                  AND child.attnum = ANY (twin.conkey) AND parent.attnum = ANY (twin.confkey)
                  AND twin.conkey @> k.conkey)
            """)
        #expect(loose == [])
    }

    @Test("every tenant table goes with its tenant")
    func cascades() async throws {
        let kept = try await catalogue.names(
            """
            WITH RECURSIVE gone AS (
              SELECT 'tenants'::regclass::oid AS oid
              UNION
              SELECT k.conrelid
              FROM gone AS g
              JOIN pg_constraint AS k ON k.confrelid = g.oid AND k.contype = 'f' AND k.confdeltype = 'c'
              WHERE EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = k.conrelid AND a.attname = 'tenant_id' AND a.attnum = ANY (k.conkey)
                  AND a.attnotnull)
            )
            SELECT c.relname
            FROM pg_class AS c
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
              AND c.oid NOT IN (SELECT oid FROM gone)
            """)
        // These two go with their connector, by its trigger, as the tests of tenants show.
        #expect(Set(kept) == ["connector_records", "identity_keys"])
    }

    @Test("tables and views have comments that say what they hold")
    func comments() async throws {
        let silent = try await catalogue.names(
            """
            SELECT relname
            FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
              AND relname NOT IN ('schema_migrations') AND obj_description(oid, 'pg_class') IS NULL
            """)
        #expect(silent == [])
    }

    @Test("every foreign key is served by an index of the table that has it")
    func indexes() async throws {
        let bare = try await catalogue.names(
            """
            SELECT k.conrelid::regclass || ' (' || pg_get_constraintdef(k.oid) || ')'
            FROM pg_constraint AS k
            JOIN pg_class AS c ON c.oid = k.conrelid AND NOT c.relispartition
            WHERE k.contype = 'f' AND k.confrelid <> 'roles'::regclass AND NOT EXISTS (
              SELECT FROM pg_index AS i
              WHERE i.indrelid = k.conrelid
                AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
            """)
        #expect(bare == [])
    }
}
