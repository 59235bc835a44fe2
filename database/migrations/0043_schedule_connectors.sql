BEGIN;

ALTER TABLE connectors
    ADD COLUMN interval_seconds int NOT NULL DEFAULT 900 CHECK (interval_seconds BETWEEN 30 AND 604800),
    ADD COLUMN full_interval_seconds int NOT NULL DEFAULT 86400 CHECK (full_interval_seconds BETWEEN 3600 AND 31536000),
    ADD COLUMN is_paused boolean NOT NULL DEFAULT false,
    ADD COLUMN next_sync_at timestamptz NOT NULL DEFAULT now() + random() * interval '5 minutes',
    ADD COLUMN failures int NOT NULL DEFAULT 0,
    ADD COLUMN started_at timestamptz,
    ADD COLUMN duration_seconds double precision,
    ADD COLUMN attempts bigint NOT NULL DEFAULT 0,
    ADD COLUMN locked_by text,
    ADD COLUMN locked_until timestamptz;
COMMENT ON COLUMN connectors.interval_seconds IS 'How often what changed is read.';
COMMENT ON COLUMN connectors.full_interval_seconds IS 'How often everything is read, which tells what has disappeared.';
COMMENT ON COLUMN connectors.is_paused IS 'Read by nobody until it is resumed.';
COMMENT ON COLUMN connectors.next_sync_at IS 'When it is due; drawn at random around the interval, so that many are not read at once.';
COMMENT ON COLUMN connectors.failures IS 'Syncs in a row that stopped; each doubles the wait, up to six hours.';
COMMENT ON COLUMN connectors.started_at IS 'When the last sync began.';
COMMENT ON COLUMN connectors.duration_seconds IS 'How long the last sync took that ended.';
COMMENT ON COLUMN connectors.attempts IS 'Counts leases: tells one worker''s from a later one''s.';
COMMENT ON COLUMN connectors.locked_until IS 'The lease of the worker that reads it; after it another one goes on.';
CREATE INDEX connectors_due_idx ON connectors (next_sync_at) WHERE NOT is_paused;
CREATE INDEX connectors_lease_idx ON connectors (tenant_id, locked_until) WHERE locked_until IS NOT NULL;
CREATE POLICY system_access ON connectors TO garrison_system
    USING (true)
    WITH CHECK (true);
GRANT SELECT (
    tenant_id, id, kind, interval_seconds, full_interval_seconds, is_paused, next_sync_at, failures, attempts, locked_by,
    locked_until), UPDATE (started_at, attempts, locked_by, locked_until) ON connectors TO garrison_system;

CREATE TABLE connector_streams (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    connector_id uuid NOT NULL,
    stream text NOT NULL CHECK (stream IN ('devices', 'software', 'vulnerabilities', 'alerts', 'compliance')),
    began_at timestamptz NOT NULL DEFAULT now(),
    is_full boolean NOT NULL DEFAULT true,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    duration_seconds double precision,
    records bigint NOT NULL DEFAULT 0,
    quarantined bigint NOT NULL DEFAULT 0,
    current_to timestamptz,
    full_finished_at timestamptz,
    full_requested_at timestamptz,
    error text,
    PRIMARY KEY (tenant_id, connector_id, stream),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors ON DELETE CASCADE
);
COMMENT ON TABLE connector_streams IS 'How reading each kind of record of a connector went last.';
COMMENT ON COLUMN connector_streams.began_at IS 'When the present or last run began, which several syncs may have a part in.';
COMMENT ON COLUMN connector_streams.is_full IS 'Whether that run reads everything.';
COMMENT ON COLUMN connector_streams.started_at IS 'When the last sync came to it.';
COMMENT ON COLUMN connector_streams.finished_at IS 'When the last sync was done with it.';
COMMENT ON COLUMN connector_streams.records IS 'What the last sync read.';
COMMENT ON COLUMN connector_streams.current_to IS 'All that changed before this moment is known.';
COMMENT ON COLUMN connector_streams.full_finished_at IS 'When everything was last read to the end.';
COMMENT ON COLUMN connector_streams.full_requested_at IS 'When a person asked for everything to be read; null when that was done.';
COMMENT ON COLUMN connector_streams.error IS 'Why the last sync could not read it, as a sentence.';
SELECT isolate_tenant('connector_streams');
GRANT SELECT, INSERT, UPDATE, DELETE ON connector_streams TO garrison_app;

