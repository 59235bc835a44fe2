BEGIN;

CREATE TABLE finding_sets (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE finding_sets IS
    'A history of findings, shared by all endpoints that have had exactly it: a fleet costs as much as it has distinct machines.';
SELECT isolate_tenant('finding_sets');
GRANT SELECT, INSERT, UPDATE, DELETE ON finding_sets TO garrison_app;

CREATE TABLE findings (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    finding_set_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL REFERENCES vulnerabilities,
    title_id bigint REFERENCES software_titles,
    packages text[] NOT NULL DEFAULT '{}',
    installed text NOT NULL DEFAULT '',
    fixed text,
    state text NOT NULL DEFAULT 'affected'
        CHECK (state IN (
            'affected', 'not_affected', 'no_advisory', 'postponed', 'ignored', 'end_of_life', 'undetermined')),
    risk_score real NOT NULL DEFAULT 0 CHECK (risk_score BETWEEN 0 AND 100),
    known_exploited boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in_progress', 'remediated', 'exception')),
    detected_at timestamptz NOT NULL DEFAULT now(),
    remediated_at timestamptz,
    explanation json NOT NULL DEFAULT '{}',
    history json NOT NULL DEFAULT '[]',
    PRIMARY KEY (tenant_id, finding_set_id, vulnerability_id),
    FOREIGN KEY (tenant_id, finding_set_id) REFERENCES finding_sets (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE findings IS 'A vulnerability on the endpoints of a set: current state with the changes that led to it.';
COMMENT ON COLUMN findings.title_id IS 'The representative package, where it is known.';
COMMENT ON COLUMN findings.state IS 'What the distribution says: affected, or one of the states without a fix.';
COMMENT ON COLUMN findings.explanation IS 'Why it was made. json, not jsonb: kept byte for byte, so that a rescan sees no difference.';
COMMENT ON COLUMN findings.history IS 'Status changes [{at (Unix milliseconds), from, to, by, reason}], oldest first; byte for byte as well.';
CREATE INDEX findings_vulnerability_idx ON findings (tenant_id, vulnerability_id, finding_set_id);
CREATE INDEX findings_open_idx ON findings (tenant_id, finding_set_id, risk_score DESC)
    WHERE status IN ('open', 'in_progress');
CREATE INDEX findings_catalogue_idx ON findings (vulnerability_id);
CREATE INDEX findings_title_idx ON findings (title_id) WHERE title_id IS NOT NULL;
SELECT isolate_tenant('findings');
GRANT SELECT, INSERT, UPDATE, DELETE ON findings TO garrison_app;

ALTER TABLE endpoints
    ADD COLUMN finding_set_id uuid,
    ADD FOREIGN KEY (tenant_id, finding_set_id) REFERENCES finding_sets (tenant_id, id);
COMMENT ON COLUMN endpoints.finding_set_id IS 'Its findings; NULL before the first scan.';
CREATE INDEX endpoints_finding_set_idx ON endpoints (tenant_id, finding_set_id);

CREATE TABLE finding_transitions (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    at timestamptz NOT NULL DEFAULT now(),
    endpoint_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL,
    from_status text,
    to_status text NOT NULL CHECK (to_status IN ('open', 'in_progress', 'remediated', 'exception')),
    actor text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id, at),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (vulnerability_id) REFERENCES vulnerabilities (id)
) PARTITION BY RANGE (at);
COMMENT ON TABLE finding_transitions IS 'Status changes of single endpoints'' findings: who, when, why. Retention drops months.';
CREATE INDEX finding_transitions_endpoint_idx ON finding_transitions (tenant_id, endpoint_id, vulnerability_id, at DESC);
CREATE INDEX finding_transitions_time_idx ON finding_transitions (tenant_id, at DESC);
CREATE INDEX finding_transitions_vulnerability_idx ON finding_transitions (vulnerability_id);
SELECT isolate_tenant('finding_transitions');
GRANT SELECT, INSERT ON finding_transitions TO garrison_app;

CREATE TABLE finding_transitions_default PARTITION OF finding_transitions DEFAULT;
COMMENT ON TABLE finding_transitions_default IS 'What no month''s partition was made for in time.';
SELECT isolate_tenant('finding_transitions_default');

CREATE TABLE tenant_vulnerabilities (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    vulnerability_id uuid NOT NULL REFERENCES vulnerabilities,
    endpoints_affected int NOT NULL DEFAULT 0 CHECK (endpoints_affected >= 0),
    endpoints_remediated int NOT NULL DEFAULT 0 CHECK (endpoints_remediated >= 0),
    max_risk real NOT NULL DEFAULT 0,
    first_detected timestamptz NOT NULL DEFAULT now(),
    last_changed timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, vulnerability_id)
);
COMMENT ON TABLE tenant_vulnerabilities IS 'A vulnerability that endpoints of the tenant have or had; kept up by what writes findings.';
COMMENT ON COLUMN tenant_vulnerabilities.endpoints_affected IS 'Endpoints on which it is open or in progress.';
COMMENT ON COLUMN tenant_vulnerabilities.max_risk IS 'Highest risk that it has on an endpoint on which it is open.';
CREATE INDEX tenant_vulnerabilities_risk_idx ON tenant_vulnerabilities (tenant_id, max_risk DESC, vulnerability_id);
CREATE INDEX tenant_vulnerabilities_affected_idx
    ON tenant_vulnerabilities (tenant_id, endpoints_affected DESC, vulnerability_id);
CREATE INDEX tenant_vulnerabilities_changed_idx
    ON tenant_vulnerabilities (tenant_id, last_changed DESC, vulnerability_id);
CREATE INDEX tenant_vulnerabilities_catalogue_idx ON tenant_vulnerabilities (vulnerability_id);
SELECT isolate_tenant('tenant_vulnerabilities');
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_vulnerabilities TO garrison_app;

CREATE TABLE posture_history (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    at timestamptz NOT NULL,
    endpoints int NOT NULL DEFAULT 0,
    healthy int NOT NULL DEFAULT 0,
    at_risk int NOT NULL DEFAULT 0,
    critical int NOT NULL DEFAULT 0,
    open_findings bigint NOT NULL DEFAULT 0,
    risk double precision NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, at)
) PARTITION BY RANGE (at);
COMMENT ON TABLE posture_history IS 'The tenant''s state once a day.';
COMMENT ON COLUMN posture_history.at IS 'Midnight UTC of the day: writing a day again replaces it.';
SELECT isolate_tenant('posture_history');
GRANT SELECT, INSERT, UPDATE ON posture_history TO garrison_app;

