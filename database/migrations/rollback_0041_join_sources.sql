BEGIN;

DROP TABLE endpoint_redirects;
DROP TABLE identity_collisions;
DROP TABLE identity_events;
DROP TABLE identity_separations;
DROP TABLE identity_keys;
DROP TABLE endpoint_sources;

ALTER TABLE connector_records
    DROP COLUMN title_id,
    DROP COLUMN report_hash;

-- The owner is bound by row-level security, and this is about every tenant's rows.
ALTER TABLE connectors NO FORCE ROW LEVEL SECURITY;
DELETE FROM connectors
WHERE is_implicit;
ALTER TABLE connectors FORCE ROW LEVEL SECURITY;
ALTER TABLE connectors
    DROP COLUMN is_implicit;
COMMENT ON TABLE connectors IS 'An account at a security vendor that is read for the tenant.';
COMMENT ON COLUMN connectors.kind IS 'The vendor: crowdstrike, …';

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 41;
    END IF;
END
$$;

COMMIT;
