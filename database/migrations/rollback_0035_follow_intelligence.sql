BEGIN;

DROP INDEX software_titles_folded_source_idx;
DROP INDEX software_titles_folded_name_idx;
DROP FUNCTION folded_name(text);

DROP INDEX finding_sets_pending_idx;
ALTER TABLE finding_sets
    DROP COLUMN is_pending;

ALTER TABLE tenants
    DROP COLUMN written_revision,
    DROP COLUMN matched_revision;

DROP TABLE intelligence_changes;
DROP TABLE intelligence_revisions;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 35;
    END IF;
END
$$;

COMMIT;
