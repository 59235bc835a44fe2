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

DROP TRIGGER mark_finding_sets ON endpoints;
DROP FUNCTION mark_finding_sets();

ALTER TABLE tenants
    DROP COLUMN patched_revision;

DROP TABLE tenant_patch_vulnerabilities;
DROP TABLE tenant_patches;
DROP TABLE finding_set_patches;

ALTER TABLE finding_sets
    DROP COLUMN patched_endpoints;
COMMENT ON COLUMN finding_sets.is_pending IS
    'The findings changed, and score, status and counts of endpoints that have the set may not have followed yet.';

DROP TABLE patch_backlog;
DROP TABLE advisory_products;
DROP TABLE patch_fixes;
DROP TABLE patch_packages;

-- Other kinds than Microsoft's are not known without this migration. What was deployed keeps its patch.
DELETE FROM patch_supersedence
WHERE kb_number IN (SELECT kb_number FROM patches WHERE kind <> 'windows_update');
DELETE FROM patch_vulnerabilities
WHERE kb_number IN (SELECT kb_number FROM patches WHERE kind <> 'windows_update');
ALTER TABLE patch_deployments NO FORCE ROW LEVEL SECURITY;
DELETE FROM patches AS p
WHERE kind <> 'windows_update' AND NOT EXISTS (SELECT FROM patch_deployments AS d WHERE d.patch_id = p.id);
ALTER TABLE patch_deployments FORCE ROW LEVEL SECURITY;

ALTER TABLE patches
    DROP COLUMN fixes_hash,
    DROP COLUMN is_superseded,
    DROP COLUMN kind;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 58;
    END IF;
END
$$;

COMMIT;
