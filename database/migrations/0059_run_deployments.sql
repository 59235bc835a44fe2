BEGIN;

CREATE TABLE deployments (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    patch_id uuid NOT NULL REFERENCES patches,
    plan jsonb NOT NULL CHECK (jsonb_typeof(plan) = 'object'),
    revision int NOT NULL DEFAULT 1,
    status text NOT NULL CHECK (
        status IN (
            'awaiting_approval', 'rejected', 'scheduled', 'running', 'soaking', 'paused', 'halted', 'aborting', 'aborted',
            'rolling_back', 'rolled_back', 'rolled_back_with_failures', 'completed', 'completed_with_failures')),
    ring int NOT NULL DEFAULT -1,
    ring_count int NOT NULL CHECK (ring_count > 0),
    soaking_since timestamptz,
    held text,
    forgiven jsonb,
    gate jsonb,
    endpoints int NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '',
    requested_by text NOT NULL,
    requester_id uuid,
    idempotency_key text,
    request_hash bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, idempotency_key)
);
COMMENT ON TABLE deployments IS 'A patch that is brought to many endpoints, ring after ring; its targets are rows of patch_deployments.';
COMMENT ON COLUMN deployments.plan IS 'As whoever asked for it wrote it, with every standard filled in.';
COMMENT ON COLUMN deployments.revision IS 'Of the plan: an approval counts for the one that was read.';
COMMENT ON COLUMN deployments.ring IS 'The newest ring that is open; -1 before the first.';
COMMENT ON COLUMN deployments.held IS 'Where it goes on after a pause or a halt.';
COMMENT ON COLUMN deployments.forgiven IS 'What a person has seen of its gate and gone on nevertheless.';
COMMENT ON COLUMN deployments.gate IS 'What its gate said and had seen when it was last looked at.';
COMMENT ON COLUMN deployments.requester_id IS 'The person; null for a token.';
COMMENT ON COLUMN deployments.request_hash IS 'SHA-256 of what came with the idempotency key.';
COMMENT ON COLUMN deployments.changed_at IS 'Of the last change of its state, for lists.';
CREATE INDEX deployments_list_idx ON deployments (tenant_id, created_at DESC, id DESC);
CREATE INDEX deployments_patch_idx ON deployments (patch_id);
CREATE INDEX deployments_open_idx ON deployments (tenant_id, id)
    WHERE status NOT IN (
        'rejected', 'aborted', 'rolled_back', 'rolled_back_with_failures', 'completed', 'completed_with_failures');

CREATE TABLE deployment_rings (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    ring int NOT NULL,
    name text NOT NULL,
    opened_at timestamptz,
    runs_from timestamptz,
    PRIMARY KEY (tenant_id, deployment_id, ring),
    FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployments ON DELETE CASCADE
);
COMMENT ON TABLE deployment_rings IS 'A part of a deployment that is patched before the next.';
COMMENT ON COLUMN deployment_rings.runs_from IS 'When it was opened, or the deployment went on after a hold: its endpoints have their time to come from then.';

-- Kept by a trigger of the targets, so that whatever changes a target counts it.
CREATE TABLE deployment_counts (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    ring int NOT NULL,
    has_failed boolean NOT NULL,
    waiting int NOT NULL DEFAULT 0,
    offered int NOT NULL DEFAULT 0,
    downloading int NOT NULL DEFAULT 0,
    installing int NOT NULL DEFAULT 0,
    rebooting int NOT NULL DEFAULT 0,
    verifying int NOT NULL DEFAULT 0,
    deployed int NOT NULL DEFAULT 0,
    failed int NOT NULL DEFAULT 0,
    rollback_waiting int NOT NULL DEFAULT 0,
    rolling_back int NOT NULL DEFAULT 0,
    rolled_back int NOT NULL DEFAULT 0,
    rollback_failed int NOT NULL DEFAULT 0,
    cancelled int NOT NULL DEFAULT 0,
    expired int NOT NULL DEFAULT 0,
    unknown int NOT NULL DEFAULT 0,
    lost int NOT NULL DEFAULT 0,
    to_roll_back int NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, deployment_id, ring, has_failed),
    FOREIGN KEY (tenant_id, deployment_id, ring) REFERENCES deployment_rings ON DELETE CASCADE
) WITH (fillfactor = 50);
COMMENT ON TABLE deployment_counts IS 'How many targets of a ring have which state, those that have ever failed apart.';
COMMENT ON COLUMN deployment_counts.to_roll_back IS 'Of which a rollback would have something to take away.';

