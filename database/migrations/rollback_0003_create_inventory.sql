BEGIN;

DROP VIEW software_installed;
DROP FUNCTION lock_endpoints(uuid);
DROP TABLE endpoints;
DROP TABLE software_sets;
DROP TABLE software_titles;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 3;
    END IF;
END
$$;

COMMIT;
