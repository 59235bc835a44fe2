BEGIN;

-- Without a device's or an endpoint's id no statement can use them. Before the first statistics, the planner took them for
-- as good as the primary key when it looked for a record or a link by its own id, and read all of a connector's for each.
DROP INDEX connector_records_device_idx;
CREATE INDEX connector_records_device_idx ON connector_records (tenant_id, connector_id, device_id, stream)
    WHERE device_id IS NOT NULL;
DROP INDEX endpoint_sources_endpoint_idx;
CREATE INDEX endpoint_sources_endpoint_idx ON endpoint_sources (tenant_id, endpoint_id) WHERE endpoint_id IS NOT NULL;

-- What no source lists software of has neither; a row without them is in no index of them.
DROP INDEX endpoints_software_set_idx, endpoints_finding_set_idx;
CREATE INDEX endpoints_software_set_idx ON endpoints (tenant_id, software_set) WHERE software_set IS NOT NULL;
CREATE INDEX endpoints_finding_set_idx ON endpoints (tenant_id, finding_set_id, id) WHERE finding_set_id IS NOT NULL;

-- A page of 5,000 devices has 5,000 records and three times as many keys, all of one connector. Its foreign keys were
-- looked up for each row, which took a third of what the page took; the checkpoint, which is written in front of it and
-- has one, keeps the connector there until the page is written.
ALTER TABLE connector_records
    DROP CONSTRAINT connector_records_tenant_id_fkey,
    DROP CONSTRAINT connector_records_tenant_id_connector_id_fkey;
ALTER TABLE identity_keys DROP CONSTRAINT identity_keys_tenant_id_fkey;
-- They go with their connector, and that with the tenant.
ALTER TABLE endpoint_sources DROP CONSTRAINT endpoint_sources_tenant_id_fkey;

-- In front of the row, because what follows one is run by whoever deletes a tenant, and they may not touch these; and
-- because its links have to go before the lists of software that they refer to, which go with the tenant themselves.
CREATE FUNCTION forget_connector() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM connector_records WHERE tenant_id = OLD.tenant_id AND connector_id = OLD.id;
    DELETE FROM identity_keys WHERE tenant_id = OLD.tenant_id AND connector_id = OLD.id;
    DELETE FROM endpoint_sources WHERE tenant_id = OLD.tenant_id AND connector_id = OLD.id;
    RETURN OLD;
END
$$;
COMMENT ON FUNCTION forget_connector() IS 'What a source said goes with it.';
CREATE TRIGGER forget_connector BEFORE DELETE ON connectors
    FOR EACH ROW EXECUTE FUNCTION forget_connector();

COMMIT;
