BEGIN;

-- What vendors' own scanners report of an endpoint is stored once for all endpoints of which they report the same.
CREATE TABLE reported_sets (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    hash uuid NOT NULL,
    reports jsonb NOT NULL CHECK (jsonb_typeof(reports) = 'array'),
    PRIMARY KEY (tenant_id, hash)
);
COMMENT ON TABLE reported_sets IS
    'A set of vulnerabilities that sources report, shared by all endpoints of the tenant that have exactly it.';
COMMENT ON COLUMN reported_sets.hash IS 'Of the reports.';
COMMENT ON COLUMN reported_sets.reports IS 'In the order of their ids: id, severity, score, vector, products, sources, known_exploited.';
SELECT isolate_tenant('reported_sets');
GRANT SELECT, INSERT, DELETE ON reported_sets TO garrison_app;

ALTER TABLE endpoints
    ADD COLUMN reported_set uuid,
    ADD FOREIGN KEY (tenant_id, reported_set) REFERENCES reported_sets (tenant_id, hash);
COMMENT ON COLUMN endpoints.reported_set IS 'What its sources report that is open.';
CREATE INDEX endpoints_reported_set_idx ON endpoints (tenant_id, reported_set) WHERE reported_set IS NOT NULL;

ALTER TABLE endpoint_sources ADD COLUMN reports_pending boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN endpoint_sources.reports_pending IS 'Vulnerabilities were reported of it that its endpoint has not taken yet.';
CREATE INDEX endpoint_sources_reports_idx ON endpoint_sources (tenant_id, connector_id, device_id) WHERE reports_pending;

-- A link's connector was looked up for each row; the checkpoint in front of it keeps the connector there, and its links go
-- with it (forget_connector).
ALTER TABLE endpoint_sources DROP CONSTRAINT endpoint_sources_tenant_id_connector_id_fkey;

-- What was reported before is taken at the end of the next run.
UPDATE endpoint_sources AS s
SET reports_pending = true
WHERE EXISTS (
    SELECT FROM connector_records AS r
    WHERE r.tenant_id = s.tenant_id AND r.connector_id = s.connector_id AND r.device_id = s.device_id
      AND r.stream = 'vulnerabilities');

COMMIT;
