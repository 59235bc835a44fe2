BEGIN;

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
        DELETE FROM schema_migrations WHERE version = 21;
    END IF;
END
$$;

COMMIT;
