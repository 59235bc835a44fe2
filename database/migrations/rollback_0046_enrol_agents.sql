BEGIN;

DROP TABLE agent_tasks;
DROP TABLE agent_inventories;
DROP TABLE agents;
DROP TABLE agent_enrolments;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 46;
    END IF;
END
$$;

COMMIT;
