BEGIN;

-- The serving role is bound by row-level security; the system role finds out whose request it is.
-- Roles belong to the whole server, so they may exist already.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['garrison_app', 'garrison_system'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'role "%" is missing and "%" may not create it', wanted, current_user
                    USING HINT = format(
                        'Ask a database administrator to run: CREATE ROLE %I NOLOGIN; GRANT %I TO %I;',
                        wanted, wanted, current_user);
        END;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND (rolsuper OR rolbypassrls)) THEN
            RAISE EXCEPTION 'role "%" bypasses row-level security', wanted
                USING HINT = format(
                    'Ask a database administrator to run: ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', wanted);
        END IF;
        BEGIN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        EXCEPTION
            WHEN insufficient_privilege THEN
                IF NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
                    RAISE EXCEPTION '"%" may not become role "%"', current_user, wanted
                        USING HINT = format(
                            'Ask a database administrator to run: GRANT %I TO %I;', wanted, current_user);
                END IF;
        END;
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO garrison_app, garrison_system;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
    END IF;
END
$$;

CREATE FUNCTION uuid_v7() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN encode(
    set_bit(
        set_bit(
            overlay(
                uuid_send(gen_random_uuid())
                PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6),
            52, 1),
        53, 1),
    'hex')::uuid;
COMMENT ON FUNCTION uuid_v7() IS 'A new UUIDv7 (RFC 9562): sorts by creation time to the millisecond.';

CREATE FUNCTION current_tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.tenant_id', true), '')::uuid;
COMMENT ON FUNCTION current_tenant() IS
    'The tenant of this transaction, set by set_config(''app.tenant_id'', …, true); NULL when none is.';

CREATE FUNCTION isolate_tenant(target regclass) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY tenant_isolation ON %s
             USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)
             WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
        target);
END
$$;
COMMENT ON FUNCTION isolate_tenant(regclass) IS
    'For migrations: binds a table with a tenant_id to the tenant of the transaction, its owner included.';

CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION set_updated_at() IS 'Row trigger that keeps updated_at.';