ALTER TABLE patch_deployments
    ADD COLUMN deployment_id uuid,
    ADD COLUMN ring int,
    ADD COLUMN schedule int NOT NULL DEFAULT -1,
    ADD COLUMN state text,
    ADD COLUMN since timestamptz,
    ADD COLUMN attempt int NOT NULL DEFAULT 1,
    ADD COLUMN rollback_attempt int NOT NULL DEFAULT 0,
    ADD COLUMN lease_at timestamptz,
    ADD COLUMN has_failed boolean NOT NULL DEFAULT false,
    ADD COLUMN has_changed boolean NOT NULL DEFAULT false,
    ADD COLUMN awaits_reboot boolean NOT NULL DEFAULT false,
    ADD COLUMN restarted_at timestamptz,
    ADD COLUMN agent_id uuid,
    ADD COLUMN handed_at timestamptz,
    ADD COLUMN installs jsonb,
    ADD COLUMN outcome jsonb,
    ADD COLUMN log_tail text,
    -- Checked for a statement at a time by its triggers: a check of each row is most of the time in which a large
    -- deployment is made. Targets go with their endpoints, and these with their tenant.
    DROP CONSTRAINT patch_deployments_tenant_id_fkey,
    DROP CONSTRAINT patch_deployments_patch_id_fkey,
    ADD CHECK ((deployment_id IS NULL) = (state IS NULL)),
    -- The published word follows from the state, and can never say something else.
    ADD CHECK (
        state IS NULL OR status = CASE state
            WHEN 'waiting' THEN 'pending'
            WHEN 'offered' THEN 'staging'
            WHEN 'downloading' THEN 'staging'
            WHEN 'installing' THEN 'staging'
            WHEN 'rebooting' THEN 'staging'
            WHEN 'verifying' THEN 'staging'
            WHEN 'unknown' THEN 'staging'
            WHEN 'rolling_back' THEN 'staging'
            WHEN 'deployed' THEN 'deployed'
            WHEN 'rollback_waiting' THEN 'deployed'
            WHEN 'failed' THEN 'failed'
            WHEN 'rollback_failed' THEN 'failed'
            WHEN 'cancelled' THEN 'failed'
            WHEN 'expired' THEN 'failed'
            WHEN 'lost' THEN 'failed'
            WHEN 'rolled_back' THEN 'rolled_back'
            ELSE '' END);
COMMENT ON TABLE patch_deployments IS 'A patch on its way to an endpoint: a target of a deployment.';
COMMENT ON COLUMN patch_deployments.schedule IS 'Which of its plan''s schedules it follows; -1 for none.';
COMMENT ON COLUMN patch_deployments.state IS 'How far it is; status says the same in five words.';
COMMENT ON COLUMN patch_deployments.since IS 'When it came to its state.';
COMMENT ON COLUMN patch_deployments.lease_at IS 'Until when something is to be heard of it.';
COMMENT ON COLUMN patch_deployments.has_failed IS 'In whichever attempt: its gate counts it however often it is tried again.';
COMMENT ON COLUMN patch_deployments.has_changed IS 'Something of the patch is there, which a rollback would take away.';
COMMENT ON COLUMN patch_deployments.restarted_at IS 'When it said that it restarts.';
COMMENT ON COLUMN patch_deployments.agent_id IS 'Who has its job.';
COMMENT ON COLUMN patch_deployments.handed_at IS 'When the job was last handed out; null while its agent is to be woken for it.';
COMMENT ON COLUMN patch_deployments.installs IS 'What the job says is to be installed, each package in its exact version, with the one that was there before.';
COMMENT ON COLUMN patch_deployments.outcome IS 'What the endpoint said of versions before and after.';
COMMENT ON COLUMN patch_deployments.log_tail IS 'The end of what the endpoint''s package manager wrote.';
CREATE UNIQUE INDEX patch_deployments_target_idx ON patch_deployments (tenant_id, endpoint_id, deployment_id);
-- An endpoint is worked on by one deployment at a time.
CREATE UNIQUE INDEX patch_deployments_busy_idx ON patch_deployments (tenant_id, endpoint_id)
    WHERE state IN (
        'offered', 'downloading', 'installing', 'rebooting', 'verifying', 'unknown', 'rolling_back');
