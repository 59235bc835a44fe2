BEGIN;

CREATE TABLE patches (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    kb_number text NOT NULL UNIQUE,
    title text NOT NULL,
    description text,
    severity text CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    released_date date,
    reboot_required boolean NOT NULL DEFAULT false,
    estimated_size_mb double precision CHECK (estimated_size_mb >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE patches IS 'Patches as vendors publish them. Shared by all tenants.';
COMMENT ON COLUMN patches.kb_number IS 'The vendor''s number: KB5034441, or the advisory that ships the fix.';
CREATE INDEX patches_released_idx ON patches (released_date DESC NULLS LAST, id);
CREATE INDEX patches_severity_idx ON patches (severity, released_date DESC NULLS LAST, id);
GRANT SELECT ON patches TO garrison_app, garrison_system;

CREATE TABLE patch_deployments (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    patch_id uuid NOT NULL REFERENCES patches,
    endpoint_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'staging', 'deployed', 'failed', 'rolled_back')),
    deployment_date timestamptz,
    completion_date timestamptz,
    error_message text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE patch_deployments IS 'A patch on its way to an endpoint.';
CREATE INDEX patch_deployments_endpoint_idx ON patch_deployments (tenant_id, endpoint_id, created_at DESC);
CREATE INDEX patch_deployments_patch_idx ON patch_deployments (tenant_id, patch_id, status);
CREATE INDEX patch_deployments_status_idx ON patch_deployments (tenant_id, status, created_at DESC);
CREATE INDEX patch_deployments_catalogue_idx ON patch_deployments (patch_id);
SELECT isolate_tenant('patch_deployments');
GRANT SELECT, INSERT, UPDATE, DELETE ON patch_deployments TO garrison_app;

CREATE TABLE compliance_audits (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    endpoint_id uuid NOT NULL,
    framework text NOT NULL,
    check_name text NOT NULL,
    compliance_status boolean NOT NULL,
    evidence text,
    remediation text,
    audit_date timestamptz NOT NULL DEFAULT now(),
    next_audit timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, endpoint_id, framework, check_name),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE compliance_audits IS 'The current result of each check on each endpoint.';
COMMENT ON COLUMN compliance_audits.compliance_status IS 'True: the check passes.';
CREATE INDEX compliance_audits_framework_idx ON compliance_audits (tenant_id, framework, compliance_status);
CREATE INDEX compliance_audits_next_idx ON compliance_audits (tenant_id, next_audit);
SELECT isolate_tenant('compliance_audits');
GRANT SELECT, INSERT, UPDATE, DELETE ON compliance_audits TO garrison_app;

CREATE TABLE incidents (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    endpoint_id uuid NOT NULL,
    threat_type text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'investigating', 'contained', 'resolved')),
    detected_at timestamptz NOT NULL DEFAULT now(),
    contained_at timestamptz,
    resolved_at timestamptz,
    root_cause text,
    response_actions jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE incidents IS 'A threat on an endpoint, from detection to resolution.';
CREATE INDEX incidents_detected_idx ON incidents (tenant_id, detected_at DESC, id);
CREATE INDEX incidents_status_idx ON incidents (tenant_id, status, detected_at DESC, id);
CREATE INDEX incidents_endpoint_idx ON incidents (tenant_id, endpoint_id, detected_at DESC);
SELECT isolate_tenant('incidents');
GRANT SELECT, INSERT, UPDATE, DELETE ON incidents TO garrison_app;

COMMIT;
