BEGIN;

ALTER TABLE tokens DROP COLUMN created_by;
COMMENT ON COLUMN deployments.requester_id IS 'The person; null for a token.';
ALTER TABLE deployments
    DROP COLUMN watched_until,
    DROP COLUMN watched_incidents,
    DROP COLUMN watched_alerts;

DROP INDEX patch_deployments_patience_idx;
DROP INDEX patch_deployments_target_idx;
-- Of several targets of one deployment on one endpoint the one that came to most stays.
ALTER TABLE patch_deployments NO FORCE ROW LEVEL SECURITY;
DELETE FROM patch_deployments AS t
USING (
    SELECT
        tenant_id,
        id,
        row_number() OVER (
            PARTITION BY tenant_id, endpoint_id, deployment_id
            ORDER BY state = 'cancelled', has_changed DESC, job_endpoint_id IS NOT NULL, id) AS place
    FROM patch_deployments
    WHERE deployment_id IS NOT NULL
) AS p
WHERE t.tenant_id = p.tenant_id AND t.id = p.id AND p.place > 1;
ALTER TABLE patch_deployments FORCE ROW LEVEL SECURITY;
CREATE UNIQUE INDEX patch_deployments_target_idx ON patch_deployments (tenant_id, endpoint_id, deployment_id);
ALTER TABLE patch_deployments
    DROP COLUMN job_endpoint_id,
    DROP COLUMN retried_at;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 63;
    END IF;
END
$$;

COMMIT;
