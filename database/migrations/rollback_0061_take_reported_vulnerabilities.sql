BEGIN;

ALTER TABLE endpoint_sources
    ADD CONSTRAINT endpoint_sources_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id)
        REFERENCES connectors ON DELETE CASCADE;
ALTER TABLE endpoint_sources DROP COLUMN reports_pending;
ALTER TABLE endpoints DROP COLUMN reported_set;
DROP TABLE reported_sets;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 61;
    END IF;
END
$$;

COMMIT;
