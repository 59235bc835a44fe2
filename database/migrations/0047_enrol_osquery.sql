BEGIN;

CREATE TABLE osquery_nodes (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    key_hash bytea NOT NULL,
    host_identifier text NOT NULL,
    enrolment_id uuid NOT NULL,
    hostname text NOT NULL,
    platform text NOT NULL,
    version text NOT NULL,
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    inventory_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, host_identifier),
    UNIQUE (tenant_id, key_hash),
    FOREIGN KEY (tenant_id, enrolment_id) REFERENCES agent_enrolments (tenant_id, id)
);
COMMENT ON TABLE osquery_nodes IS 'A machine whose osquery reports here.';
COMMENT ON COLUMN osquery_nodes.key_hash IS 'SHA-256 of its node key; the key itself is stored nowhere. Enrolling again makes another one.';
COMMENT ON COLUMN osquery_nodes.host_identifier IS 'What osquery calls the machine (--host_identifier).';
CREATE INDEX osquery_nodes_enrolment_idx ON osquery_nodes (tenant_id, enrolment_id);

CREATE TABLE osquery_snapshots (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    node_id uuid NOT NULL,
    name text NOT NULL,
    document text NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, node_id, name),
    FOREIGN KEY (tenant_id, node_id) REFERENCES osquery_nodes ON DELETE CASCADE
);
COMMENT ON TABLE osquery_snapshots IS 'The last result of each scheduled query of a node: its inventory is made from them.';
COMMENT ON COLUMN osquery_snapshots.document IS 'The line of the log, JSON; PostgreSQL compresses it.';

CREATE TABLE osquery_status (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    node_id uuid NOT NULL,
    severity int NOT NULL,
    message text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, node_id, message),
    FOREIGN KEY (tenant_id, node_id) REFERENCES osquery_nodes ON DELETE CASCADE
);
COMMENT ON TABLE osquery_status IS 'Warnings and errors that a node''s osquery wrote into its own log, each once.';

CREATE TABLE osquery_queries (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    sql text NOT NULL CHECK (char_length(sql) BETWEEN 1 AND 10000),
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE osquery_queries IS 'A live query.';

CREATE TABLE osquery_answers (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    query_id uuid NOT NULL,
    node_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'completed', 'failed')),
    rows jsonb,
    message text,
    answered_at timestamptz,
    PRIMARY KEY (tenant_id, query_id, node_id),
    FOREIGN KEY (tenant_id, query_id) REFERENCES osquery_queries ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, node_id) REFERENCES osquery_nodes ON DELETE CASCADE
);
COMMENT ON TABLE osquery_answers IS 'What a node answers to a live query.';
COMMENT ON COLUMN osquery_answers.state IS 'sent: it was given out, and is given out again until there is an answer or its time is over.';
CREATE INDEX osquery_answers_node_idx ON osquery_answers (tenant_id, node_id) WHERE state IN ('pending', 'sent');

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY[
        'osquery_nodes', 'osquery_snapshots', 'osquery_status', 'osquery_queries', 'osquery_answers'
    ] LOOP
        PERFORM isolate_tenant(target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO garrison_app', target);
    END LOOP;
END
$$;

COMMIT;
