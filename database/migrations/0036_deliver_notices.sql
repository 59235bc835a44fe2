BEGIN;

CREATE TABLE webhooks (
    tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
    url text NOT NULL CHECK (url <> ''),
    secret bytea NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    digest_on date,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL
);
COMMENT ON TABLE webhooks IS 'Where a tenant''s notices go.';
COMMENT ON COLUMN webhooks.secret IS 'What messages are signed with, sealed under a key that is not in the database.';
COMMENT ON COLUMN webhooks.digest_on IS 'The day (UTC) whose digest of deadlines has been decided.';
SELECT isolate_tenant('webhooks');
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks TO garrison_app;

ALTER TABLE findings
    ADD COLUMN due_soon_noticed_at timestamptz,
    ADD COLUMN overdue_noticed_at timestamptz;
COMMENT ON COLUMN findings.due_soon_noticed_at IS
    'When a notice told that it is due soon. Counts no more when its deadline has moved past it.';
COMMENT ON COLUMN findings.overdue_noticed_at IS
    'When a notice told that it is overdue. Counts no more when its deadline has moved past it.';

CREATE INDEX outbox_ended_idx ON outbox (tenant_id, created_at) WHERE state IN ('sent', 'dead');

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
         timeline, due_at, cvss, epss, exploits, vector, exception_id, vex_id, due_soon_noticed_at, overdue_noticed_at)
    SELECT
        tenant, own, vulnerability_id, title_id, packages, installed, fixed, state, risk_score,
        known_exploited, status, detected_at, remediated_at, explanation, history, package, ecosystem, severity, ssvc,
        timeline, due_at, cvss, epss, exploits, vector, exception_id, vex_id, due_soon_noticed_at, overdue_noticed_at
    FROM findings
    WHERE tenant_id = tenant AND finding_set_id = current_set;
    UPDATE endpoints
    SET finding_set_id = own
    WHERE tenant_id = tenant AND id = endpoint;
    RETURN own;
END
$$;

COMMIT;
