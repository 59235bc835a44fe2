BEGIN;

ALTER TABLE patches
    ADD COLUMN kind text NOT NULL DEFAULT 'windows_update'
        CHECK (kind IN ('windows_update', 'distribution_update', 'apple_release', 'application')),
    ADD COLUMN is_superseded boolean NOT NULL DEFAULT false,
    ADD COLUMN fixes_hash uuid;
COMMENT ON COLUMN patches.kind IS 'What it is: told by where it is published, it tells how it is installed.';
COMMENT ON COLUMN patches.is_superseded IS 'All that it fixes, others fix that take its place.';
COMMENT ON COLUMN patches.fixes_hash IS 'Of its rows in patch_fixes: tenants'' figures that were made with others are made anew.';

CREATE TABLE patch_packages (
    patch_id uuid NOT NULL REFERENCES patches ON DELETE CASCADE,
    ecosystem text NOT NULL,
    package text NOT NULL,
    fixed_version text NOT NULL,
    stream text NOT NULL DEFAULT '',
    needs_reboot boolean NOT NULL DEFAULT false,
    PRIMARY KEY (patch_id, ecosystem, package, fixed_version)
);
COMMENT ON TABLE patch_packages IS 'What a patch of a distribution, a release of a system or of an application brings to which version.';
COMMENT ON COLUMN patch_packages.ecosystem IS 'The distribution''s release, as findings name it: debian:12.';
COMMENT ON COLUMN patch_packages.package IS 'As advisories name it: the source package of Debian, Ubuntu and Alpine, the binary one of rpm.';
COMMENT ON COLUMN patch_packages.stream IS 'The module stream of Enterprise Linux, nodejs:18; empty for none.';
CREATE INDEX patch_packages_package_idx ON patch_packages (ecosystem, package, fixed_version);

CREATE TABLE patch_fixes (
    ecosystem text NOT NULL,
    package text NOT NULL,
    fixed_version text NOT NULL,
    patch_id uuid NOT NULL REFERENCES patches ON DELETE CASCADE,
    next_version text,
    PRIMARY KEY (ecosystem, package, fixed_version)
);
COMMENT ON TABLE patch_fixes IS
    'For what a finding says that is fixed in a version: the newest patch of its line, which is the one to install.';
COMMENT ON COLUMN patch_fixes.next_version IS 'The one that takes its place; NULL for the newest.';
COMMENT ON COLUMN patch_fixes.package IS 'Empty for Windows, where the version is the number of the update.';
CREATE INDEX patch_fixes_patch_idx ON patch_fixes (patch_id);

CREATE TABLE advisory_products (
    advisory_id bigint NOT NULL REFERENCES advisories ON DELETE CASCADE,
    product text NOT NULL,
    introduced text NOT NULL,
    fixed text NOT NULL,
    PRIMARY KEY (advisory_id, product, introduced, fixed)
);
COMMENT ON TABLE advisory_products IS 'In which versions of applications something is fixed, taken out of advisories.applicability.';
COMMENT ON COLUMN advisory_products.product IS 'As findings name it: a:google:chrome.';
COMMENT ON COLUMN advisory_products.introduced IS 'The first affected version; empty for all before.';
CREATE INDEX advisory_products_product_idx ON advisory_products (product);

CREATE TABLE patch_backlog (
    ecosystem text NOT NULL,
    package text NOT NULL,
    PRIMARY KEY (ecosystem, package)
);
COMMENT ON TABLE patch_backlog IS
    'Packages whose advisories have not been made patches of yet: those that were loaded before there were patches.';
COMMENT ON COLUMN patch_backlog.ecosystem IS 'Empty: when all others are done, the figures of all tenants are to be made.';
COMMENT ON COLUMN patch_backlog.package IS 'Empty for all applications.';
INSERT INTO patch_backlog (ecosystem, package)
SELECT DISTINCT ecosystem, name
FROM advisory_packages
WHERE fixed IS NOT NULL OR ecosystem = 'windows';
INSERT INTO patch_backlog (ecosystem, package)
SELECT 'cpe', ''
WHERE EXISTS (SELECT FROM advisories WHERE applicability IS NOT NULL)
UNION ALL
SELECT '', ''
WHERE EXISTS (SELECT FROM advisories);

GRANT SELECT ON patch_packages, patch_fixes, advisory_products TO garrison_app, garrison_system;

ALTER TABLE finding_sets
    ADD COLUMN patched_endpoints int NOT NULL DEFAULT 0;
COMMENT ON COLUMN finding_sets.patched_endpoints IS 'The endpoints with this set that tenant_patches counts.';
COMMENT ON COLUMN finding_sets.is_pending IS
    'The findings, or who has them, changed; score, status and counts of endpoints, and of patches, may not have followed yet.';

