BEGIN;

CREATE TABLE policies (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('weights', 'sla', 'exceptions')),
    version int NOT NULL CHECK (version > 0),
    body jsonb NOT NULL,
    note text NOT NULL DEFAULT '',
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, kind, version)
);
COMMENT ON TABLE policies IS
    'How a tenant ranks its findings, sets deadlines and grants exceptions. The highest version of a kind is in force; older ones are its history.';
SELECT isolate_tenant('policies');
GRANT SELECT, INSERT ON policies TO garrison_app;

CREATE TABLE exceptions (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    kind text NOT NULL CHECK (kind IN ('false_positive', 'wont_fix', 'accepted', 'mitigated')),
    state text NOT NULL DEFAULT 'requested'
        CHECK (state IN ('requested', 'active', 'rejected', 'expired', 'revoked')),
    vulnerability_id uuid REFERENCES vulnerabilities,
    package text CHECK (package <> ''),
    endpoint_id uuid,
    tag text CHECK (tag <> ''),
    reason text NOT NULL CHECK (reason <> ''),
    owner text NOT NULL CHECK (owner <> ''),
    requested_by text NOT NULL,
    decided_by text,
    decided_at timestamptz,
    expires_at timestamptz NOT NULL,
    ended_by text,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES endpoints (tenant_id, id) ON DELETE CASCADE,
    CHECK (vulnerability_id IS NOT NULL OR package IS NOT NULL),
    CHECK (endpoint_id IS NULL OR tag IS NULL),
    CHECK (state <> 'active' OR decided_by IS NOT NULL)
);
COMMENT ON TABLE exceptions IS
    'Decisions to live with findings for a time. While one is active, the findings that it covers have the status exception.';
COMMENT ON COLUMN exceptions.package IS 'A package''s name or that of its source; NULL covers the vulnerability in any.';
COMMENT ON COLUMN exceptions.tag IS 'Covers endpoints with this tag; with endpoint_id NULL too, all endpoints.';
COMMENT ON COLUMN exceptions.decided_by IS 'Who approved or rejected it; the requester where no second person is asked for.';
CREATE INDEX exceptions_state_idx ON exceptions (tenant_id, state, expires_at, id);
CREATE INDEX exceptions_endpoint_idx ON exceptions (tenant_id, endpoint_id);
CREATE INDEX exceptions_vulnerability_idx ON exceptions (vulnerability_id);
SELECT isolate_tenant('exceptions');
GRANT SELECT, INSERT, UPDATE ON exceptions TO garrison_app;

ALTER TABLE endpoints
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
    ADD COLUMN excepted_findings int NOT NULL DEFAULT 0;
COMMENT ON COLUMN endpoints.tags IS 'Words that people group endpoints by.';
COMMENT ON COLUMN endpoints.excepted_findings IS 'Findings under an exception; not among open_findings.';
DROP INDEX endpoints_finding_set_idx;
CREATE INDEX endpoints_finding_set_idx ON endpoints (tenant_id, finding_set_id, id);

ALTER TABLE tenant_vulnerabilities
    ADD COLUMN endpoints_excepted int NOT NULL DEFAULT 0 CHECK (endpoints_excepted >= 0);
COMMENT ON COLUMN tenant_vulnerabilities.endpoints_excepted IS 'Endpoints on which it is under an exception.';

ALTER TABLE findings
    ADD COLUMN package text NOT NULL DEFAULT '',
    ADD COLUMN ecosystem text NOT NULL DEFAULT '',
    ADD COLUMN severity text CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    ADD COLUMN ssvc text CHECK (ssvc IN ('track', 'track*', 'attend', 'act')),
    ADD COLUMN timeline text
        CHECK (timeline IN ('system_upgrade', '60_days', '14_days', '3_days', '3_days_forensics')),
    ADD COLUMN due_at timestamptz,
    ADD COLUMN cvss double precision,
    ADD COLUMN epss double precision,
    ADD COLUMN exploits int,
    ADD COLUMN vector text,
    ADD COLUMN exception_id uuid,
    ADD COLUMN risk_order real NOT NULL GENERATED ALWAYS AS (-risk_score) STORED,
    ADD FOREIGN KEY (tenant_id, exception_id) REFERENCES exceptions (tenant_id, id)
        ON DELETE SET NULL (exception_id);
COMMENT ON COLUMN findings.package IS 'The name that was looked up: the source package on Debian.';
COMMENT ON COLUMN findings.severity IS 'The vulnerability''s, or the rating by the record that matched.';
COMMENT ON COLUMN findings.ssvc IS 'CISA''s SSVC decision; NULL until the scan after the migration that added it.';
COMMENT ON COLUMN findings.timeline IS 'How soon CISA''s BOD 26-04 wants it remediated.';
COMMENT ON COLUMN findings.due_at IS 'The deadline by the tenant''s policy; NULL for none, and while the clock stands still.';
COMMENT ON COLUMN findings.exploits IS
    'With cvss, epss and vector what the scan knew of the vulnerability: what risk and SSVC are judged by. NULL before the first scan that notes it.';
