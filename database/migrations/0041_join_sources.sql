BEGIN;

ALTER TABLE connectors
    ADD COLUMN is_implicit boolean NOT NULL DEFAULT false;
COMMENT ON TABLE connectors IS
    'A source of devices: an account at a security vendor that is read for the tenant, or an implicit one for what comes unasked.';
COMMENT ON COLUMN connectors.kind IS 'The vendor: crowdstrike, …; of implicit ones inventory, agent, …';
COMMENT ON COLUMN connectors.is_implicit IS 'Made on demand: it is not pulled and has no secrets.';

ALTER TABLE connector_records
    ADD COLUMN report_hash uuid,
    ADD COLUMN title_id bigint;
COMMENT ON COLUMN connector_records.report_hash IS '128 bits of SHA-256 over the report: what comes again as it was is not written again.';
COMMENT ON COLUMN connector_records.title_id IS 'Of software: its row of software_titles, which are never removed.';

CREATE TABLE endpoint_sources (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    connector_id uuid NOT NULL,
    device_id text COLLATE "C" NOT NULL,
    endpoint_id uuid,
    confidence real NOT NULL DEFAULT 1 CHECK (confidence BETWEEN 0 AND 1),
    evidence jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(evidence) = 'array'),
    sighting jsonb NOT NULL CHECK (jsonb_typeof(sighting) = 'object'),
    software_set uuid,
    install_dates date[],
    software_at timestamptz,
    software_pending boolean NOT NULL DEFAULT false,
    quarantined_at timestamptz,
    ended_at timestamptz,
    linked_at timestamptz NOT NULL DEFAULT now(),
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, connector_id, device_id),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, software_set) REFERENCES software_sets (tenant_id, hash)
);
COMMENT ON TABLE endpoint_sources IS 'A device as one source knows it, and the endpoint that it is.';
COMMENT ON COLUMN endpoint_sources.device_id IS 'The source''s id of the device.';
COMMENT ON COLUMN endpoint_sources.endpoint_id IS 'NULL for a new device in quarantine: it contradicts what is known.';
COMMENT ON COLUMN endpoint_sources.confidence IS 'How sure the link is.';
COMMENT ON COLUMN endpoint_sources.evidence IS 'Why: what speaks for the link and against others, the strongest first.';
COMMENT ON COLUMN endpoint_sources.sighting IS 'What the source last said by which a machine is recognised.';
COMMENT ON COLUMN endpoint_sources.software_set IS 'What this source says is installed; NULL when it does not say.';
COMMENT ON COLUMN endpoint_sources.install_dates IS 'Parallel to the set''s title_ids.';
COMMENT ON COLUMN endpoint_sources.software_at IS 'When its software was last reported.';
COMMENT ON COLUMN endpoint_sources.software_pending IS 'Software was reported that is not in the set yet.';
COMMENT ON COLUMN endpoint_sources.quarantined_at IS 'Since when its reports contradict what is known of the endpoint and change nothing; see identity_collisions.';
COMMENT ON COLUMN endpoint_sources.ended_at IS 'Since when the source does not list it any more. The link is kept, by which it is recognised should it come back.';
COMMENT ON COLUMN endpoint_sources.linked_at IS 'Since when it is that endpoint.';
COMMENT ON COLUMN endpoint_sources.first_seen_at IS 'When the source first had it, as it says itself.';
COMMENT ON COLUMN endpoint_sources.last_seen_at IS 'When it last spoke to the source, as that says itself.';
CREATE INDEX endpoint_sources_endpoint_idx ON endpoint_sources (tenant_id, endpoint_id);
CREATE INDEX endpoint_sources_set_idx ON endpoint_sources (tenant_id, software_set) WHERE software_set IS NOT NULL;
CREATE INDEX endpoint_sources_pending_idx ON endpoint_sources (tenant_id, connector_id, device_id)
    WHERE software_pending;

CREATE TABLE identity_keys (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    kind text COLLATE "C" NOT NULL
        CHECK (kind IN ('hardware', 'directory', 'serial', 'machine', 'interface', 'name', 'hostname', 'address')),
    value text COLLATE "C" NOT NULL,
    connector_id uuid NOT NULL,
    device_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, kind, value, connector_id, device_id)
);
COMMENT ON TABLE identity_keys IS
    'The facts by which devices are recognised: those that share one are looked at together. Rows without their device in endpoint_sources say nothing: a foreign key would cost more than the row.';
COMMENT ON COLUMN identity_keys.value IS 'In the one notation that all sources'' values are brought to.';

CREATE TABLE identity_separations (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    connector_id uuid NOT NULL,
    device_id text COLLATE "C" NOT NULL,
    other_connector_id uuid NOT NULL,
    other_device_id text COLLATE "C" NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, connector_id, device_id, other_connector_id, other_device_id),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, other_connector_id) REFERENCES connectors ON DELETE CASCADE
);
COMMENT ON TABLE identity_separations IS
    'Two devices that a person has told apart, in a row for each direction: whatever the evidence, they are not one machine.';
