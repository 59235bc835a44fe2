BEGIN;

DROP FUNCTION merge_finding_sets(uuid, uuid, uuid);
DROP FUNCTION return_endpoint_rows(uuid, uuid, uuid, jsonb);
DROP FUNCTION move_endpoint_rows(uuid, uuid, uuid);
REVOKE UPDATE (endpoint_id) ON finding_transitions FROM garrison_app;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 42;
    END IF;
END
$$;

COMMIT;
