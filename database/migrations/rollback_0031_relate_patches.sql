BEGIN;

DROP TABLE patch_vulnerabilities;
DROP TABLE patch_supersedence;

ALTER TABLE patches
    DROP COLUMN products,
    DROP COLUMN builds,
    DROP COLUMN link,
    DROP COLUMN source;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 31;
    END IF;
END
$$;

COMMIT;
