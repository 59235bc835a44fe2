BEGIN;

-- Without its scope such a token would be good for all that its role may.
UPDATE tokens SET revoked_at = now() WHERE scope IS NOT NULL AND revoked_at IS NULL;
ALTER TABLE tokens DROP COLUMN scope;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 45;
    END IF;
END
$$;

COMMIT;