CREATE TABLE tenants (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    name text NOT NULL UNIQUE CHECK (name <> ''),
    revision bigint NOT NULL DEFAULT 0,
    retention_days int NOT NULL DEFAULT 90 CHECK (retention_days BETWEEN 90 AND 3650),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tenants IS 'A customer of the installation: the unit of isolation. Deleting one removes everything of it.';
COMMENT ON COLUMN tenants.revision IS 'Bumped by every change that a cached list depends on.';
COMMENT ON COLUMN tenants.retention_days IS 'How long its history is kept at least; partitions hold all tenants'' rows and go by the longest.';
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenants
    USING (id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (id = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY system_access ON tenants TO garrison_system
    USING (true)
    WITH CHECK (true);
GRANT SELECT, UPDATE (revision) ON tenants TO garrison_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants TO garrison_system;

CREATE TABLE roles (
    name text PRIMARY KEY,
    rank smallint NOT NULL UNIQUE,
    description text NOT NULL
);
COMMENT ON TABLE roles IS 'What a user or a token may do; each role includes those of lower rank.';
INSERT INTO roles (name, rank, description) VALUES
    ('viewer', 1, 'Reads everything of its tenant.'),
    ('analyst', 2, 'Also works findings: scans, imports, changes statuses.'),
    ('admin', 3, 'Also manages users, tokens and settings of its tenant.');
GRANT SELECT ON roles TO garrison_app, garrison_system;

CREATE TABLE users (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    email text NOT NULL CHECK (email = lower(email)),
    role text NOT NULL REFERENCES roles (name),
    password_hash text,
    disabled_at timestamptz,
    last_signed_in_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (id),
    UNIQUE (tenant_id, email)
);
COMMENT ON TABLE users IS 'A person who signs in to one tenant.';
COMMENT ON COLUMN users.password_hash IS 'PHC string; NULL for people who sign in elsewhere.';
CREATE INDEX users_email_idx ON users (email);
SELECT isolate_tenant('users');
CREATE POLICY system_access ON users TO garrison_system
    USING (true)
    WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO garrison_app;
GRANT SELECT, UPDATE ON users TO garrison_system;

CREATE TABLE tokens (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    name text NOT NULL,
    role text NOT NULL REFERENCES roles (name),
    token_hash bytea NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, token_hash)
);
COMMENT ON TABLE tokens IS 'API tokens. A token belongs to one tenant and one role.';
COMMENT ON COLUMN tokens.token_hash IS 'SHA-256 of the token; the token itself is stored nowhere.';
SELECT isolate_tenant('tokens');
GRANT SELECT, INSERT, UPDATE, DELETE ON tokens TO garrison_app;

CREATE TABLE sessions (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE sessions IS 'Browser sessions.';
COMMENT ON COLUMN sessions.token_hash IS 'SHA-256 of the cookie; the cookie itself is stored nowhere.';
CREATE INDEX sessions_user_idx ON sessions (tenant_id, user_id);
CREATE INDEX sessions_expiry_idx ON sessions (tenant_id, expires_at);
SELECT isolate_tenant('sessions');
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO garrison_app;

CREATE TABLE audit_events (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    sequence bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);
COMMENT ON TABLE audit_events IS 'Append-only: who did what. Each row''s hash covers the row before it.';
COMMENT ON COLUMN audit_events.sequence IS '1, 2, 3, … within the tenant, without gaps.';
COMMENT ON COLUMN audit_events.previous_hash IS 'hash of the row before; 32 zero bytes in the first row.';
COMMENT ON COLUMN audit_events.hash IS 'SHA-256 after audit_hash().';
CREATE INDEX audit_events_time_idx ON audit_events (tenant_id, at DESC);
CREATE INDEX audit_events_object_idx ON audit_events (tenant_id, object, sequence DESC);

CREATE FUNCTION audit_hash(event audit_events) RETURNS bytea
LANGUAGE sql STABLE
RETURN sha256(convert_to(
    jsonb_build_array(
        event.tenant_id, event.sequence, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        event.actor, event.action, event.object, event.detail, encode(event.previous_hash, 'hex'))::text,
    'UTF8'));
COMMENT ON FUNCTION audit_hash(audit_events) IS
    'SHA-256 of the UTF-8 text of a jsonb array: tenant, sequence, time, actor, action, object, detail, previous hash.';

CREATE FUNCTION chain_audit_event() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    last audit_events;
BEGIN
    -- One writer of a tenant's chain at a time, until its transaction ends.
    PERFORM pg_advisory_xact_lock(hashtextextended('garrison.audit' || NEW.tenant_id::text, 0));
    SELECT *
    INTO last
    FROM audit_events
    WHERE tenant_id = NEW.tenant_id
    ORDER BY sequence DESC
    LIMIT 1;
    NEW.sequence := coalesce(last.sequence, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
    NEW.hash := audit_hash(NEW);
    RETURN NEW;
END
$$;
CREATE TRIGGER chain_audit_event
    BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION chain_audit_event();

CREATE FUNCTION refuse_audit_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    -- A tenant that goes takes its trail with it: by then its own row is gone.
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM tenants WHERE id = OLD.tenant_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER refuse_audit_change
    BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER refuse_audit_truncate
    BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE FUNCTION audit_verify(tenant uuid) RETURNS bigint
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT min(expected)
    FROM (
        SELECT
            row_number() OVER chain AS expected,
            e.sequence = row_number() OVER chain
                AND e.hash = audit_hash(e)
                AND e.previous_hash = coalesce(lag(e.hash) OVER chain, decode(repeat('00', 32), 'hex')) AS holds
        FROM audit_events AS e
        WHERE e.tenant_id = tenant
        WINDOW chain AS (ORDER BY e.sequence)
    ) AS checked
    WHERE NOT holds;
END;
COMMENT ON FUNCTION audit_verify(uuid) IS
    'Recomputes a tenant''s chain. NULL when it holds, else the first sequence that was changed or is missing.';

SELECT isolate_tenant('audit_events');
GRANT SELECT, INSERT ON audit_events TO garrison_app;

CREATE TABLE jobs (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    progress int NOT NULL DEFAULT 0,
    total int NOT NULL DEFAULT 0,
    result jsonb,
    error text,
    attempts int NOT NULL DEFAULT 0,
    run_after timestamptz NOT NULL DEFAULT now(),
    locked_by text,
    locked_until timestamptz,
    idempotency_key text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE jobs IS 'Background work: survives any crash, and is done by one worker at a time. The API calls them tasks.';
COMMENT ON COLUMN jobs.locked_until IS 'The worker''s lease; after it another worker takes the job.';
CREATE UNIQUE INDEX jobs_idempotency_idx ON jobs (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX jobs_due_idx ON jobs (run_after) WHERE state = 'queued';
CREATE INDEX jobs_lease_idx ON jobs (locked_until) WHERE state = 'running';
CREATE INDEX jobs_recent_idx ON jobs (tenant_id, created_at DESC);
SELECT isolate_tenant('jobs');
CREATE POLICY system_access ON jobs TO garrison_system
    USING (true)
    WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO garrison_app, garrison_system;

CREATE TABLE outbox (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    kind text NOT NULL,
    destination text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    idempotency_key text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'dead')),
    attempts int NOT NULL DEFAULT 0,
    run_after timestamptz NOT NULL DEFAULT now(),
    locked_by text,
    locked_until timestamptz,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, idempotency_key)
);
COMMENT ON TABLE outbox IS 'Effects on the outside, written in the transaction that decided them and delivered afterwards.';
CREATE INDEX outbox_due_idx ON outbox (run_after) WHERE state = 'pending';
CREATE INDEX outbox_lease_idx ON outbox (locked_until) WHERE state = 'sending';
SELECT isolate_tenant('outbox');
CREATE POLICY system_access ON outbox TO garrison_system
    USING (true)
    WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO garrison_app, garrison_system;

CREATE TABLE idempotency_keys (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    response_status int,
    response_body bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
    PRIMARY KEY (tenant_id, key)
);
COMMENT ON TABLE idempotency_keys IS 'Answers already given to requests that carried an Idempotency-Key.';
COMMENT ON COLUMN idempotency_keys.request_hash IS 'SHA-256 of method, path and body: the same key with another request is refused.';
CREATE INDEX idempotency_keys_expiry_idx ON idempotency_keys (tenant_id, expires_at);
SELECT isolate_tenant('idempotency_keys');
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO garrison_app;

COMMIT;
