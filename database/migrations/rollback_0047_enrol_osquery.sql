BEGIN;

DROP TABLE osquery_answers;
DROP TABLE osquery_queries;
DROP TABLE osquery_status;
DROP TABLE osquery_snapshots;
DROP TABLE osquery_nodes;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 47;
    END IF;
END
$$;

COMMIT;
