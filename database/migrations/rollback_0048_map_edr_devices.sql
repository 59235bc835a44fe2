BEGIN;

DROP INDEX edr_devices_list_idx, edr_vulnerabilities_list_idx;
DROP TABLE edr_device_sources;
DROP FUNCTION remove_edr_devices();

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 48;
    END IF;
END
$$;

COMMIT;
