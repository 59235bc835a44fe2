BEGIN;

DROP TABLE patch_files;
DROP TABLE patch_logs;
DROP TABLE unused_objects;
DROP TABLE removed_tenants;
DROP FUNCTION leave_objects();

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 62;
    END IF;
END
$$;

COMMIT;