COMMENT ON COLUMN findings.exception_id IS 'The exception that put it aside; NULL where a person did so directly.';
COMMENT ON COLUMN findings.risk_order IS 'For lists by descending risk: all columns of their index ascend, so that a page starts by one comparison of rows.';
CREATE INDEX findings_order_idx ON findings (tenant_id, risk_order, vulnerability_id, finding_set_id);
CREATE INDEX findings_due_idx ON findings (tenant_id, due_at, vulnerability_id, finding_set_id)
    WHERE due_at IS NOT NULL;
CREATE INDEX findings_exception_idx ON findings (tenant_id, exception_id) WHERE exception_id IS NOT NULL;

-- The owner is bound by row-level security, and this is about every tenant's rows.
ALTER TABLE findings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE endpoints NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_vulnerabilities NO FORCE ROW LEVEL SECURITY;
UPDATE findings AS f
SET package = coalesce(f.explanation ->> 'package', ''), ecosystem = coalesce(f.explanation ->> 'ecosystem', ''),
    severity = v.severity
FROM vulnerabilities AS v
WHERE v.id = f.vulnerability_id;
UPDATE endpoints AS e
SET excepted_findings = c.excepted
FROM (
    SELECT tenant_id, finding_set_id, count(*) AS excepted
    FROM findings
    WHERE status = 'exception'
    GROUP BY tenant_id, finding_set_id
) AS c
WHERE e.tenant_id = c.tenant_id AND e.finding_set_id = c.finding_set_id;
UPDATE tenant_vulnerabilities AS t
SET endpoints_excepted = c.excepted
FROM (
    SELECT f.tenant_id, f.vulnerability_id, count(*) AS excepted
    FROM findings AS f
    JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
    WHERE f.status = 'exception'
    GROUP BY f.tenant_id, f.vulnerability_id
) AS c
WHERE t.tenant_id = c.tenant_id AND t.vulnerability_id = c.vulnerability_id;
ALTER TABLE findings FORCE ROW LEVEL SECURITY;
ALTER TABLE endpoints FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_vulnerabilities FORCE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION own_finding_set(tenant uuid, endpoint uuid) RETURNS uuid
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
         known_exploited, status, detected_at, remediated_at, explanation, history, package, ecosystem, severity, ssvc,
         timeline, due_at, cvss, epss, exploits, vector, exception_id)
    SELECT
        tenant, own, vulnerability_id, title_id, packages, installed, fixed, state, risk_score,
        known_exploited, status, detected_at, remediated_at, explanation, history, package, ecosystem, severity, ssvc,
        timeline, due_at, cvss, epss, exploits, vector, exception_id
    FROM findings
    WHERE tenant_id = tenant AND finding_set_id = current_set;
    UPDATE endpoints
    SET finding_set_id = own
    WHERE tenant_id = tenant AND id = endpoint;
    RETURN own;
END
$$;

CREATE OR REPLACE FUNCTION change_finding_status() RETURNS trigger
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
        exception_id = CASE WHEN NEW.status = 'exception' THEN exception_id END,
        due_at = CASE WHEN NEW.status = 'exception' THEN NULL ELSE due_at END,
        history = (history::jsonb || jsonb_build_array(jsonb_build_object(
            'at', floor(extract(epoch FROM moment) * 1000), 'from', OLD.status, 'to', NEW.status,
            'by', who, 'reason', why)))::json
    WHERE tenant_id = OLD.tenant_id AND finding_set_id = own AND vulnerability_id = OLD.vulnerability_id;
    INSERT INTO finding_transitions
        (tenant_id, at, endpoint_id, vulnerability_id, from_status, to_status, actor, reason)
    VALUES (OLD.tenant_id, moment, OLD.endpoint_id, OLD.vulnerability_id, OLD.status, NEW.status, who, why);
    UPDATE endpoints
    SET open_findings = greatest(0, open_findings + is_open - was_open),
        excepted_findings = greatest(
            0, excepted_findings + (NEW.status = 'exception')::int - (OLD.status = 'exception')::int),
        updated_at = moment
    WHERE tenant_id = OLD.tenant_id AND id = OLD.endpoint_id;
    UPDATE tenant_vulnerabilities
    SET endpoints_affected = greatest(0, endpoints_affected + is_open - was_open),
        endpoints_excepted = greatest(
            0, endpoints_excepted + (NEW.status = 'exception')::int - (OLD.status = 'exception')::int),
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

COMMIT;
