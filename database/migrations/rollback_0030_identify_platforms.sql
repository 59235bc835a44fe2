BEGIN;

ALTER TABLE endpoints
    DROP COLUMN os_installation,
    DROP COLUMN os_build;

COMMENT ON COLUMN software_titles.type IS 'Package database or registry: deb, rpm, apk, npm, …';

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 30;
    END IF;
END
$$;

COMMIT;