CREATE INDEX patch_deployments_lane_idx ON patch_deployments (tenant_id, deployment_id, state, ring, schedule, id);
CREATE INDEX patch_deployments_lease_idx ON patch_deployments (tenant_id, deployment_id, lease_at)
    WHERE lease_at IS NOT NULL;
CREATE INDEX patch_deployments_bell_idx ON patch_deployments (agent_id)
    WHERE handed_at IS NULL AND agent_id IS NOT NULL;
CREATE INDEX patch_deployments_restarted_idx ON patch_deployments (tenant_id, deployment_id, restarted_at)
    WHERE restarted_at IS NOT NULL;
-- Lists go by deployment now; each index less is time that a large deployment is made in.
DROP INDEX patch_deployments_patch_idx;
DROP INDEX patch_deployments_status_idx;
DROP INDEX patch_deployments_catalogue_idx;
DROP INDEX patch_deployments_endpoint_idx;

CREATE FUNCTION add_deployment_count(
    tenant uuid, deployment uuid, of_ring int, failed_before boolean, counted text, changed boolean, number int
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE deployment_counts
    SET
        waiting = waiting + CASE counted WHEN 'waiting' THEN number ELSE 0 END,
        offered = offered + CASE counted WHEN 'offered' THEN number ELSE 0 END,
        downloading = downloading + CASE counted WHEN 'downloading' THEN number ELSE 0 END,
        installing = installing + CASE counted WHEN 'installing' THEN number ELSE 0 END,
        rebooting = rebooting + CASE counted WHEN 'rebooting' THEN number ELSE 0 END,
        verifying = verifying + CASE counted WHEN 'verifying' THEN number ELSE 0 END,
        deployed = deployed + CASE counted WHEN 'deployed' THEN number ELSE 0 END,
        failed = failed + CASE counted WHEN 'failed' THEN number ELSE 0 END,
        rollback_waiting = rollback_waiting + CASE counted WHEN 'rollback_waiting' THEN number ELSE 0 END,
        rolling_back = rolling_back + CASE counted WHEN 'rolling_back' THEN number ELSE 0 END,
        rolled_back = rolled_back + CASE counted WHEN 'rolled_back' THEN number ELSE 0 END,
        rollback_failed = rollback_failed + CASE counted WHEN 'rollback_failed' THEN number ELSE 0 END,
        cancelled = cancelled + CASE counted WHEN 'cancelled' THEN number ELSE 0 END,
        expired = expired + CASE counted WHEN 'expired' THEN number ELSE 0 END,
        unknown = unknown + CASE counted WHEN 'unknown' THEN number ELSE 0 END,
        lost = lost + CASE counted WHEN 'lost' THEN number ELSE 0 END,
        to_roll_back = to_roll_back + CASE WHEN changed AND counted IN ('deployed', 'failed') THEN number ELSE 0 END
    WHERE tenant_id = tenant AND deployment_id = deployment AND ring = of_ring AND has_failed = failed_before;
END
$$;
COMMENT ON FUNCTION add_deployment_count(uuid, uuid, int, boolean, text, boolean, int) IS
    'Adds targets of one state to what is counted of their ring.';

-- Groups are taken in one order, so that two writers of a deployment never wait for each other.
CREATE FUNCTION count_new_targets() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    g record;
BEGIN
    FOR g IN
        SELECT DISTINCT patch_id
        FROM after_rows
    LOOP
        IF NOT EXISTS (SELECT FROM patches WHERE id = g.patch_id) THEN
            RAISE foreign_key_violation USING MESSAGE = format('there is no patch %s', g.patch_id);
        END IF;
    END LOOP;
    FOR g IN
        SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, count(*)::int AS n
        FROM after_rows
        WHERE deployment_id IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6
        ORDER BY 1, 2, 3, 4, 5, 6
    LOOP
        IF NOT EXISTS (
            SELECT FROM deployment_counts
            WHERE tenant_id = g.tenant_id AND deployment_id = g.deployment_id AND ring = g.ring)
        THEN
            RAISE foreign_key_violation USING MESSAGE = format('deployment %s has no ring %s', g.deployment_id, g.ring);
        END IF;
        PERFORM add_deployment_count(g.tenant_id, g.deployment_id, g.ring, g.has_failed, g.state, g.has_changed, g.n);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION count_changed_targets() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    g record;
BEGIN
    FOR g IN
        SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, sum(d.n)::int AS n
        FROM (
            SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, 1 AS n FROM after_rows
            UNION ALL
            SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, -1 FROM before_rows
        ) AS d
        WHERE deployment_id IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6
        HAVING sum(d.n) <> 0
        ORDER BY 1, 2, 3, 4, 5, 6
    LOOP
        PERFORM add_deployment_count(g.tenant_id, g.deployment_id, g.ring, g.has_failed, g.state, g.has_changed, g.n);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION count_gone_targets() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    g record;
BEGIN
    FOR g IN
        SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, count(*)::int AS n
        FROM before_rows
        WHERE deployment_id IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6
        ORDER BY 1, 2, 3, 4, 5, 6
    LOOP
        -- Of a deployment, or a tenant, that goes as a whole there is no count left, and this changes nothing.
        PERFORM add_deployment_count(g.tenant_id, g.deployment_id, g.ring, g.has_failed, g.state, g.has_changed, -g.n);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER count_new_targets AFTER INSERT ON patch_deployments
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_new_targets();
CREATE TRIGGER count_changed_targets AFTER UPDATE ON patch_deployments
    REFERENCING NEW TABLE AS after_rows OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_changed_targets();
CREATE TRIGGER count_gone_targets AFTER DELETE ON patch_deployments
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_gone_targets();

ALTER TABLE agents
    ADD COLUMN patch_tools text[];
COMMENT ON COLUMN agents.patch_tools IS 'What it installs packages with, as it said last; null for one that knows nothing of patches.';

CREATE TABLE deployment_transitions (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    target_id uuid,
    attempt int,
    from_status text,
    to_status text NOT NULL,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'endpoint', 'gate', 'server')),
    actor_id uuid,
    actor text NOT NULL DEFAULT '',
    reason text,
    PRIMARY KEY (tenant_id, deployment_id, id),
    FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployments ON DELETE CASCADE
);
COMMENT ON TABLE deployment_transitions IS 'Every step of a deployment and of its targets: when, who and why.';
COMMENT ON COLUMN deployment_transitions.target_id IS 'The row of patch_deployments; null for a step of the deployment itself.';
COMMENT ON COLUMN deployment_transitions.at IS 'The server''s time.';
COMMENT ON COLUMN deployment_transitions.reason IS 'As a sentence.';
CREATE INDEX deployment_transitions_target_idx ON deployment_transitions (tenant_id, deployment_id, target_id, id)
    WHERE target_id IS NOT NULL;
