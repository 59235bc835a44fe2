BEGIN;

DROP INDEX device_actions_orphaned_idx;
ALTER TABLE device_actions DROP CONSTRAINT device_actions_alert_fkey;
DROP TABLE incident_settings;
DROP TABLE incident_events;
DROP TABLE alerts;
DROP TRIGGER set_updated_at ON incidents;
ALTER TABLE incidents
    DROP COLUMN title,
    DROP COLUMN techniques,
    DROP COLUMN keys,
    DROP COLUMN first_alert_at,
    DROP COLUMN last_alert_at,
    DROP COLUMN alert_count,
    DROP COLUMN updated_at;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 44;
    END IF;
END
$$;

COMMIT;
