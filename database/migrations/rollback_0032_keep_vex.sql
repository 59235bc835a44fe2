BEGIN;

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

-- Findings that only a statement has put aside count again; the owner is bound by row-level security.
ALTER TABLE findings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE endpoints NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_vulnerabilities NO FORCE ROW LEVEL SECURITY;
UPDATE tenant_vulnerabilities AS t
SET endpoints_affected = t.endpoints_affected + c.hidden,
    endpoints_excepted = greatest(0, t.endpoints_excepted - c.hidden),
    max_risk = greatest(t.max_risk, c.risk)
FROM (
    SELECT f.tenant_id, f.vulnerability_id, count(*) AS hidden, max(f.risk_score) AS risk
    FROM findings AS f
    JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
    WHERE f.vex_id IS NOT NULL AND f.exception_id IS NULL
    GROUP BY f.tenant_id, f.vulnerability_id
) AS c
WHERE t.tenant_id = c.tenant_id AND t.vulnerability_id = c.vulnerability_id;
UPDATE endpoints AS e
SET open_findings = e.open_findings + c.hidden,
    excepted_findings = greatest(0, e.excepted_findings - c.hidden)
FROM (
    SELECT tenant_id, finding_set_id, count(*) AS hidden
    FROM findings
    WHERE vex_id IS NOT NULL AND exception_id IS NULL
    GROUP BY tenant_id, finding_set_id
) AS c
WHERE e.tenant_id = c.tenant_id AND e.finding_set_id = c.finding_set_id;
UPDATE findings
SET status = 'open'
WHERE vex_id IS NOT NULL AND exception_id IS NULL;
ALTER TABLE findings FORCE ROW LEVEL SECURITY;
ALTER TABLE endpoints FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_vulnerabilities FORCE ROW LEVEL SECURITY;

ALTER TABLE findings DROP COLUMN vex_id;
DROP TABLE vex_statements;
DROP TABLE vex_documents;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 32;
    END IF;
END
$$;

COMMIT;
