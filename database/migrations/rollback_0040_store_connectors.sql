BEGIN;

DROP TABLE connector_quarantine;
DROP TABLE connector_records;
DROP TABLE connector_checkpoints;
DROP TABLE connectors;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 40;
    END IF;
END
$$;

COMMIT;
