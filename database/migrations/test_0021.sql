-- psql "$DATABASE_URL" -f database/migrations/test_0021.sql
-- Proves migration 0021 on a migrated database. Everything happens in one transaction that is
-- rolled back: nothing stays. The first check that does not hold ends it with a non-zero status.
\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on
\pset format unaligned

BEGIN;

CREATE FUNCTION pg_temp.expect(holds boolean, what text) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    IF holds IS DISTINCT FROM true THEN
        RAISE EXCEPTION 'FAILED: %', what;
    END IF;
    RETURN 'ok  ' || what;
END
$$;

-- The statement must fail with the SQLSTATE; what it did is undone.
CREATE FUNCTION pg_temp.expect_error(statement text, state text, what text) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    BEGIN
        EXECUTE statement;
        -- Deferred and NO ACTION constraints are due now.
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION
        WHEN OTHERS THEN
            IF SQLSTATE = state THEN
                RETURN 'ok  ' || what;
            END IF;
            RAISE EXCEPTION 'FAILED: %: % (%) instead of %', what, SQLERRM, SQLSTATE, state;
    END;
    RAISE EXCEPTION 'FAILED: %: the statement was accepted: %', what, statement;
END
$$;

CREATE TEMP TABLE wanted (name text PRIMARY KEY) ON COMMIT DROP;
INSERT INTO wanted VALUES
    ('edr_devices'), ('edr_alerts'), ('edr_vulnerabilities'), ('edr_device_vulnerabilities'), ('edr_compliance'),
    ('edr_actions'), ('edr_posture_scores');

SELECT pg_temp.expect(to_regclass('public.' || name) IS NOT NULL, 'table ' || name || ' exists')
FROM wanted;

SELECT pg_temp.expect(
    EXISTS (
        SELECT FROM pg_constraint
        WHERE contype = 'f' AND conrelid = name::regclass AND confrelid = 'tenants'::regclass AND confdeltype = 'c'),
    name || '.tenant_id references tenants ON DELETE CASCADE')
FROM wanted;

SELECT pg_temp.expect(
    EXISTS (
        SELECT FROM pg_constraint AS c
        JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ALL (c.conkey)
        WHERE c.contype = 'f' AND c.conrelid = child::regclass AND a.attname = col
          AND c.confrelid = parent::regclass AND c.confdeltype = rule),
    format('%s.%s references %s ON DELETE %s', child, col, parent, CASE rule WHEN 'c' THEN 'CASCADE' ELSE 'NO ACTION' END))
FROM (VALUES
    ('edr_alerts', 'device_id', 'edr_devices', 'c'::"char"),
    ('edr_device_vulnerabilities', 'device_id', 'edr_devices', 'c'),
    ('edr_device_vulnerabilities', 'vulnerability_id', 'edr_vulnerabilities', 'c'),
    ('edr_compliance', 'device_id', 'edr_devices', 'c'),
    ('edr_actions', 'device_id', 'edr_devices', 'c'),
    ('edr_actions', 'user_id', 'users', 'a')
) AS keys (child, col, parent, rule);

SELECT pg_temp.expect(
    EXISTS (
        SELECT FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = name::regclass AND a.attname = 'tenant_id'),
    'an index of ' || name || ' starts with tenant_id')
FROM wanted;

SELECT pg_temp.expect(
    EXISTS (
        SELECT FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = on_table::regclass AND a.attname = col),
    format('%s.%s is indexed', on_table, col))
FROM (VALUES
    ('edr_devices', 'risk_score'), ('edr_devices', 'last_seen_at'), ('edr_devices', 'intune_compliance_state'),
    ('edr_alerts', 'device_id'), ('edr_alerts', 'detected_at'), ('edr_alerts', 'severity'), ('edr_alerts', 'status'),
    ('edr_vulnerabilities', 'cve_id'), ('edr_vulnerabilities', 'severity'), ('edr_vulnerabilities', 'cvss_score'),
    ('edr_device_vulnerabilities', 'device_id'), ('edr_device_vulnerabilities', 'vulnerability_id'),
    ('edr_device_vulnerabilities', 'detected_at'),
    ('edr_compliance', 'device_id'), ('edr_compliance', 'compliance_state'), ('edr_compliance', 'checked_at'),
    ('edr_actions', 'device_id'), ('edr_actions', 'user_id'), ('edr_actions', 'status'),
    ('edr_actions', 'initiated_at'), ('edr_posture_scores', 'calculated_at')
) AS indexed (on_table, col);

