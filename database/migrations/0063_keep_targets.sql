BEGIN;

-- A target goes with its endpoint when that becomes part of another, and there may be two of one deployment then.
ALTER TABLE patch_deployments
    ADD COLUMN job_endpoint_id uuid,
    ADD COLUMN retried_at timestamptz;
COMMENT ON COLUMN patch_deployments.job_endpoint_id IS 'The endpoint that its job is named after, where it has become part of another since.';
COMMENT ON COLUMN patch_deployments.retried_at IS 'When a person had it tried again: it has its time to come from then.';
DROP INDEX patch_deployments_target_idx;
CREATE UNIQUE INDEX patch_deployments_target_idx
    ON patch_deployments (tenant_id, endpoint_id, deployment_id, coalesce(job_endpoint_id, endpoint_id));
-- Those whose time to speak, or to come for their rollback, runs out.
CREATE INDEX patch_deployments_patience_idx ON patch_deployments (tenant_id, deployment_id, state, since)
    WHERE state IN ('unknown', 'rollback_waiting', 'rolling_back');

ALTER TABLE deployments
    ADD COLUMN watched_until timestamptz,
    ADD COLUMN watched_incidents int NOT NULL DEFAULT 0,
    ADD COLUMN watched_alerts int NOT NULL DEFAULT 0;
COMMENT ON COLUMN deployments.requester_id IS 'The person; the token where nobody knows whose it is.';
COMMENT ON COLUMN deployments.watched_until IS 'Incidents and alerts that were stored before are counted; later ones are counted at each look.';

ALTER TABLE tokens ADD COLUMN created_by uuid;
COMMENT ON COLUMN tokens.created_by IS 'The person who made it, or whose token did; null where nobody knows.';

-- Rows of every tenant change here.
ALTER TABLE tokens NO FORCE ROW LEVEL SECURITY;
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_events NO FORCE ROW LEVEL SECURITY;
ALTER TABLE deployments NO FORCE ROW LEVEL SECURITY;

-- Of those that are there the trail tells who made them.
UPDATE tokens AS t
SET created_by = u.id
FROM audit_events AS e
JOIN users AS u ON u.tenant_id = e.tenant_id AND u.email = e.actor
WHERE e.tenant_id = t.tenant_id AND e.action = 'token.create' AND e.object = t.id::text;

-- What such a token asked for, its person has asked for.
UPDATE deployments AS d
SET requester_id = t.created_by
FROM tokens AS t
WHERE t.tenant_id = d.tenant_id AND t.id = d.requester_id AND t.created_by IS NOT NULL;

ALTER TABLE tokens FORCE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
ALTER TABLE deployments FORCE ROW LEVEL SECURITY;

COMMIT;
