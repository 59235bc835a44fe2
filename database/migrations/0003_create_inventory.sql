BEGIN;

CREATE TABLE software_titles (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    content_hash uuid NOT NULL UNIQUE,
    type text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    architecture text,
    source text,
    source_version text,
    vendor text,
    module text
);
COMMENT ON TABLE software_titles IS 'A distinct package version, whatever the number of endpoints and tenants that have it.';
COMMENT ON COLUMN software_titles.content_hash IS '128 bits of SHA-256 over the other columns; the natural key.';
COMMENT ON COLUMN software_titles.type IS 'Package database or registry: deb, rpm, apk, npm, …';
COMMENT ON COLUMN software_titles.source IS 'Source package, where it differs from name.';
CREATE INDEX software_titles_name_idx ON software_titles (name, type);
GRANT SELECT ON software_titles TO garrison_app, garrison_system;

CREATE TABLE software_sets (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    hash uuid NOT NULL,
    title_ids bigint[] NOT NULL,
    package_count int NOT NULL GENERATED ALWAYS AS (cardinality(title_ids)) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, hash)
);
COMMENT ON TABLE software_sets IS 'A set of software_titles, shared by all endpoints of the tenant that have exactly it.';
COMMENT ON COLUMN software_sets.hash IS '128 bits of SHA-256 over title_ids.';
COMMENT ON COLUMN software_sets.title_ids IS 'Ascending.';
SELECT isolate_tenant('software_sets');
GRANT SELECT, INSERT, UPDATE, DELETE ON software_sets TO garrison_app;

CREATE TABLE endpoints (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    hostname text COLLATE "C" NOT NULL CHECK (hostname <> ''),
    device_id text NOT NULL CHECK (device_id <> ''),
    fqdn text COLLATE "C",
    os_type text NOT NULL,
    os_id text NOT NULL DEFAULT '',
    os_name text,
    os_version text NOT NULL DEFAULT '',
    kernel_release text,
    architecture text,
    ip_address inet,
    mac_address macaddr,
    last_seen timestamptz NOT NULL DEFAULT now(),
    agent_version text,
    status text NOT NULL DEFAULT 'healthy' CHECK (status IN ('healthy', 'at_risk', 'critical')),
    exposure text NOT NULL DEFAULT 'internal' CHECK (exposure IN ('isolated', 'internal', 'external')),
    criticality text NOT NULL DEFAULT 'normal' CHECK (criticality IN ('low', 'normal', 'high', 'crown')),
    risk_score double precision NOT NULL DEFAULT 0 CHECK (risk_score BETWEEN 0 AND 100),
    open_findings int NOT NULL DEFAULT 0,
    worst_severity text CHECK (worst_severity IN ('critical', 'high', 'medium', 'low')),
    software_set uuid,
    install_dates date[],
    notes jsonb NOT NULL DEFAULT '[]',
    source_names jsonb NOT NULL DEFAULT '{}',
    inventory_at timestamptz,
    inventory_hash uuid,
    scanned_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, hostname),
    UNIQUE (tenant_id, device_id),
    FOREIGN KEY (tenant_id, software_set) REFERENCES software_sets (tenant_id, hash)
);
COMMENT ON TABLE endpoints IS 'A machine.';
COMMENT ON COLUMN endpoints.hostname IS 'Unique in the tenant; of two machines with one name the later has its FQDN or a short id behind it.';
COMMENT ON COLUMN endpoints.device_id IS 'Stable over reboots and renames: machine id or hardware UUID.';
COMMENT ON COLUMN endpoints.os_id IS 'os-release ID: debian, almalinux; with os_version the ecosystem of its packages.';
COMMENT ON COLUMN endpoints.status IS 'Follows from the open findings; says nothing while scanned_at is NULL.';
COMMENT ON COLUMN endpoints.risk_score IS '0 to 100, from the open findings.';
COMMENT ON COLUMN endpoints.software_set IS 'What is installed.';
COMMENT ON COLUMN endpoints.install_dates IS 'Parallel to the set''s title_ids; the set is shared, the dates are not.';
COMMENT ON COLUMN endpoints.inventory_at IS 'When its latest inventory was taken; an older one that comes later changes nothing.';
COMMENT ON COLUMN endpoints.inventory_hash IS '128 bits over that inventory, its time aside: the same again changes nothing but when it was seen.';
COMMENT ON COLUMN endpoints.notes IS 'What the collector could not read, and why.';
COMMENT ON COLUMN endpoints.source_names IS 'The name each source reported, by source.';
CREATE INDEX endpoints_risk_idx ON endpoints (tenant_id, risk_score DESC, id);
CREATE INDEX endpoints_last_seen_idx ON endpoints (tenant_id, last_seen DESC, id);
CREATE INDEX endpoints_status_idx ON endpoints (tenant_id, status);
CREATE INDEX endpoints_os_idx ON endpoints (tenant_id, os_type);
CREATE INDEX endpoints_software_set_idx ON endpoints (tenant_id, software_set);
SELECT isolate_tenant('endpoints');
GRANT SELECT, INSERT, UPDATE, DELETE ON endpoints TO garrison_app;

CREATE FUNCTION lock_endpoints(tenant uuid) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('garrison.endpoints' || tenant::text, 0))
$$;
COMMENT ON FUNCTION lock_endpoints(uuid) IS
    'One writer of a tenant''s endpoints and findings at a time, until its transaction ends: imports, scans and people would else wait for each other''s rows.';

-- No trigram index: row-level security keeps the planner from using ILIKE as an index condition,
-- because it could tell one tenant about another's rows. Prefixes are served by the unique index.

CREATE VIEW software_installed WITH (security_invoker = true) AS
SELECT
    md5(e.id::text || ':' || i.title_id::text)::uuid AS id,
    e.tenant_id,
    e.id AS endpoint_id,
    i.title_id,
    t.name,
    t.version,
    t.vendor,
    i.install_date,
    NULL::timestamptz AS last_execution,
    coalesce(e.inventory_at, e.created_at) AS created_at
FROM endpoints AS e
JOIN software_sets AS s ON s.tenant_id = e.tenant_id AND s.hash = e.software_set
CROSS JOIN LATERAL unnest(s.title_ids, e.install_dates) AS i (title_id, install_date)
JOIN software_titles AS t ON t.id = i.title_id;
COMMENT ON VIEW software_installed IS 'What is installed on each endpoint, a row a package.';
COMMENT ON COLUMN software_installed.id IS 'The same for an endpoint and a title as long as both exist.';
GRANT SELECT ON software_installed TO garrison_app;

COMMIT;