CREATE INDEX deployment_transitions_own_idx ON deployment_transitions (tenant_id, deployment_id, id)
    WHERE target_id IS NULL;

CREATE TABLE deployment_approvals (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    person_id uuid NOT NULL,
    person text NOT NULL,
    agrees boolean NOT NULL,
    revision int NOT NULL,
    comment text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, deployment_id, id),
    FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployments ON DELETE CASCADE
);
COMMENT ON TABLE deployment_approvals IS 'What people have said of a deployment that needs approval; of each person the last word counts.';

CREATE TABLE patch_signing_keys (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id text NOT NULL,
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    private_key bytea NOT NULL,
    follows text,
    change bytea,
    change_signature bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE patch_signing_keys IS 'What a tenant''s orders to agents are signed with: Ed25519.';
COMMENT ON COLUMN patch_signing_keys.id IS 'The first 16 digits of the SHA-256 of the public key.';
COMMENT ON COLUMN patch_signing_keys.follows IS 'The key whose place it took, which signed the change.';
COMMENT ON COLUMN patch_signing_keys.change IS 'What was signed: agents that believe the key before believe this one by it.';
COMMENT ON COLUMN patch_signing_keys.private_key IS 'Sealed under a key that is not in the database.';
CREATE UNIQUE INDEX patch_signing_keys_current_idx ON patch_signing_keys (tenant_id) WHERE retired_at IS NULL;

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY[
        'deployments', 'deployment_rings', 'deployment_counts', 'deployment_transitions', 'deployment_approvals',
        'patch_signing_keys']
    LOOP
        PERFORM isolate_tenant(target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO garrison_app', target);
    END LOOP;
END
$$;

-- Which deployments are to be looked at, and which agents to be woken, is looked up for all tenants at once.
CREATE POLICY system_access ON deployments FOR SELECT TO garrison_system USING (true);
GRANT SELECT (tenant_id, id, status) ON deployments TO garrison_system;
CREATE POLICY system_access ON patch_deployments FOR SELECT TO garrison_system USING (true);
GRANT SELECT (tenant_id, agent_id, handed_at) ON patch_deployments TO garrison_system;

COMMIT;
