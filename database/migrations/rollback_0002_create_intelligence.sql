BEGIN;

DROP SEQUENCE index_revision;
DROP TABLE intelligence_imports;
DROP TABLE intelligence_sources;
DROP TABLE exploits;
DROP TABLE epss_scores;
DROP TABLE known_exploited;
DROP TABLE advisory_packages;
DROP TABLE advisories;
DROP TABLE vulnerabilities;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 2;
    END IF;
END
$$;

COMMIT;
