import Domain
import Postgres

extension Migrator {
    /// Where the Citus extension is installed, spreads the tenant tables over the workers by tenant_id
    /// and copies the catalogues to each; does nothing elsewhere, and nothing for tables that are
    /// distributed already. Citus wants tenant_id in every key, so the published keys of a bare `id`
    /// get it here and only here.
    func distribute(_ database: Database) async throws {
        let installed = try await database.query("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")
        guard try installed.bool(0, 0) else { return }
        try await database.transaction { connection in
            for script in [Self.referenceTables, Self.compositeKeys, Self.distributedTables] {
                _ = try await connection.query(script)
            }
        }
    }

    /// Tables that tenant tables refer to and that hold no tenant's data, besides `tenants` itself.
    private static let referenceTables = """
        DO $$
        DECLARE
            target regclass;
        BEGIN
            FOR target IN
                SELECT c.oid
                FROM pg_class AS c
                WHERE c.relnamespace = 'public'::regnamespace
                  AND c.relname IN ('tenants', 'roles', 'vulnerabilities', 'software_titles', 'patches')
                  AND NOT EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = c.oid)
            LOOP
                PERFORM create_reference_table(target);
            END LOOP;
        END
        $$
        """

    /// Drops keys and foreign keys without tenant_id; each has a twin with it beside it.
    private static let compositeKeys = """
        DO $$
        DECLARE
            item record;
        BEGIN
            FOR item IN
                SELECT k.conrelid::regclass AS target, k.conname, k.contype, pg_get_constraintdef(k.oid) AS definition
                FROM pg_constraint AS k
                JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attname = 'tenant_id' AND NOT a.attisdropped
                JOIN pg_class AS c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                WHERE k.contype IN ('p', 'u', 'f')
                  AND a.attnum <> ALL (k.conkey)
                  AND (k.contype <> 'f' OR EXISTS (
                      SELECT FROM pg_attribute AS parent
                      WHERE parent.attrelid = k.confrelid AND parent.attname = 'tenant_id'))
                ORDER BY k.contype = 'f' DESC
            LOOP
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', item.target, item.conname);
                IF item.contype = 'p' THEN
                    EXECUTE format(
                        'ALTER TABLE %s ADD %s', item.target,
                        replace(item.definition, 'PRIMARY KEY (', 'PRIMARY KEY (tenant_id, '));
                END IF;
            END LOOP;
        END
        $$
        """

    /// In an order in which parents come before the tables that refer to them.
    private static let distributedTables = """
        DO $$
        DECLARE
            target regclass;
        BEGIN
            LOOP
                SELECT c.oid
                INTO target
                FROM pg_class AS c
                JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
                WHERE c.relnamespace = 'public'::regnamespace
                  AND c.relkind IN ('r', 'p')
                  AND NOT c.relispartition
                  AND NOT EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = c.oid)
                  AND NOT EXISTS (
                      SELECT FROM pg_constraint AS k
                      WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid
                        AND NOT EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = k.confrelid))
                LIMIT 1;
                EXIT WHEN target IS NULL;
                PERFORM create_distributed_table(target, 'tenant_id');
            END LOOP;
        END
        $$
        """
}
