BEGIN;

-- The devices of a Microsoft account, each with its row of edr_devices: a machine of Defender has a row of its own, and a
-- device of Intune is part of the row of the machine with its directory's id, or has one of its own where there is none.
CREATE TABLE edr_device_sources (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    connector_id uuid NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    device_id uuid NOT NULL,
    directory_id text COLLATE "C",
    is_defender boolean NOT NULL,
    PRIMARY KEY (tenant_id, connector_id, source_id),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, device_id) REFERENCES edr_devices (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE edr_device_sources IS 'Which row of edr_devices a device of a Microsoft account is.';
COMMENT ON COLUMN edr_device_sources.source_id IS 'Defender''s or Intune''s id.';
COMMENT ON COLUMN edr_device_sources.directory_id IS 'The machine''s id in Entra, by which the two find each other.';
COMMENT ON COLUMN edr_device_sources.is_defender IS 'Whether Defender or Intune says so.';
CREATE INDEX edr_device_sources_device_idx ON edr_device_sources (tenant_id, device_id);
CREATE INDEX edr_device_sources_directory_idx ON edr_device_sources (tenant_id, directory_id)
    WHERE directory_id IS NOT NULL;
SELECT isolate_tenant('edr_device_sources');
GRANT SELECT, INSERT, UPDATE, DELETE ON edr_device_sources TO garrison_app;

-- The orders in which devices and vulnerabilities are listed.
CREATE INDEX edr_devices_list_idx ON edr_devices (tenant_id, coalesce(risk_score, -1) DESC, id DESC);
CREATE INDEX edr_vulnerabilities_list_idx ON edr_vulnerabilities (tenant_id, coalesce(cvss_score, -1) DESC, id DESC);

-- However they go, also with their account, a device goes with the last of its sources.
CREATE FUNCTION remove_edr_devices() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    -- Of a tenant that is deleted all devices go with it, and who may delete one may not touch them.
    IF NOT EXISTS (SELECT FROM tenants WHERE id IN (SELECT tenant_id FROM gone)) THEN
        RETURN NULL;
    END IF;
    DELETE FROM edr_devices AS d
    USING (SELECT DISTINCT tenant_id, device_id FROM gone) AS g
    WHERE d.tenant_id = g.tenant_id AND d.id = g.device_id AND NOT EXISTS (
        SELECT FROM edr_device_sources AS s WHERE s.tenant_id = g.tenant_id AND s.device_id = g.device_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER remove_edr_devices AFTER DELETE ON edr_device_sources
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION remove_edr_devices();

COMMIT;
