BEGIN;

CREATE TABLE agent_enrolments (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    token_hash bytea NOT NULL,
    uses_left int NOT NULL CHECK (uses_left >= 0),
    may_replace boolean NOT NULL DEFAULT false,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, token_hash)
);
COMMENT ON TABLE agent_enrolments IS 'One-time tokens by which agents are enrolled.';
COMMENT ON COLUMN agent_enrolments.token_hash IS 'SHA-256 of the token; the token itself is stored nowhere.';
COMMENT ON COLUMN agent_enrolments.uses_left IS 'How many more agents it enrols.';
COMMENT ON COLUMN agent_enrolments.may_replace IS 'An agent that it enrols takes the place of the one that its machine has.';

CREATE TABLE agents (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    enrolment_id uuid NOT NULL,
    device_id text NOT NULL,
    hostname text NOT NULL,
    version text NOT NULL,
    facts jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'quarantined', 'revoked')),
    reason text,
    sequence bigint NOT NULL DEFAULT 0,
    instance uuid,
    retired_instances uuid[] NOT NULL DEFAULT '{}',
    is_isolated boolean NOT NULL DEFAULT false,
    queued int NOT NULL DEFAULT 0,
    dropped bigint NOT NULL DEFAULT 0,
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz,
    inventory_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, public_key),
    FOREIGN KEY (tenant_id, enrolment_id) REFERENCES agent_enrolments (tenant_id, id),
    CHECK ((state = 'revoked') = (revoked_at IS NOT NULL))
);
COMMENT ON TABLE agents IS 'An agent on one machine.';
COMMENT ON COLUMN agents.public_key IS 'Ed25519: its requests are signed with the other half, which the machine keeps.';
COMMENT ON COLUMN agents.device_id IS 'The device id of its inventories.';
COMMENT ON COLUMN agents.facts IS 'What it said of its machine when it was enrolled or last accepted: a machine that says otherwise is another one.';
COMMENT ON COLUMN agents.reason IS 'Why it is quarantined, as a sentence.';
COMMENT ON COLUMN agents.sequence IS 'Of the last request that was let in; one with no higher number was sent before.';
COMMENT ON COLUMN agents.instance IS 'The process that was heard last; one that comes back after another was heard is a copy.';
COMMENT ON COLUMN agents.retired_instances IS 'Processes before that, the last one first.';
COMMENT ON COLUMN agents.queued IS 'Reports that wait on its disk.';
COMMENT ON COLUMN agents.dropped IS 'Reports that it dropped because its disk''s share was full.';
CREATE UNIQUE INDEX agents_device_idx ON agents (tenant_id, device_id) WHERE state <> 'revoked';
CREATE INDEX agents_enrolment_idx ON agents (tenant_id, enrolment_id);
CREATE INDEX agents_hostname_idx ON agents (tenant_id, hostname, id);

CREATE TABLE agent_inventories (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    agent_id uuid NOT NULL,
    digest text NOT NULL,
    document text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, agent_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents ON DELETE CASCADE
);
COMMENT ON TABLE agent_inventories IS 'The inventory that an agent reported last, to take its changes on.';
COMMENT ON COLUMN agent_inventories.document IS 'JSON; PostgreSQL compresses it.';

CREATE TABLE agent_tasks (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    agent_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind <> ''),
    arguments jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(arguments) = 'object'),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'completed', 'failed', 'unknown')),
    message text,
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    delivered_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents ON DELETE CASCADE
);
COMMENT ON TABLE agent_tasks IS 'Something that one agent is asked to do. It is handed out until its result is here; the agent does it once.';
COMMENT ON COLUMN agent_tasks.arguments IS 'Texts by name, as the kind takes them.';
COMMENT ON COLUMN agent_tasks.message IS 'What came of it, as a sentence.';
CREATE INDEX agent_tasks_agent_idx ON agent_tasks (tenant_id, agent_id, id DESC);
CREATE INDEX agent_tasks_open_idx ON agent_tasks (tenant_id, agent_id) WHERE state IN ('pending', 'delivered');

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['agent_enrolments', 'agents', 'agent_inventories', 'agent_tasks'] LOOP
        PERFORM isolate_tenant(target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO garrison_app', target);
    END LOOP;
END
$$;

-- Which agents' questions for work are to be answered is looked up for all tenants at once.
CREATE POLICY system_access ON agent_tasks FOR SELECT TO garrison_system USING (true);
GRANT SELECT (tenant_id, agent_id, state) ON agent_tasks TO garrison_system;

COMMIT;