CREATE INDEX identity_separations_other_idx
    ON identity_separations (tenant_id, other_connector_id, other_device_id);

CREATE TABLE identity_events (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL
        CHECK (kind IN (
            'created', 'linked', 'merged', 'split', 'joined', 'undone', 'quarantined', 'resolved', 'ended', 'returned')),
    endpoint_id uuid,
    other_endpoint_id uuid,
    connector_id uuid,
    device_id text COLLATE "C",
    confidence real CHECK (confidence BETWEEN 0 AND 1),
    evidence jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(evidence) = 'array'),
    actor text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    state jsonb,
    finding_set_id uuid,
    other_finding_set_id uuid,
    undone_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, finding_set_id) REFERENCES finding_sets (tenant_id, id)
        ON DELETE SET NULL (finding_set_id),
    FOREIGN KEY (tenant_id, other_finding_set_id) REFERENCES finding_sets (tenant_id, id)
        ON DELETE SET NULL (other_finding_set_id)
);
COMMENT ON TABLE identity_events IS
    'What was decided about which devices are which endpoint, why and by whom. That a device made an endpoint is told by its link alone.';
COMMENT ON COLUMN identity_events.endpoint_id IS 'The endpoint that it is about; of a merge the one that remains. It may be gone.';
COMMENT ON COLUMN identity_events.other_endpoint_id IS 'The endpoint that became part of it, or was made out of it.';
COMMENT ON COLUMN identity_events.connector_id IS 'With device_id the device whose report led to it.';
COMMENT ON COLUMN identity_events.actor IS 'Who decided; empty for the evidence alone.';
COMMENT ON COLUMN identity_events.state IS 'Of a merge: all that it takes to undo it.';
COMMENT ON COLUMN identity_events.finding_set_id IS 'The findings that the endpoint had before a merge; kept as long as the event.';
COMMENT ON COLUMN identity_events.other_finding_set_id IS 'The findings that the other endpoint had before a merge.';
COMMENT ON COLUMN identity_events.undone_at IS 'When a person took it back.';
CREATE INDEX identity_events_time_idx ON identity_events (tenant_id, at DESC, id DESC);
CREATE INDEX identity_events_endpoint_idx ON identity_events (tenant_id, endpoint_id, at DESC);
CREATE INDEX identity_events_other_idx ON identity_events (tenant_id, other_endpoint_id, at DESC);
CREATE INDEX identity_events_set_idx ON identity_events (tenant_id, finding_set_id) WHERE finding_set_id IS NOT NULL;
CREATE INDEX identity_events_other_set_idx ON identity_events (tenant_id, other_finding_set_id)
    WHERE other_finding_set_id IS NOT NULL;

CREATE TABLE identity_collisions (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    kind text NOT NULL CHECK (kind IN ('takeover', 'ambiguous')),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')),
    connector_id uuid NOT NULL,
    device_id text COLLATE "C" NOT NULL,
    endpoint_ids uuid[] NOT NULL,
    sighting jsonb NOT NULL CHECK (jsonb_typeof(sighting) = 'object'),
    evidence jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(evidence) = 'array'),
    detected_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    resolved_by text,
    resolution text,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, connector_id) REFERENCES connectors ON DELETE CASCADE,
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
);
COMMENT ON TABLE identity_collisions IS
    'Sightings that contradict what is known: nothing was changed by them, and a person has to look.';
COMMENT ON COLUMN identity_collisions.kind IS
    'takeover: the device is another machine now. ambiguous: it has strong facts in common with several machines that cannot be one.';
COMMENT ON COLUMN identity_collisions.endpoint_ids IS 'The endpoints that it is about; some may be gone.';
COMMENT ON COLUMN identity_collisions.sighting IS 'What was put aside.';
COMMENT ON COLUMN identity_collisions.resolution IS 'What was decided, as a sentence.';
CREATE UNIQUE INDEX identity_collisions_device_idx ON identity_collisions (tenant_id, connector_id, device_id)
    WHERE state = 'open';
CREATE INDEX identity_collisions_connector_idx ON identity_collisions (tenant_id, connector_id);
CREATE INDEX identity_collisions_state_idx ON identity_collisions (tenant_id, state, detected_at DESC, id DESC);

CREATE TABLE endpoint_redirects (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    endpoint_id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    merged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, endpoint_id),
    FOREIGN KEY (tenant_id, survivor_id) REFERENCES endpoints (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE endpoint_redirects IS 'An endpoint that became part of another: links to it lead there.';
COMMENT ON COLUMN endpoint_redirects.survivor_id IS 'Always one that is there: when it is merged itself, its redirects follow.';
CREATE INDEX endpoint_redirects_survivor_idx ON endpoint_redirects (tenant_id, survivor_id);

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY[
        'endpoint_sources', 'identity_keys', 'identity_separations', 'identity_events', 'identity_collisions',
        'endpoint_redirects'
    ] LOOP
        PERFORM isolate_tenant(target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO garrison_app', target);
    END LOOP;
END
$$;

COMMIT;
