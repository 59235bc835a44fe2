BEGIN;

DROP TABLE epss_days;
DROP TABLE epss_history;
DROP TABLE intelligence_quarantine;
ALTER TABLE advisories DROP COLUMN feed, DROP COLUMN recorded_at;
ALTER TABLE vulnerabilities
    DROP COLUMN ssvc_exploitation,
    DROP COLUMN ssvc_automatable,
    DROP COLUMN ssvc_technical_impact,
    DROP COLUMN ssvc_assessed,
    DROP COLUMN field_sources;
DROP TABLE vulnerability_records;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 22;
    END IF;
END
$$;

COMMIT;
