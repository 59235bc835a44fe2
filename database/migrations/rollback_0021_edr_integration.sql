BEGIN;

-- What migration 0048 put on these tables goes in front of them, where it is there, and comes again with them.
DROP TABLE IF EXISTS edr_device_sources;
DROP FUNCTION IF EXISTS remove_edr_devices();

DROP TABLE edr_posture_scores;
DROP TABLE edr_actions;
DROP TABLE edr_compliance;
DROP TABLE edr_device_vulnerabilities;
DROP TABLE edr_alerts;
DROP TABLE edr_vulnerabilities;
DROP TABLE edr_devices;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version IN (21, 48);
    END IF;
END
$$;

COMMIT;
