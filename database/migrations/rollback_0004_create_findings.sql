BEGIN;

DROP VIEW endpoint_vulnerabilities;
DROP FUNCTION refuse_finding_write();
DROP FUNCTION change_finding_status();
DROP FUNCTION own_finding_set(uuid, uuid);
DROP FUNCTION drop_months_before(regclass, date);
DROP FUNCTION make_month_partition(regclass, date);
DROP TABLE posture_history;
DROP TABLE tenant_vulnerabilities;
DROP TABLE finding_transitions;
ALTER TABLE endpoints DROP COLUMN finding_set_id;
DROP TABLE findings;
DROP TABLE finding_sets;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 4;
    END IF;
END
$$;

COMMIT;
