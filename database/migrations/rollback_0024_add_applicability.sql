BEGIN;

ALTER TABLE software_titles
    DROP COLUMN cpe,
    DROP COLUMN bundle_identifier,
    DROP COLUMN signer;

ALTER TABLE advisories
    DROP COLUMN applicability;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 24;
    END IF;
END
$$;

COMMIT;
