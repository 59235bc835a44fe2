BEGIN;

DROP TABLE patch_webhooks;
DROP TABLE patch_jobs;
ALTER TABLE patch_deployments
    DROP COLUMN executor_id,
    DROP COLUMN executor;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 60;
    END IF;
END
$$;

COMMIT;
