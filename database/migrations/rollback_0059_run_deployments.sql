BEGIN;

DROP POLICY system_access ON patch_deployments;
REVOKE SELECT (tenant_id, agent_id, handed_at) ON patch_deployments FROM garrison_system;
DROP TRIGGER count_new_targets ON patch_deployments;
DROP TRIGGER count_changed_targets ON patch_deployments;
DROP TRIGGER count_gone_targets ON patch_deployments;
ALTER TABLE patch_deployments
    DROP COLUMN deployment_id,
    DROP COLUMN ring,
    DROP COLUMN schedule,
    DROP COLUMN state,
    DROP COLUMN since,
    DROP COLUMN attempt,
    DROP COLUMN rollback_attempt,
    DROP COLUMN lease_at,
    DROP COLUMN has_failed,
    DROP COLUMN has_changed,
    DROP COLUMN awaits_reboot,
    DROP COLUMN restarted_at,
    DROP COLUMN agent_id,
    DROP COLUMN handed_at,
    DROP COLUMN installs,
    DROP COLUMN outcome,
    DROP COLUMN log_tail,
    ADD CONSTRAINT patch_deployments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE CASCADE,
    ADD CONSTRAINT patch_deployments_patch_id_fkey FOREIGN KEY (patch_id) REFERENCES patches;
COMMENT ON TABLE patch_deployments IS 'A patch on its way to an endpoint.';
CREATE INDEX patch_deployments_catalogue_idx ON patch_deployments (patch_id);
CREATE INDEX patch_deployments_endpoint_idx ON patch_deployments (tenant_id, endpoint_id, created_at DESC);
CREATE INDEX patch_deployments_patch_idx ON patch_deployments (tenant_id, patch_id, status);
CREATE INDEX patch_deployments_status_idx ON patch_deployments (tenant_id, status, created_at DESC);

ALTER TABLE agents DROP COLUMN patch_tools;
DROP TABLE patch_signing_keys;
DROP TABLE deployment_approvals;
DROP TABLE deployment_transitions;
DROP TABLE deployment_counts;
DROP TABLE deployment_rings;
DROP TABLE deployments;
DROP FUNCTION count_new_targets();
DROP FUNCTION count_changed_targets();
DROP FUNCTION count_gone_targets();
DROP FUNCTION add_deployment_count(uuid, uuid, int, boolean, text, boolean, int);

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 59;
    END IF;
END
$$;

COMMIT;