SELECT pg_temp.expect(
    EXISTS (
        SELECT FROM pg_index AS i
        WHERE i.indrelid = on_table::regclass AND i.indisunique
          AND columns = (
              SELECT array_agg(a.attname::text ORDER BY k.position)
              FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
              JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)),
    format('%s is unique by %s', on_table, array_to_string(columns, ', ')))
FROM (VALUES
    ('edr_devices', ARRAY['tenant_id', 'microsoft_device_id']),
    ('edr_alerts', ARRAY['tenant_id', 'microsoft_alert_id']),
    ('edr_vulnerabilities', ARRAY['tenant_id', 'cve_id']),
    ('edr_device_vulnerabilities', ARRAY['device_id', 'vulnerability_id']),
    ('edr_compliance', ARRAY['tenant_id', 'device_id'])
) AS uniques (on_table, columns);

SELECT pg_temp.expect(obj_description(name::regclass, 'pg_class') <> '', name || ' has a comment')
FROM wanted;

SELECT pg_temp.expect(
    NOT EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = name::regclass AND a.attnum > 0 AND NOT a.attisdropped
          AND col_description(a.attrelid, a.attnum) IS NULL),
    'every column of ' || name || ' has a comment')
FROM wanted;

SELECT pg_temp.expect(relrowsecurity AND relforcerowsecurity, name || ' forces row-level security')
FROM wanted
JOIN pg_class ON oid = name::regclass;

-- Two tenants with a user each. The tenant is set first: the owner is bound by the policies too.
SELECT gen_random_uuid() AS a, gen_random_uuid() AS b, gen_random_uuid() AS user_a, gen_random_uuid() AS user_b
\gset

SELECT set_config('app.tenant_id', :'a', true) <> '' AS tenant_set
\gset
INSERT INTO tenants (id, name) VALUES (:'a', 'test_0021 ' || :'a');
INSERT INTO users (tenant_id, id, email, role) VALUES (:'a', :'user_a', 'a@test.invalid', 'admin');
SELECT set_config('app.tenant_id', :'b', true) <> '' AS tenant_set
\gset
INSERT INTO tenants (id, name) VALUES (:'b', 'test_0021 ' || :'b');
INSERT INTO users (tenant_id, id, email, role) VALUES (:'b', :'user_b', 'b@test.invalid', 'admin');

GRANT EXECUTE ON FUNCTION pg_temp.expect(boolean, text), pg_temp.expect_error(text, text, text) TO garrison_app;
SET LOCAL ROLE garrison_app;

SELECT set_config('app.tenant_id', :'a', true) <> '' AS tenant_set
\gset
INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name, operating_system, risk_score)
VALUES (:'a', 'machine-1', 'laptop-1', 'Windows11', 85)
RETURNING id AS device_a
\gset
INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name, operating_system, risk_score)
VALUES (:'a', 'machine-2', 'laptop-2', 'macOS', 20);
INSERT INTO edr_alerts (tenant_id, device_id, microsoft_alert_id, threat_type, threat_name, severity, status, detected_at)
VALUES
    (:'a', :'device_a', 'alert-1', 'Malware', 'Emotet', 'High', 'New', now() - interval '1 hour'),
    (:'a', :'device_a', 'alert-2', 'Ransomware', 'LockBit', 'High', 'New', now());
INSERT INTO edr_vulnerabilities (tenant_id, cve_id, severity, cvss_score, exploitability)
VALUES (:'a', 'CVE-2024-3094', 'Critical', 10.0, 'functional')
RETURNING id AS vulnerability_a
\gset
INSERT INTO edr_device_vulnerabilities (tenant_id, device_id, vulnerability_id)
VALUES (:'a', :'device_a', :'vulnerability_a');
INSERT INTO edr_compliance (tenant_id, device_id, compliance_state, failed_rules)
VALUES (:'a', :'device_a', 'noncompliant', '["bitlocker"]');
INSERT INTO edr_actions (tenant_id, device_id, user_id, action_type)
VALUES (:'a', :'device_a', :'user_a', 'isolate');
INSERT INTO edr_posture_scores (tenant_id, score, device_count)
VALUES (:'a', 62, 2);
SELECT pg_temp.expect(true, 'a row can be inserted into each table by the serving role');

