BEGIN;

CREATE TABLE connectors (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    kind text NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    secrets bytea NOT NULL,
    synced_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);
COMMENT ON TABLE connectors IS 'An account at a security vendor that is read for the tenant.';
COMMENT ON COLUMN connectors.kind IS 'The vendor: crowdstrike, …';
COMMENT ON COLUMN connectors.settings IS 'What is entered for it and is no secret, by name.';
COMMENT ON COLUMN connectors.secrets IS 'Its secrets by name as JSON, sealed under a key that is not in the database.';
COMMENT ON COLUMN connectors.synced_at IS 'When all of it was last read to the end.';
COMMENT ON COLUMN connectors.last_error IS 'Why the last sync stopped, as a sentence; null when it did not.';

CREATE TABLE connector_checkpoints (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    connector_id uuid NOT NULL,
    stream text NOT NULL CHECK (stream IN ('devices', 'software', 'vulnerabilities', 'alerts', 'compliance')),
    checkpoint jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, connector_id, stream),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors ON DELETE CASCADE
);
COMMENT ON TABLE connector_checkpoints IS
    'How far a stream of a connector was read; written in the transaction that writes what was read up to it.';

CREATE TABLE connector_records (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    connector_id uuid NOT NULL,
    stream text NOT NULL CHECK (stream IN ('devices', 'software', 'vulnerabilities', 'alerts', 'compliance')),
    source_id text COLLATE "C" NOT NULL,
    device_id text COLLATE "C",
    run bigint NOT NULL,
    report jsonb NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, connector_id, stream, source_id),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors ON DELETE CASCADE
);
COMMENT ON TABLE connector_records IS 'What a vendor says now of one thing, in our terms.';
COMMENT ON COLUMN connector_records.source_id IS 'The vendor''s id of it.';
COMMENT ON COLUMN connector_records.device_id IS 'The vendor''s id of the device that it is about, if any.';
COMMENT ON COLUMN connector_records.run IS 'The reading that saw it last; after a complete one, what has a lower number is gone.';
COMMENT ON COLUMN connector_records.changed_at IS 'When the report last differed from the one before.';
CREATE INDEX connector_records_device_idx ON connector_records (tenant_id, connector_id, device_id, stream);

CREATE TABLE connector_quarantine (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    connector_id uuid NOT NULL,
    stream text NOT NULL CHECK (stream IN ('devices', 'software', 'vulnerabilities', 'alerts', 'compliance')),
    record_hash bytea NOT NULL,
    source_id text,
    field text NOT NULL,
    reason text NOT NULL,
    record text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, connector_id, stream, record_hash),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors ON DELETE CASCADE
);
COMMENT ON TABLE connector_quarantine IS 'Records of a vendor that could not be understood, as they came.';
COMMENT ON COLUMN connector_quarantine.record_hash IS 'SHA-256 of the record: it is kept once, however often it comes.';
COMMENT ON COLUMN connector_quarantine.field IS 'The field at fault as a path; empty for the record itself.';
COMMENT ON COLUMN connector_quarantine.reason IS 'What is wrong with it.';
CREATE INDEX connector_quarantine_seen_idx ON connector_quarantine (tenant_id, connector_id, last_seen_at DESC);

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY[
        'connectors', 'connector_checkpoints', 'connector_records', 'connector_quarantine'
    ] LOOP
        PERFORM isolate_tenant(target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO garrison_app', target);
    END LOOP;
END
$$;
CREATE TRIGGER set_updated_at BEFORE UPDATE ON connectors FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMIT;