CREATE TABLE posture_history_default PARTITION OF posture_history DEFAULT;
COMMENT ON TABLE posture_history_default IS 'What no month''s partition was made for in time.';
SELECT isolate_tenant('posture_history_default');

CREATE FUNCTION make_month_partition(parent regclass, month date) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    first_day timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    next_month timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    partition text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
    leftover text := format('%s_default', parent);
BEGIN
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN partition;
    END IF;
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, parent);
    -- Rows that came before their partition move into it; its owner is bound by row-level security.
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', leftover);
    EXECUTE format(
        'WITH moved AS (DELETE FROM %s WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %s SELECT * FROM moved',
        leftover, first_day, next_month, partition);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', leftover);
    EXECUTE format(
        'ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', parent, partition, first_day, next_month);
    PERFORM isolate_tenant(partition::regclass);
    RETURN partition;
END
$$;
COMMENT ON FUNCTION make_month_partition(regclass, date) IS
    'Makes the partition of a time-series table for the month of a day, unless there is one. Run by the owner, ahead of time.';

CREATE FUNCTION drop_months_before(parent regclass, day date) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
    partition regclass;
    dropped int := 0;
BEGIN
    FOR partition IN
        SELECT i.inhrelid::regclass
        FROM pg_inherits AS i
        JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = parent
          AND c.relname ~ '_\d{4}_\d{2}$'
          AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= day
    LOOP
        EXECUTE format('DROP TABLE %s', partition);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;
COMMENT ON FUNCTION drop_months_before(regclass, date) IS
    'Retention: drops the monthly partitions that lie wholly before a day. Run by the owner.';

CREATE VIEW endpoint_vulnerabilities WITH (security_invoker = true) AS
SELECT
    e.tenant_id,
    e.id AS endpoint_id,
    f.vulnerability_id,
    f.risk_score,
    f.detected_at,
    f.remediated_at,
    f.status,
    f.title_id,
    f.packages,
    f.installed,
    f.fixed,
    f.state,
    f.known_exploited,
    f.explanation
FROM endpoints AS e
JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id;
COMMENT ON VIEW endpoint_vulnerabilities IS
    'A vulnerability on an endpoint. UPDATE changes its status (actor and reason from app.actor and app.reason); scans add and end rows.';

CREATE FUNCTION own_finding_set(tenant uuid, endpoint uuid) RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
    current_set uuid;
    own uuid := uuid_v7();
BEGIN
    SELECT e.finding_set_id
    INTO current_set
    FROM endpoints AS e
    WHERE e.tenant_id = tenant AND e.id = endpoint;
    IF NOT EXISTS (
        SELECT FROM endpoints AS e
        WHERE e.tenant_id = tenant AND e.finding_set_id = current_set AND e.id <> endpoint)
    THEN
        RETURN current_set;
    END IF;
    INSERT INTO finding_sets (tenant_id, id)
    VALUES (tenant, own);
    INSERT INTO findings
        (tenant_id, finding_set_id, vulnerability_id, title_id, packages, installed, fixed, state, risk_score,
         known_exploited, status, detected_at, remediated_at, explanation, history)
    SELECT
        tenant, own, vulnerability_id, title_id, packages, installed, fixed, state, risk_score,
        known_exploited, status, detected_at, remediated_at, explanation, history
    FROM findings
    WHERE tenant_id = tenant AND finding_set_id = current_set;
    UPDATE endpoints
    SET finding_set_id = own
    WHERE tenant_id = tenant AND id = endpoint;
    RETURN own;