CREATE TABLE device_actions (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    decision_id uuid NOT NULL,
    connector_id uuid,
    source text NOT NULL,
    source_kind text NOT NULL,
    device_id text COLLATE "C",
    endpoint_id uuid,
    incident_id uuid,
    alert_id uuid,
    kind text NOT NULL CHECK (kind <> ''),
    delivery text NOT NULL CHECK (delivery IN ('sent', 'fetched')),
    request jsonb NOT NULL,
    reason text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'sending', 'in_progress', 'completed', 'failed', 'unknown')),
    receipt jsonb,
    message text,
    transitions jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(transitions) = 'array'),
    requested_by text NOT NULL,
    user_id uuid,
    token_id uuid,
    attempts int NOT NULL DEFAULT 0,
    checks int NOT NULL DEFAULT 0,
    next_at timestamptz DEFAULT now(),
    deadline_at timestamptz NOT NULL DEFAULT now() + interval '1 day',
    locked_by text,
    locked_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors (tenant_id, id) ON DELETE SET NULL (connector_id),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints (tenant_id, id) ON DELETE SET NULL (endpoint_id),
    FOREIGN KEY (tenant_id, incident_id) REFERENCES incidents (tenant_id, id) ON DELETE SET NULL (incident_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE SET NULL (user_id),
    FOREIGN KEY (tenant_id, token_id) REFERENCES tokens (tenant_id, id) ON DELETE SET NULL (token_id)
);
COMMENT ON TABLE device_actions IS 'Something that a source was asked to do to a device or an alert. It is sent at most once.';
COMMENT ON COLUMN device_actions.decision_id IS 'What was decided; one decision goes to each source that knows the machine.';
COMMENT ON COLUMN device_actions.source IS 'The connector''s name at that time; it stays when the connector goes.';
COMMENT ON COLUMN device_actions.device_id IS 'The source''s id of the device; null where it is about an alert alone.';
COMMENT ON COLUMN device_actions.endpoint_id IS 'The endpoint that it was decided for.';
COMMENT ON COLUMN device_actions.delivery IS 'sent: a worker asks the vendor. fetched: the device comes for it.';
COMMENT ON COLUMN device_actions.request IS 'What is asked for, as the connector takes it.';
COMMENT ON COLUMN device_actions.receipt IS 'What the vendor gave for asking after it.';
COMMENT ON COLUMN device_actions.message IS 'What came of it, as a sentence.';
COMMENT ON COLUMN device_actions.transitions IS 'Each status it came to: {status, at, message}.';
COMMENT ON COLUMN device_actions.attempts IS 'Counts workers that took it: tells one''s lease from a later one''s.';
COMMENT ON COLUMN device_actions.checks IS 'How often the vendor was asked how it stands.';
COMMENT ON COLUMN device_actions.next_at IS 'When to send it, or to ask how it stands; null when nobody will by itself.';
COMMENT ON COLUMN device_actions.deadline_at IS 'Until when it may be sent and is asked after.';
COMMENT ON COLUMN device_actions.locked_until IS 'The lease of the worker that sends it; after it, whether it was sent is unknown.';
CREATE UNIQUE INDEX device_actions_underway_idx ON device_actions (tenant_id, connector_id, device_id, kind)
WHERE status IN ('pending', 'sending', 'in_progress') AND kind NOT IN ('run_script', 'set_alert_status');
CREATE INDEX device_actions_due_idx ON device_actions (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX device_actions_lease_idx ON device_actions (locked_until) WHERE locked_until IS NOT NULL;
CREATE INDEX device_actions_decision_idx ON device_actions (tenant_id, decision_id);
CREATE INDEX device_actions_endpoint_idx ON device_actions (tenant_id, endpoint_id, id DESC);
CREATE INDEX device_actions_device_idx ON device_actions (tenant_id, connector_id, device_id, id DESC);
CREATE INDEX device_actions_incident_idx ON device_actions (tenant_id, incident_id, id DESC) WHERE incident_id IS NOT NULL;
CREATE INDEX device_actions_alert_idx ON device_actions (tenant_id, alert_id, id DESC) WHERE alert_id IS NOT NULL;
CREATE INDEX device_actions_user_idx ON device_actions (tenant_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX device_actions_token_idx ON device_actions (tenant_id, token_id) WHERE token_id IS NOT NULL;
SELECT isolate_tenant('device_actions');
CREATE POLICY system_access ON device_actions TO garrison_system
    USING (true)
    WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON device_actions TO garrison_app;
GRANT SELECT, UPDATE ON device_actions TO garrison_system;

COMMIT;
