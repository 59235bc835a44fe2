BEGIN;

DROP TABLE incidents;
DROP TABLE compliance_audits;
DROP TABLE patch_deployments;
DROP TABLE patches;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 5;
    END IF;
END
$$;

COMMIT;