END
$$;
COMMENT ON FUNCTION own_finding_set(uuid, uuid) IS
    'The finding set of an endpoint, copied first when others share it. Under lock_endpoints().';

CREATE FUNCTION change_finding_status() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    moment timestamptz;
    who text := coalesce(nullif(current_setting('app.actor', true), ''), current_user);
    why text := coalesce(current_setting('app.reason', true), '');
    was_open int := (OLD.status IN ('open', 'in_progress'))::int;
    is_open int := (NEW.status IN ('open', 'in_progress'))::int;
    own uuid;
BEGIN
    -- explanation is json, which has no equality.
    IF (NEW.tenant_id, NEW.endpoint_id, NEW.vulnerability_id, NEW.risk_score, NEW.detected_at, NEW.title_id,
        NEW.packages, NEW.installed, NEW.fixed, NEW.state, NEW.known_exploited, NEW.explanation::text)
        IS DISTINCT FROM
       (OLD.tenant_id, OLD.endpoint_id, OLD.vulnerability_id, OLD.risk_score, OLD.detected_at, OLD.title_id,
        OLD.packages, OLD.installed, OLD.fixed, OLD.state, OLD.known_exploited, OLD.explanation::text)
    THEN
        RAISE EXCEPTION 'only the status of a finding can be changed'
            USING ERRCODE = 'feature_not_supported', HINT = 'Everything else follows from scans.';
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    PERFORM lock_endpoints(OLD.tenant_id);
    moment := clock_timestamp();
    -- OLD was read before the lock: a scan may have come between.
    IF NOT EXISTS (
        SELECT FROM endpoint_vulnerabilities AS v
        WHERE v.tenant_id = OLD.tenant_id
          AND v.endpoint_id = OLD.endpoint_id
          AND v.vulnerability_id = OLD.vulnerability_id
          AND v.status = OLD.status)
    THEN
        RAISE EXCEPTION 'the finding has changed meanwhile'
            USING ERRCODE = 'serialization_failure', HINT = 'Read it again and decide anew.';
    END IF;
    NEW.remediated_at := CASE WHEN NEW.status = 'remediated' THEN coalesce(NEW.remediated_at, moment) END;
    own := own_finding_set(OLD.tenant_id, OLD.endpoint_id);
    UPDATE findings
    SET status = NEW.status,
        remediated_at = NEW.remediated_at,
        history = (history::jsonb || jsonb_build_array(jsonb_build_object(
            'at', floor(extract(epoch FROM moment) * 1000), 'from', OLD.status, 'to', NEW.status,
            'by', who, 'reason', why)))::json
    WHERE tenant_id = OLD.tenant_id AND finding_set_id = own AND vulnerability_id = OLD.vulnerability_id;
    INSERT INTO finding_transitions
        (tenant_id, at, endpoint_id, vulnerability_id, from_status, to_status, actor, reason)
    VALUES (OLD.tenant_id, moment, OLD.endpoint_id, OLD.vulnerability_id, OLD.status, NEW.status, who, why);
    UPDATE endpoints
    SET open_findings = greatest(0, open_findings + is_open - was_open), updated_at = moment
    WHERE tenant_id = OLD.tenant_id AND id = OLD.endpoint_id;
    UPDATE tenant_vulnerabilities
    SET endpoints_affected = greatest(0, endpoints_affected + is_open - was_open),
        endpoints_remediated = greatest(
            0, endpoints_remediated + (NEW.status = 'remediated')::int - (OLD.status = 'remediated')::int),
        max_risk = (
            SELECT coalesce(max(f.risk_score), 0)
            FROM findings AS f
            WHERE f.tenant_id = OLD.tenant_id
              AND f.vulnerability_id = OLD.vulnerability_id
              AND f.status IN ('open', 'in_progress')),
        last_changed = moment
    WHERE tenant_id = OLD.tenant_id AND vulnerability_id = OLD.vulnerability_id;
    UPDATE tenants
    SET revision = revision + 1
    WHERE id = OLD.tenant_id;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION change_finding_status() IS
    'Behind UPDATE of endpoint_vulnerabilities. The endpoint''s score and status follow with the next scan.';
CREATE TRIGGER change_finding_status
    INSTEAD OF UPDATE ON endpoint_vulnerabilities
    FOR EACH ROW EXECUTE FUNCTION change_finding_status();

CREATE FUNCTION refuse_finding_write() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of endpoint_vulnerabilities is refused', TG_OP
        USING ERRCODE = 'feature_not_supported',
              HINT = 'Scans make findings and end them; to set one aside, update its status to exception.';
END
$$;
CREATE TRIGGER refuse_finding_write
    INSTEAD OF INSERT OR DELETE ON endpoint_vulnerabilities
    FOR EACH ROW EXECUTE FUNCTION refuse_finding_write();
GRANT SELECT, INSERT, UPDATE, DELETE ON endpoint_vulnerabilities TO garrison_app;

COMMIT;
