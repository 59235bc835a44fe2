BEGIN;

DROP TABLE patch_prerequisites;

ALTER TABLE patches
    DROP COLUMN is_servicing_stack;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 66;
    END IF;
END
$$;

COMMIT;