CREATE TABLE finding_set_patches (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    finding_set_id uuid NOT NULL,
    patch_id uuid NOT NULL,
    risk bigint NOT NULL,
    vulnerabilities uuid[] NOT NULL,
    PRIMARY KEY (tenant_id, finding_set_id, patch_id),
    FOREIGN KEY (tenant_id, finding_set_id) REFERENCES finding_sets (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE finding_set_patches IS 'A patch that is missing on the endpoints of a set of findings.';
COMMENT ON COLUMN finding_set_patches.risk IS 'Of the open findings that it ends, in tenths.';
COMMENT ON COLUMN finding_set_patches.vulnerabilities IS 'Those of these findings.';
CREATE INDEX finding_set_patches_patch_idx ON finding_set_patches (tenant_id, patch_id, finding_set_id);
SELECT isolate_tenant('finding_set_patches');
GRANT SELECT, INSERT, UPDATE, DELETE ON finding_set_patches TO garrison_app;

CREATE TABLE tenant_patches (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    patch_id uuid NOT NULL REFERENCES patches,
    endpoints int NOT NULL DEFAULT 0,
    vulnerabilities int NOT NULL DEFAULT 0,
    risk bigint NOT NULL DEFAULT 0,
    needs_reboot boolean NOT NULL DEFAULT false,
    released_date date,
    fixes_hash uuid,
    reboot_order double precision GENERATED ALWAYS AS (
        CASE WHEN needs_reboot THEN -risk::double precision / greatest(endpoints, 1) ELSE -1e15 - risk END) STORED NOT NULL,
    last_changed timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, patch_id)
);
COMMENT ON TABLE tenant_patches IS 'A patch that endpoints of the tenant need, or needed; kept up by what changes findings and endpoints.';
COMMENT ON COLUMN tenant_patches.endpoints IS 'Endpoints on which it ends an open finding.';
COMMENT ON COLUMN tenant_patches.vulnerabilities IS 'The different vulnerabilities of these findings.';
COMMENT ON COLUMN tenant_patches.risk IS 'The risk of these findings on all endpoints, in tenths.';
COMMENT ON COLUMN tenant_patches.needs_reboot IS 'As patches.reboot_required, and released_date as there: lists are ordered by them.';
COMMENT ON COLUMN tenant_patches.fixes_hash IS 'patches.fixes_hash when the figures were made.';
COMMENT ON COLUMN tenant_patches.reboot_order IS
    'Ascending by the risk removed for each reboot, most first; without any reboot before all others.';
CREATE INDEX tenant_patches_catalogue_idx ON tenant_patches (patch_id);
CREATE INDEX tenant_patches_reboot_idx ON tenant_patches (tenant_id, reboot_order, patch_id) WHERE endpoints > 0;
CREATE INDEX tenant_patches_risk_idx ON tenant_patches (tenant_id, risk DESC, patch_id) WHERE endpoints > 0;
CREATE INDEX tenant_patches_endpoints_idx ON tenant_patches (tenant_id, endpoints DESC, patch_id) WHERE endpoints > 0;
CREATE INDEX tenant_patches_released_idx ON tenant_patches (tenant_id, (coalesce(released_date, '-infinity')) DESC, patch_id)
    WHERE endpoints > 0;
SELECT isolate_tenant('tenant_patches');
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_patches TO garrison_app;

CREATE TABLE tenant_patch_vulnerabilities (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    patch_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL,
    endpoints int NOT NULL,
    PRIMARY KEY (tenant_id, patch_id, vulnerability_id)
);
COMMENT ON TABLE tenant_patch_vulnerabilities IS 'On how many endpoints of the tenant a patch ends a finding of a vulnerability.';
SELECT isolate_tenant('tenant_patch_vulnerabilities');
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_patch_vulnerabilities TO garrison_app;

ALTER TABLE tenants
    ADD COLUMN patched_revision bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN tenants.patched_revision IS 'The revision of the intelligence whose patches the figures of patches are of.';
GRANT UPDATE (patched_revision) ON tenants TO garrison_app;

-- An endpoint that goes takes what it needs with it.
CREATE FUNCTION mark_finding_sets() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    -- Of a tenant that is deleted all goes, and who may delete one may not touch these.
    IF NOT EXISTS (SELECT FROM tenants WHERE id IN (SELECT tenant_id FROM gone)) THEN
        RETURN NULL;
    END IF;
    UPDATE finding_sets AS s
    SET is_pending = true
    FROM (SELECT DISTINCT tenant_id, finding_set_id FROM gone) AS g
    WHERE s.tenant_id = g.tenant_id AND s.id = g.finding_set_id AND NOT s.is_pending;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION mark_finding_sets() IS 'What endpoints that were deleted had is to be counted again.';
CREATE TRIGGER mark_finding_sets AFTER DELETE ON endpoints REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION mark_finding_sets();

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
    -- Its findings are about to change, or it is to have an endpoint less.
    UPDATE finding_sets
    SET is_pending = true
    WHERE tenant_id = tenant AND id = current_set AND NOT is_pending;
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
