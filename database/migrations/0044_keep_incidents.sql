BEGIN;

ALTER TABLE incidents
    ADD COLUMN title text NOT NULL DEFAULT '',
    ADD COLUMN techniques jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(techniques) = 'array'),
    ADD COLUMN keys text[] NOT NULL DEFAULT '{}',
    ADD COLUMN first_alert_at timestamptz,
    ADD COLUMN last_alert_at timestamptz,
    ADD COLUMN alert_count int NOT NULL DEFAULT 0,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN incidents.title IS 'The first alert''s.';
COMMENT ON COLUMN incidents.techniques IS 'Techniques of MITRE ATT&CK that its alerts name, each once.';
COMMENT ON COLUMN incidents.keys IS 'By what further alerts are recognised: techniques, threats, hashes.';
COMMENT ON COLUMN incidents.first_alert_at IS 'When its earliest alert was raised; null for incidents without alerts.';
CREATE INDEX incidents_window_idx ON incidents (tenant_id, endpoint_id, last_alert_at DESC);
CREATE TRIGGER set_updated_at BEFORE UPDATE ON incidents FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE alerts (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    connector_id uuid NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    device_id text COLLATE "C",
    endpoint_id uuid,
    incident_id uuid,
    title text NOT NULL,
    details text,
    severity text NOT NULL CHECK (severity IN ('informational', 'low', 'medium', 'high', 'critical')),
    status text NOT NULL CHECK (status IN ('new', 'in_progress', 'resolved', 'unknown')),
    handled_status text,
    verdict text,
    techniques jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(techniques) = 'array'),
    category text,
    threat text,
    sha256 text,
    file_path text,
    command_line text,
    user_name text,
    product text,
    assignee text,
    link text,
    detected_at timestamptz NOT NULL,
    modified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, connector_id, source_id),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints (tenant_id, id) ON DELETE SET NULL (endpoint_id),
    FOREIGN KEY (tenant_id, incident_id) REFERENCES incidents (tenant_id, id) ON DELETE SET NULL (incident_id)
);
COMMENT ON TABLE alerts IS 'What a source raised an alarm about, as it says now; written with the page that it came in.';
COMMENT ON COLUMN alerts.source_id IS 'The source''s id of the alert.';
COMMENT ON COLUMN alerts.device_id IS 'The source''s id of the device.';
COMMENT ON COLUMN alerts.endpoint_id IS 'Null while the device is unknown or in doubt: the alert waits.';
COMMENT ON COLUMN alerts.incident_id IS 'Null while it waits to be put into one.';
COMMENT ON COLUMN alerts.handled_status IS 'The status that its incident has followed.';
CREATE INDEX alerts_waiting_idx ON alerts (tenant_id, detected_at, id)
WHERE incident_id IS NULL OR handled_status IS DISTINCT FROM status;
CREATE INDEX alerts_incident_idx ON alerts (tenant_id, incident_id, detected_at);
CREATE INDEX alerts_endpoint_idx ON alerts (tenant_id, endpoint_id, detected_at DESC);
CREATE INDEX alerts_device_idx ON alerts (tenant_id, connector_id, device_id);
CREATE INDEX alerts_detected_idx ON alerts (tenant_id, detected_at DESC, id);
CREATE TRIGGER set_updated_at BEFORE UPDATE ON alerts FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE incident_events (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    incident_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL CHECK (kind IN ('opened', 'alert', 'status', 'note')),
    status text,
    alert_id uuid,
    actor text NOT NULL DEFAULT '',
    message text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, incident_id) REFERENCES incidents (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts (tenant_id, id) ON DELETE SET NULL (alert_id)
);
COMMENT ON TABLE incident_events IS 'What happened to an incident besides its actions, which device_actions tells.';
COMMENT ON COLUMN incident_events.actor IS 'Who; empty for what follows from its alerts.';
CREATE INDEX incident_events_incident_idx ON incident_events (tenant_id, incident_id, at, id);
CREATE INDEX incident_events_alert_idx ON incident_events (tenant_id, alert_id) WHERE alert_id IS NOT NULL;

CREATE TABLE incident_settings (
    tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
    window_minutes int NOT NULL DEFAULT 1440 CHECK (window_minutes BETWEEN 5 AND 43200),
    resolves_at_vendor boolean NOT NULL DEFAULT true,
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL DEFAULT ''
);
COMMENT ON TABLE incident_settings IS 'How a tenant''s alerts become incidents; without a row as the defaults say.';
COMMENT ON COLUMN incident_settings.window_minutes IS 'How far apart alerts of one incident may be.';
COMMENT ON COLUMN incident_settings.resolves_at_vendor IS 'Whether resolving an incident resolves its alerts at the vendor.';

ALTER TABLE device_actions
    ADD CONSTRAINT device_actions_alert_fkey
    FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts (tenant_id, id) ON DELETE SET NULL (alert_id);
CREATE INDEX device_actions_orphaned_idx ON device_actions (tenant_id)
WHERE connector_id IS NULL AND status IN ('pending', 'in_progress');

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['alerts', 'incident_events', 'incident_settings'] LOOP
        PERFORM isolate_tenant(target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO garrison_app', target);
    END LOOP;
END
$$;

COMMIT;
