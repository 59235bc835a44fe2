BEGIN;

DROP TABLE device_actions;
DROP TABLE connector_streams;
DROP POLICY system_access ON connectors;
REVOKE ALL (
    tenant_id, id, kind, interval_seconds, full_interval_seconds, is_paused, next_sync_at, failures, started_at, attempts,
    locked_by, locked_until) ON connectors FROM garrison_system;
ALTER TABLE connectors
    DROP COLUMN interval_seconds,
    DROP COLUMN full_interval_seconds,
    DROP COLUMN is_paused,
    DROP COLUMN next_sync_at,
    DROP COLUMN failures,
    DROP COLUMN started_at,
    DROP COLUMN duration_seconds,
    DROP COLUMN attempts,
    DROP COLUMN locked_by,
    DROP COLUMN locked_until;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 43;
    END IF;
END
$$;

COMMIT;
