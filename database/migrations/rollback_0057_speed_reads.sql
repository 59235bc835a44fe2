BEGIN;

DROP TRIGGER forget_connector ON connectors;
DROP FUNCTION forget_connector();

ALTER TABLE endpoint_sources
    ADD CONSTRAINT endpoint_sources_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE CASCADE;
ALTER TABLE identity_keys
    ADD CONSTRAINT identity_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE CASCADE;
ALTER TABLE connector_records
    ADD CONSTRAINT connector_records_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE CASCADE,
    ADD CONSTRAINT connector_records_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id)
        REFERENCES connectors ON DELETE CASCADE;

DROP INDEX endpoints_software_set_idx, endpoints_finding_set_idx;
CREATE INDEX endpoints_software_set_idx ON endpoints (tenant_id, software_set);
CREATE INDEX endpoints_finding_set_idx ON endpoints (tenant_id, finding_set_id, id);

DROP INDEX endpoint_sources_endpoint_idx;
CREATE INDEX endpoint_sources_endpoint_idx ON endpoint_sources (tenant_id, endpoint_id);
DROP INDEX connector_records_device_idx;
CREATE INDEX connector_records_device_idx ON connector_records (tenant_id, connector_id, device_id, stream);

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 57;
    END IF;
END
$$;

COMMIT;
