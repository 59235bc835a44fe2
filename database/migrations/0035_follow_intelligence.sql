BEGIN;

CREATE TABLE intelligence_revisions (
    revision bigint PRIMARY KEY,
    is_everything boolean NOT NULL DEFAULT false,
    has_all_facts boolean NOT NULL DEFAULT false,
    has_products boolean NOT NULL DEFAULT false,
    has_patches boolean NOT NULL DEFAULT false,
    ecosystems text[] NOT NULL DEFAULT '{}',
    recorded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE intelligence_revisions IS
    'A row for each import that changed something: what a scan index is of, and what findings follow. Those older than a month are removed.';
COMMENT ON COLUMN intelligence_revisions.revision IS 'Rises with each; microseconds since 1970 where these are more than the last plus one.';
COMMENT ON COLUMN intelligence_revisions.is_everything IS 'Too much changed to be listed: whole tenants are scanned.';
COMMENT ON COLUMN intelligence_revisions.has_all_facts IS 'Scores of too many vulnerabilities changed to be listed, as with each day''s EPSS.';
COMMENT ON COLUMN intelligence_revisions.has_products IS 'Products may be identified otherwise: configurations of NVD''s changed.';
COMMENT ON COLUMN intelligence_revisions.has_patches IS 'What updates supersede, or make, changed.';
COMMENT ON COLUMN intelligence_revisions.ecosystems IS 'Those of which any advisory speaks then.';

CREATE TABLE intelligence_changes (
    revision bigint NOT NULL REFERENCES intelligence_revisions ON DELETE CASCADE,
    cve_id text COLLATE "C" NOT NULL,
    is_matched boolean NOT NULL,
    PRIMARY KEY (revision, cve_id)
);
COMMENT ON TABLE intelligence_changes IS 'The vulnerabilities that a revision touched.';
COMMENT ON COLUMN intelligence_changes.is_matched IS 'Whether others may have it now; false where only its scores changed.';

-- The catalogues as they are: nothing is known of what led to them.
INSERT INTO intelligence_revisions (revision, is_everything, ecosystems)
SELECT (extract(epoch FROM max(imported_at)) * 1000000)::bigint, true,
    (SELECT coalesce(array_agg(DISTINCT p.ecosystem ORDER BY p.ecosystem), '{}') FROM advisory_packages AS p)
FROM intelligence_sources
HAVING count(*) > 0;

GRANT SELECT ON intelligence_revisions, intelligence_changes TO garrison_app, garrison_system;

ALTER TABLE tenants
    ADD COLUMN matched_revision bigint NOT NULL DEFAULT 0,
    ADD COLUMN written_revision bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN tenants.matched_revision IS 'Every scanned endpoint''s findings are of this revision of the intelligence or a newer one.';
COMMENT ON COLUMN tenants.written_revision IS 'The newest revision of which findings were written; results of an older one are refused.';
GRANT UPDATE (matched_revision, written_revision) ON tenants TO garrison_app;

ALTER TABLE finding_sets
    ADD COLUMN is_pending boolean NOT NULL DEFAULT false;
-- Whoever copies a set and says nothing of it leaves the scores of its endpoints to be reckoned.
ALTER TABLE finding_sets
    ALTER COLUMN is_pending SET DEFAULT true;
COMMENT ON COLUMN finding_sets.is_pending IS
    'The findings changed, and score, status and counts of endpoints that have the set may not have followed yet.';
CREATE INDEX finding_sets_pending_idx ON finding_sets (tenant_id, id) WHERE is_pending;

CREATE FUNCTION folded_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN octet_length(name) <> char_length(name) THEN ''
    ELSE lower(regexp_replace(name, '[^A-Za-z0-9]+', '', 'g') COLLATE "C") END;
COMMENT ON FUNCTION folded_name(text) IS
    'Equal for all spellings that a registry takes for one package, and for some that it does not; empty for names beyond ASCII.';
CREATE INDEX software_titles_folded_name_idx ON software_titles (folded_name(name) COLLATE "C");
CREATE INDEX software_titles_folded_source_idx ON software_titles (folded_name(source) COLLATE "C");

COMMIT;
