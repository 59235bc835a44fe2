BEGIN;

CREATE TABLE vex_documents (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    document_id text NOT NULL CHECK (document_id <> ''),
    format text NOT NULL CHECK (format IN ('openvex', 'csaf')),
    author text NOT NULL DEFAULT '',
    issued_at timestamptz,
    digest bytea NOT NULL,
    imported_by text NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, document_id)
);
COMMENT ON TABLE vex_documents IS
    'A VEX document that a tenant has imported: its newest edition, which takes the place of those before.';
COMMENT ON COLUMN vex_documents.document_id IS 'What its publisher calls it.';
COMMENT ON COLUMN vex_documents.issued_at IS 'Of this edition, as it says itself.';
COMMENT ON COLUMN vex_documents.digest IS 'SHA-256 of the document: the same again changes nothing.';
CREATE INDEX vex_documents_time_idx ON vex_documents (tenant_id, imported_at DESC, id DESC);
SELECT isolate_tenant('vex_documents');
GRANT SELECT, INSERT, UPDATE, DELETE ON vex_documents TO garrison_app;

CREATE TABLE vex_statements (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    document uuid NOT NULL,
    position int NOT NULL CHECK (position >= 0),
    vulnerabilities text[] NOT NULL,
    status text NOT NULL CHECK (status IN ('not_affected', 'affected', 'fixed', 'under_investigation')),
    justification text,
    impact text,
    action text,
    author text NOT NULL DEFAULT '',
    stated_at timestamptz,
    imported_at timestamptz NOT NULL DEFAULT now(),
    products jsonb NOT NULL,
    hosts text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, document) REFERENCES vex_documents (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE vex_statements IS
    'What a VEX document says of vulnerabilities in products. Of several on a finding the one stated last counts.';
COMMENT ON COLUMN vex_statements.vulnerabilities IS 'The vulnerability''s id and its other names, spelled as the catalogue spells them.';
COMMENT ON COLUMN vex_statements.products IS 'Package URLs, CPE names and names of hosts, with what they are in.';
COMMENT ON COLUMN vex_statements.hosts IS 'Names, in lower case, of endpoints that it may be about.';
CREATE INDEX vex_statements_document_idx ON vex_statements (tenant_id, document, position);
SELECT isolate_tenant('vex_statements');
GRANT SELECT, INSERT, DELETE ON vex_statements TO garrison_app;

ALTER TABLE findings
    ADD COLUMN vex_id uuid,
    ADD FOREIGN KEY (tenant_id, vex_id) REFERENCES vex_statements (tenant_id, id) ON DELETE SET NULL (vex_id);
COMMENT ON COLUMN findings.vex_id IS 'The VEX statement that puts it aside; an exception may do so, too.';
CREATE INDEX findings_vex_idx ON findings (tenant_id, vex_id) WHERE vex_id IS NOT NULL;

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
         timeline, due_at, cvss, epss, exploits, vector, exception_id, vex_id)
    SELECT
        tenant, own, vulnerability_id, title_id, packages, installed, fixed, state, risk_score,
        known_exploited, status, detected_at, remediated_at, explanation, history, package, ecosystem, severity, ssvc,
        timeline, due_at, cvss, epss, exploits, vector, exception_id, vex_id
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
        vex_id = CASE WHEN NEW.status = 'exception' THEN vex_id END,
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