SELECT pg_temp.expect(
    (
        SELECT array_agg(device_name ORDER BY risk_score DESC)
        FROM edr_devices
        WHERE tenant_id = :'a' AND risk_score > 70
    ) = ARRAY['laptop-1'],
    'devices of a tenant with risk_score > 70');
SELECT pg_temp.expect(
    (
        SELECT array_agg(microsoft_alert_id ORDER BY detected_at DESC)
        FROM edr_alerts
        WHERE device_id = :'device_a' AND tenant_id = :'a'
    ) = ARRAY['alert-2', 'alert-1'],
    'alerts of a device by detected_at');
SELECT pg_temp.expect(
    (
        SELECT array_agg(v.cve_id ORDER BY v.cvss_score DESC)
        FROM edr_vulnerabilities AS v
        JOIN edr_device_vulnerabilities AS dv ON dv.vulnerability_id = v.id
        WHERE dv.device_id = :'device_a' AND v.tenant_id = :'a'
    ) = ARRAY['CVE-2024-3094'],
    'vulnerabilities of a device by cvss_score through the junction');

SELECT pg_temp.expect_error(
    format('INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name) VALUES (%L, %L, %L)', :'a', 'machine-1', 'again'),
    '23505', 'a second device with one microsoft_device_id is refused');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_alerts (tenant_id, device_id, microsoft_alert_id) VALUES (%L, %L, %L)', :'a', :'device_a', 'alert-1'),
    '23505', 'a second alert with one microsoft_alert_id is refused');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_vulnerabilities (tenant_id, cve_id) VALUES (%L, %L)', :'a', 'CVE-2024-3094'),
    '23505', 'a second vulnerability with one cve_id is refused');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_device_vulnerabilities (tenant_id, device_id, vulnerability_id) VALUES (%L, %L, %L)', :'a', :'device_a', :'vulnerability_a'),
    '23505', 'a vulnerability stands once on a device');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_compliance (tenant_id, device_id) VALUES (%L, %L)', :'a', :'device_a'),
    '23505', 'a second compliance row of a device is refused');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name, risk_score) VALUES (%L, %L, %L, 101)', :'a', 'machine-3', 'x'),
    '23514', 'a risk_score over 100 is refused');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_vulnerabilities (tenant_id, cve_id, cvss_score) VALUES (%L, %L, 10.1)', :'a', 'CVE-2024-1'),
    '23514', 'a cvss_score over 10 is refused');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_posture_scores (tenant_id, score) VALUES (%L, -1)', :'a'),
    '23514', 'a negative posture score is refused');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_actions (tenant_id, device_id, user_id, action_type) VALUES (%L, %L, %L, %L)', :'a', :'device_a', :'user_a', 'format'),
    '23514', 'an unknown action_type is refused');
SELECT pg_temp.expect_error(
    format('UPDATE edr_actions SET status = %L', 'lost'),
    '23514', 'an unknown action status is refused');
SELECT pg_temp.expect_error(
    format('DELETE FROM users WHERE id = %L', :'user_a'),
    '23503', 'a user who has actions cannot be deleted');

SELECT set_config('app.tenant_id', :'b', true) <> '' AS tenant_set
\gset
SELECT pg_temp.expect(
    (SELECT count(*) FROM edr_devices) + (SELECT count(*) FROM edr_alerts) + (SELECT count(*) FROM edr_vulnerabilities)
        + (SELECT count(*) FROM edr_device_vulnerabilities) + (SELECT count(*) FROM edr_compliance)
        + (SELECT count(*) FROM edr_actions) + (SELECT count(*) FROM edr_posture_scores) = 0,
    'another tenant sees no row of any table');
