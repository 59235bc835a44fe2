BEGIN;

-- A target without an agent is patched by a vendor whose account runs scripts, or by a system of the tenant's own.
ALTER TABLE patch_deployments
    ADD COLUMN executor text CHECK (executor IN ('connector', 'webhook')),
    ADD COLUMN executor_id uuid,
    ADD CHECK ((executor_id IS NOT NULL) = (executor IS NOT DISTINCT FROM 'connector'));
COMMENT ON COLUMN patch_deployments.executor IS 'What its job was last given to; null for Garrison''s agent.';
COMMENT ON COLUMN patch_deployments.executor_id IS 'The account by which its vendor is asked.';

CREATE TABLE patch_jobs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuid_v7(),
    target_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('install', 'rollback')),
    attempt int NOT NULL,
    executor text NOT NULL CHECK (executor IN ('connector', 'webhook')),
    connector_id uuid,
    device_id text NOT NULL,
    status text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'sending', 'in_progress', 'unknown', 'completed', 'failed')),
    message text,
    work jsonb,
    receipt jsonb,
    attempts int NOT NULL DEFAULT 0,
    checks int NOT NULL DEFAULT 0,
    next_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, target_id, kind, attempt),
    FOREIGN KEY (tenant_id, target_id) REFERENCES patch_deployments (tenant_id, id) ON DELETE CASCADE,
    CHECK ((connector_id IS NOT NULL) = (executor = 'connector'))
);
COMMENT ON TABLE patch_jobs IS
    'A job of a deployment that somebody else than an agent carries out: a target and an attempt have one, which is sent at most once.';
COMMENT ON COLUMN patch_jobs.device_id IS 'As the executor knows the machine.';
COMMENT ON COLUMN patch_jobs.work IS 'What it is told, as it was when it was first told it.';
COMMENT ON COLUMN patch_jobs.receipt IS 'What to ask the executor by.';
COMMENT ON COLUMN patch_jobs.attempts IS 'How often it was tried to be handed over.';
COMMENT ON COLUMN patch_jobs.next_at IS
    'When it is looked at: handed over, asked after, or given up by a worker that does not live any more.';
CREATE INDEX patch_jobs_due_idx ON patch_jobs (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE patch_webhooks (
    tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
    url text NOT NULL CHECK (url <> ''),
    callback_url text NOT NULL CHECK (callback_url <> ''),
    secret bytea NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL
);
COMMENT ON TABLE patch_webhooks IS 'A system of the tenant''s own that patches machines which nothing else can.';
COMMENT ON COLUMN patch_webhooks.callback_url IS 'Where it reaches this installation.';
COMMENT ON COLUMN patch_webhooks.secret IS
    'What messages to it and from it are signed with, sealed under a key that is not in the database.';

SELECT isolate_tenant('patch_jobs');
SELECT isolate_tenant('patch_webhooks');
GRANT SELECT, INSERT, UPDATE, DELETE ON patch_jobs, patch_webhooks TO garrison_app;
-- When jobs are due is looked up for all tenants at once.
CREATE POLICY system_access ON patch_jobs FOR SELECT TO garrison_system USING (true);
GRANT SELECT (tenant_id, id, next_at) ON patch_jobs TO garrison_system;

COMMIT;