WITH changed AS (UPDATE edr_devices SET device_name = 'stolen' RETURNING 1)
SELECT pg_temp.expect(count(*) = 0, 'another tenant changes no row')
FROM changed;
WITH gone AS (DELETE FROM edr_devices WHERE id = :'device_a' RETURNING 1)
SELECT pg_temp.expect(count(*) = 0, 'another tenant deletes no row')
FROM gone;
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name) VALUES (%L, %L, %L)', :'a', 'machine-9', 'planted'),
    '42501', 'another tenant inserts no row into this one');
SELECT pg_temp.expect_error(
    format('INSERT INTO edr_alerts (tenant_id, device_id, microsoft_alert_id) VALUES (%L, %L, %L)', :'b', :'device_a', 'alert-9'),
    '23503', 'another tenant hangs no alert on a device of this one');
INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name)
VALUES (:'b', 'machine-1', 'laptop-1');
SELECT pg_temp.expect(true, 'two tenants may know the same microsoft_device_id');

SELECT set_config('app.tenant_id', '', true) = '' AS tenant_unset
\gset
SELECT pg_temp.expect(count(*) = 0, 'without a tenant nothing is visible')
FROM edr_devices;

SELECT set_config('app.tenant_id', :'a', true) <> '' AS tenant_set
\gset
INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name)
VALUES (:'a', 'machine-4', 'short-lived')
RETURNING id AS device_gone
\gset
INSERT INTO edr_alerts (tenant_id, device_id, microsoft_alert_id)
VALUES (:'a', :'device_gone', 'alert-4');
INSERT INTO edr_device_vulnerabilities (tenant_id, device_id, vulnerability_id)
VALUES (:'a', :'device_gone', :'vulnerability_a');
INSERT INTO edr_compliance (tenant_id, device_id)
VALUES (:'a', :'device_gone');
INSERT INTO edr_actions (tenant_id, device_id, user_id, action_type)
VALUES (:'a', :'device_gone', :'user_a', 'scan');
DELETE FROM edr_devices
WHERE id = :'device_gone';
SELECT pg_temp.expect(
    NOT EXISTS (SELECT FROM edr_alerts WHERE device_id = :'device_gone')
        AND NOT EXISTS (SELECT FROM edr_device_vulnerabilities WHERE device_id = :'device_gone')
        AND NOT EXISTS (SELECT FROM edr_compliance WHERE device_id = :'device_gone')
        AND NOT EXISTS (SELECT FROM edr_actions WHERE device_id = :'device_gone'),
    'deleting a device removes its alerts, vulnerabilities, compliance and actions');
SELECT pg_temp.expect(
    EXISTS (SELECT FROM edr_vulnerabilities WHERE id = :'vulnerability_a'),
    'deleting a device keeps the vulnerability itself');
DELETE FROM edr_vulnerabilities
WHERE id = :'vulnerability_a';
SELECT pg_temp.expect(
    NOT EXISTS (SELECT FROM edr_device_vulnerabilities WHERE vulnerability_id = :'vulnerability_a'),
    'deleting a vulnerability removes it from devices');

RESET ROLE;
DELETE FROM tenants
WHERE id = :'a';
SELECT pg_temp.expect(
    NOT EXISTS (SELECT FROM edr_devices WHERE tenant_id = :'a')
        AND NOT EXISTS (SELECT FROM edr_alerts WHERE tenant_id = :'a')
        AND NOT EXISTS (SELECT FROM edr_vulnerabilities WHERE tenant_id = :'a')
        AND NOT EXISTS (SELECT FROM edr_compliance WHERE tenant_id = :'a')
        AND NOT EXISTS (SELECT FROM edr_actions WHERE tenant_id = :'a')
        AND NOT EXISTS (SELECT FROM edr_posture_scores WHERE tenant_id = :'a')
        AND NOT EXISTS (SELECT FROM users WHERE tenant_id = :'a'),
    'deleting a tenant removes everything of it, its users'' actions included');
SELECT set_config('app.tenant_id', :'b', true) <> '' AS tenant_set
\gset
SELECT pg_temp.expect(count(*) = 1, 'deleting a tenant removes nothing of another')
FROM edr_devices
WHERE tenant_id = :'b';

ROLLBACK;

SELECT 'migration 0021 holds; nothing was left behind';
