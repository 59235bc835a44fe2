CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION public.add_deployment_count(tenant uuid, deployment uuid, of_ring integer, failed_before boolean, counted text, changed boolean, number integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE deployment_counts
    SET
        waiting = waiting + CASE counted WHEN 'waiting' THEN number ELSE 0 END,
        offered = offered + CASE counted WHEN 'offered' THEN number ELSE 0 END,
        downloading = downloading + CASE counted WHEN 'downloading' THEN number ELSE 0 END,
        installing = installing + CASE counted WHEN 'installing' THEN number ELSE 0 END,
        rebooting = rebooting + CASE counted WHEN 'rebooting' THEN number ELSE 0 END,
        verifying = verifying + CASE counted WHEN 'verifying' THEN number ELSE 0 END,
        deployed = deployed + CASE counted WHEN 'deployed' THEN number ELSE 0 END,
        failed = failed + CASE counted WHEN 'failed' THEN number ELSE 0 END,
        rollback_waiting = rollback_waiting + CASE counted WHEN 'rollback_waiting' THEN number ELSE 0 END,
        rolling_back = rolling_back + CASE counted WHEN 'rolling_back' THEN number ELSE 0 END,
        rolled_back = rolled_back + CASE counted WHEN 'rolled_back' THEN number ELSE 0 END,
        rollback_failed = rollback_failed + CASE counted WHEN 'rollback_failed' THEN number ELSE 0 END,
        cancelled = cancelled + CASE counted WHEN 'cancelled' THEN number ELSE 0 END,
        expired = expired + CASE counted WHEN 'expired' THEN number ELSE 0 END,
        unknown = unknown + CASE counted WHEN 'unknown' THEN number ELSE 0 END,
        lost = lost + CASE counted WHEN 'lost' THEN number ELSE 0 END,
        to_roll_back = to_roll_back + CASE WHEN changed AND counted IN ('deployed', 'failed') THEN number ELSE 0 END
    WHERE tenant_id = tenant AND deployment_id = deployment AND ring = of_ring AND has_failed = failed_before;
END
$$;

COMMENT ON FUNCTION public.add_deployment_count(tenant uuid, deployment uuid, of_ring integer, failed_before boolean, counted text, changed boolean, number integer) IS 'Adds targets of one state to what is counted of their ring.';

CREATE TABLE public.audit_events (
    tenant_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL
);

ALTER TABLE ONLY public.audit_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.audit_events IS 'Append-only: who did what. Each row''s hash covers the row before it.';

COMMENT ON COLUMN public.audit_events.sequence IS '1, 2, 3, … within the tenant, without gaps.';

COMMENT ON COLUMN public.audit_events.previous_hash IS 'hash of the row before; 32 zero bytes in the first row.';

COMMENT ON COLUMN public.audit_events.hash IS 'SHA-256 after audit_hash().';

CREATE FUNCTION public.audit_hash(event public.audit_events) RETURNS bytea
    LANGUAGE sql STABLE
    RETURN sha256(convert_to((jsonb_build_array((event).tenant_id, (event).sequence, to_char(((event).at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'::text), (event).actor, (event).action, (event).object, (event).detail, encode((event).previous_hash, 'hex'::text)))::text, 'UTF8'::name));

COMMENT ON FUNCTION public.audit_hash(event public.audit_events) IS 'SHA-256 of the UTF-8 text of a jsonb array: tenant, sequence, time, actor, action, object, detail, previous hash.';

CREATE FUNCTION public.audit_verify(tenant uuid) RETURNS bigint
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT min(checked.expected) AS min
    FROM ( SELECT row_number() OVER chain AS expected,
             ((e.sequence = row_number() OVER chain) AND (e.hash = public.audit_hash(e.*)) AND (e.previous_hash = COALESCE(lag(e.hash) OVER chain, decode(repeat('00'::text, 32), 'hex'::text)))) AS holds
            FROM public.audit_events e
           WHERE (e.tenant_id = audit_verify.tenant)
           WINDOW chain AS (ORDER BY e.sequence)) checked
   WHERE (NOT checked.holds);
END;

COMMENT ON FUNCTION public.audit_verify(tenant uuid) IS 'Recomputes a tenant''s chain. NULL when it holds, else the first sequence that was changed or is missing.';

CREATE FUNCTION public.chain_audit_event() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    last audit_events;
BEGIN
    -- One writer of a tenant's chain at a time, until its transaction ends.
    PERFORM pg_advisory_xact_lock(hashtextextended('garrison.audit' || NEW.tenant_id::text, 0));
    SELECT *
    INTO last
    FROM audit_events
    WHERE tenant_id = NEW.tenant_id
    ORDER BY sequence DESC
    LIMIT 1;
    NEW.sequence := coalesce(last.sequence, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
    NEW.hash := audit_hash(NEW);
    RETURN NEW;
END
$$;

CREATE FUNCTION public.change_finding_status() RETURNS trigger
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

COMMENT ON FUNCTION public.change_finding_status() IS 'Behind UPDATE of endpoint_vulnerabilities. The endpoint''s score and status follow with the next scan.';

CREATE FUNCTION public.count_changed_targets() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    g record;
BEGIN
    FOR g IN
        SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, sum(d.n)::int AS n
        FROM (
            SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, 1 AS n FROM after_rows
            UNION ALL
            SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, -1 FROM before_rows
        ) AS d
        WHERE deployment_id IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6
        HAVING sum(d.n) <> 0
        ORDER BY 1, 2, 3, 4, 5, 6
    LOOP
        PERFORM add_deployment_count(g.tenant_id, g.deployment_id, g.ring, g.has_failed, g.state, g.has_changed, g.n);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.count_gone_targets() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    g record;
BEGIN
    FOR g IN
        SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, count(*)::int AS n
        FROM before_rows
        WHERE deployment_id IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6
        ORDER BY 1, 2, 3, 4, 5, 6
    LOOP
        -- Of a deployment, or a tenant, that goes as a whole there is no count left, and this changes nothing.
        PERFORM add_deployment_count(g.tenant_id, g.deployment_id, g.ring, g.has_failed, g.state, g.has_changed, -g.n);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.count_new_targets() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    g record;
BEGIN
    FOR g IN
        SELECT DISTINCT patch_id
        FROM after_rows
    LOOP
        IF NOT EXISTS (SELECT FROM patches WHERE id = g.patch_id) THEN
            RAISE foreign_key_violation USING MESSAGE = format('there is no patch %s', g.patch_id);
        END IF;
    END LOOP;
    FOR g IN
        SELECT tenant_id, deployment_id, ring, has_failed, state, has_changed, count(*)::int AS n
        FROM after_rows
        WHERE deployment_id IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6
        ORDER BY 1, 2, 3, 4, 5, 6
    LOOP
        IF NOT EXISTS (
            SELECT FROM deployment_counts
            WHERE tenant_id = g.tenant_id AND deployment_id = g.deployment_id AND ring = g.ring)
        THEN
            RAISE foreign_key_violation USING MESSAGE = format('deployment %s has no ring %s', g.deployment_id, g.ring);
        END IF;
        PERFORM add_deployment_count(g.tenant_id, g.deployment_id, g.ring, g.has_failed, g.state, g.has_changed, g.n);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.current_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid;

COMMENT ON FUNCTION public.current_tenant() IS 'The tenant of this transaction, set by set_config(''app.tenant_id'', …, true); NULL when none is.';

CREATE FUNCTION public.drop_months_before(parent regclass, day date) RETURNS integer
    LANGUAGE plpgsql
    AS $_$
DECLARE
    partition regclass;
    dropped int := 0;
BEGIN
    FOR partition IN
        SELECT i.inhrelid::regclass
        FROM pg_inherits AS i
        JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = parent
          AND c.relname ~ '_\d{4}_\d{2}$'
          AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= day
    LOOP
        EXECUTE format('DROP TABLE %s', partition);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$_$;

COMMENT ON FUNCTION public.drop_months_before(parent regclass, day date) IS 'Retention: drops the monthly partitions that lie wholly before a day. Run by the owner.';

CREATE FUNCTION public.folded_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN (octet_length(name) <> char_length(name)) THEN ''::text ELSE lower((regexp_replace(name, '[^A-Za-z0-9]+'::text, ''::text, 'g'::text) COLLATE "C")) END;

COMMENT ON FUNCTION public.folded_name(name text) IS 'Equal for all spellings that a registry takes for one package, and for some that it does not; empty for names beyond ASCII.';

CREATE FUNCTION public.forget_connector() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM connector_records WHERE tenant_id = OLD.tenant_id AND connector_id = OLD.id;
    DELETE FROM identity_keys WHERE tenant_id = OLD.tenant_id AND connector_id = OLD.id;
    DELETE FROM endpoint_sources WHERE tenant_id = OLD.tenant_id AND connector_id = OLD.id;
    RETURN OLD;
END
$$;

COMMENT ON FUNCTION public.forget_connector() IS 'What a source said goes with it.';

CREATE FUNCTION public.isolate_tenant(target regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY tenant_isolation ON %s
             USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)
             WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
        target);
END
$$;

COMMENT ON FUNCTION public.isolate_tenant(target regclass) IS 'For migrations: binds a table with a tenant_id to the tenant of the transaction, its owner included.';

CREATE FUNCTION public.leave_objects() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Of a tenant that is deleted all objects go (removed_tenants), and who may delete one may not write here.
    IF NOT EXISTS (SELECT FROM tenants WHERE id IN (SELECT tenant_id FROM gone)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO unused_objects (tenant_id, object_key, is_upload)
    SELECT tenant_id, object_key, false
    FROM gone
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.leave_objects() IS 'Notes the objects of rows that were deleted.';

CREATE FUNCTION public.lock_endpoints(tenant uuid) RETURNS void
    LANGUAGE sql
    AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('garrison.endpoints' || tenant::text, 0))
$$;

COMMENT ON FUNCTION public.lock_endpoints(tenant uuid) IS 'One writer of a tenant''s endpoints and findings at a time, until its transaction ends: imports, scans and people would else wait for each other''s rows.';

CREATE FUNCTION public.make_month_partition(parent regclass, month date) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    first_day timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    next_month timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    partition text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
    leftover text := format('%s_default', parent);
BEGIN
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN partition;
    END IF;
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, parent);
    -- Rows that came before their partition move into it; its owner is bound by row-level security.
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', leftover);
    EXECUTE format(
        'WITH moved AS (DELETE FROM %s WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %s SELECT * FROM moved',
        leftover, first_day, next_month, partition);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', leftover);
    EXECUTE format(
        'ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', parent, partition, first_day, next_month);
    PERFORM isolate_tenant(partition::regclass);
    RETURN partition;
END
$$;

COMMENT ON FUNCTION public.make_month_partition(parent regclass, month date) IS 'Makes the partition of a time-series table for the month of a day, unless there is one. Run by the owner, ahead of time.';

CREATE FUNCTION public.mark_finding_sets() RETURNS trigger
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

COMMENT ON FUNCTION public.mark_finding_sets() IS 'What endpoints that were deleted had is to be counted again.';

CREATE FUNCTION public.merge_finding_sets(tenant uuid, one uuid, other uuid) RETURNS uuid
    LANGUAGE plpgsql
    AS $_$
DECLARE
    merged uuid := uuid_v7();
    writable text;
BEGIN
    IF one IS NULL OR other IS NULL OR one = other THEN
        RETURN coalesce(one, other);
    END IF;
    SELECT string_agg(quote_ident(a.attname), ', ')
    INTO writable
    FROM pg_attribute AS a
    WHERE a.attrelid = 'findings'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND a.attname <> 'finding_set_id';
    INSERT INTO finding_sets (tenant_id, id, is_pending)
    VALUES (tenant, merged, true);
    -- A person's decision counts more than what a scan saw, and what is there more than what is gone.
    EXECUTE format(
        'INSERT INTO findings (finding_set_id, %1$s)
         SELECT $1, %1$s
         FROM (
             SELECT DISTINCT ON (vulnerability_id) *
             FROM findings
             WHERE tenant_id = $2 AND finding_set_id IN ($3, $4)
             ORDER BY vulnerability_id, array_position(ARRAY[''exception'', ''in_progress'', ''open''], status),
                 finding_set_id = $3 DESC
         ) AS chosen', writable)
    USING merged, tenant, one, other;
    UPDATE findings AS f
    SET detected_at = b.detected_at, history = b.history
    FROM (
        SELECT
            p.vulnerability_id,
            min(p.detected_at) AS detected_at,
            (
                SELECT json_agg(h.change ORDER BY (h.change ->> 'at')::double precision)
                FROM findings AS q
                CROSS JOIN LATERAL json_array_elements(q.history) AS h (change)
                WHERE q.tenant_id = tenant AND q.finding_set_id IN (one, other)
                  AND q.vulnerability_id = p.vulnerability_id
            ) AS history
        FROM findings AS p
        WHERE p.tenant_id = tenant AND p.finding_set_id IN (one, other)
        GROUP BY p.vulnerability_id
        HAVING count(*) = 2
    ) AS b
    WHERE f.tenant_id = tenant AND f.finding_set_id = merged AND f.vulnerability_id = b.vulnerability_id
      AND b.history IS NOT NULL;
    RETURN merged;
END
$_$;

COMMENT ON FUNCTION public.merge_finding_sets(tenant uuid, one uuid, other uuid) IS 'A set with the findings of two, each with the history of both; the two stay as they are.';

CREATE FUNCTION public.move_endpoint_rows(tenant uuid, origin uuid, target uuid) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
DECLARE
    item record;
    content jsonb;
    moved jsonb;
    kept jsonb;
    result jsonb := '[]';
BEGIN
    FOR item IN
        SELECT
            k.conrelid::regclass AS name,
            reference.attname AS reference,
            (
                SELECT string_agg(format('%L, t.%I', a.attname, a.attname), ', ')
                FROM pg_index AS i
                JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                WHERE i.indrelid = k.conrelid AND i.indisprimary
            ) AS key,
            (
                SELECT string_agg(format('t.%1$I = r.%1$I', a.attname), ' AND ')
                FROM pg_index AS i
                JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                WHERE i.indrelid = k.conrelid AND i.indisprimary
            ) AS same_key
        FROM pg_constraint AS k
        JOIN pg_class AS c ON c.oid = k.conrelid AND NOT c.relispartition
        JOIN pg_attribute AS reference
            ON reference.attrelid = k.conrelid AND reference.attnum = ANY (k.conkey)
            AND reference.attname <> 'tenant_id'
        WHERE k.contype = 'f' AND k.confrelid = 'endpoints'::regclass
        ORDER BY k.conrelid::regclass::text, k.conname
    LOOP
        kept := '[]';
        BEGIN
            EXECUTE format(
                'WITH moved AS (UPDATE %1$s AS t SET %2$I = $3 WHERE t.tenant_id = $1 AND t.%2$I = $2
                     RETURNING jsonb_build_object(%3$s) AS key)
                 SELECT coalesce(jsonb_agg(key), ''[]'') FROM moved',
                item.name, item.reference, item.key)
            INTO moved
            USING tenant, origin, target;
        EXCEPTION
            WHEN unique_violation THEN
                -- The target has some of them already: its own stay, and the others are told in the result.
                moved := '[]';
                FOR content IN
                    EXECUTE format(
                        'SELECT to_jsonb(t) FROM %s AS t WHERE t.tenant_id = $1 AND t.%I = $2',
                        item.name, item.reference)
                    USING tenant, origin
                LOOP
                    BEGIN
                        EXECUTE format(
                            'WITH moved AS (UPDATE %1$s AS t SET %2$I = $1
                                 FROM jsonb_populate_record(NULL::%1$s, $2) AS r WHERE %4$s
                                 RETURNING jsonb_build_object(%3$s) AS key)
                             SELECT $3 || coalesce(jsonb_agg(key), ''[]'') FROM moved',
                            item.name, item.reference, item.key, item.same_key)
                        INTO moved
                        USING target, content, moved;
                    EXCEPTION
                        WHEN unique_violation THEN
                            kept := kept || jsonb_build_array(content);
                    END;
                END LOOP;
        END;
        IF moved <> '[]' OR kept <> '[]' THEN
            result := result || jsonb_build_object(
                'table', item.name::text, 'column', item.reference, 'same_key', item.same_key, 'moved', moved,
                'kept', kept);
        END IF;
    END LOOP;
    RETURN result;
END
$_$;

COMMENT ON FUNCTION public.move_endpoint_rows(tenant uuid, origin uuid, target uuid) IS 'Hands all rows that refer to one endpoint to another, whatever their table. Returns the keys of those that were moved, and whole those that the target had already: they go with the origin.';

CREATE FUNCTION public.own_finding_set(tenant uuid, endpoint uuid) RETURNS uuid
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

COMMENT ON FUNCTION public.own_finding_set(tenant uuid, endpoint uuid) IS 'The finding set of an endpoint, copied first when others share it. Under lock_endpoints().';

CREATE FUNCTION public.refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- A tenant that goes takes its trail with it: by then its own row is gone.
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM tenants WHERE id = OLD.tenant_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION public.refuse_finding_write() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% of endpoint_vulnerabilities is refused', TG_OP
        USING ERRCODE = 'feature_not_supported',
              HINT = 'Scans make findings and end them; to set one aside, update its status to exception.';
END
$$;

CREATE FUNCTION public.remove_edr_devices() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Of a tenant that is deleted all devices go with it, and who may delete one may not touch them.
    IF NOT EXISTS (SELECT FROM tenants WHERE id IN (SELECT tenant_id FROM gone)) THEN
        RETURN NULL;
    END IF;
    DELETE FROM edr_devices AS d
    USING (SELECT DISTINCT tenant_id, device_id FROM gone) AS g
    WHERE d.tenant_id = g.tenant_id AND d.id = g.device_id AND NOT EXISTS (
        SELECT FROM edr_device_sources AS s WHERE s.tenant_id = g.tenant_id AND s.device_id = g.device_id);
    RETURN NULL;
END
$$;

CREATE FUNCTION public.return_endpoint_rows(tenant uuid, origin uuid, target uuid, moves jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $_$
DECLARE
    item record;
    writable text;
BEGIN
    FOR item IN
        SELECT *
        FROM jsonb_to_recordset(moves) AS m ("table" text, "column" text, same_key text, moved jsonb, kept jsonb)
        WHERE to_regclass(m."table") IS NOT NULL
    LOOP
        EXECUTE format(
            'UPDATE %1$s AS t SET %2$I = $2 FROM jsonb_populate_recordset(NULL::%1$s, $4) AS r
             WHERE t.tenant_id = $1 AND t.%2$I = $3 AND %3$s',
            item."table"::regclass, item."column", item.same_key)
        USING tenant, origin, target, item.moved;
        SELECT string_agg(quote_ident(a.attname), ', ')
        INTO writable
        FROM pg_attribute AS a
        WHERE a.attrelid = item."table"::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
        EXECUTE format(
            'INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_recordset(NULL::%1$s, $1) ON CONFLICT DO NOTHING',
            item."table"::regclass, writable)
        USING item.kept;
    END LOOP;
END
$_$;

COMMENT ON FUNCTION public.return_endpoint_rows(tenant uuid, origin uuid, target uuid, moves jsonb) IS 'Takes back what move_endpoint_rows() did, as far as the rows are still there and still the target''s.';

CREATE FUNCTION public.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.set_updated_at() IS 'Row trigger that keeps updated_at.';

CREATE FUNCTION public.uuid_v7() RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    RETURN (encode(set_bit(set_bit(OVERLAY(uuid_send(gen_random_uuid()) PLACING SUBSTRING(int8send(((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric))::bigint) FROM 3) FROM 1 FOR 6), (52)::bigint, 1), (53)::bigint, 1), 'hex'::text))::uuid;

COMMENT ON FUNCTION public.uuid_v7() IS 'A new UUIDv7 (RFC 9562): sorts by creation time to the millisecond.';

CREATE TABLE public.advisories (
    id bigint NOT NULL,
    source text NOT NULL,
    advisory_id text NOT NULL,
    title text,
    details text,
    severity text,
    published timestamp with time zone,
    modified timestamp with time zone,
    withdrawn timestamp with time zone,
    vulnerabilities text[] NOT NULL,
    vectors text[],
    links text[],
    content_hash uuid,
    feed text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    applicability text,
    CONSTRAINT advisories_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text])))
);

COMMENT ON TABLE public.advisories IS 'One record of one source about which versions of which packages are affected.';

COMMENT ON COLUMN public.advisories.vulnerabilities IS 'CVE ids where it has any, else its own id.';

COMMENT ON COLUMN public.advisories.content_hash IS '128 bits over the record and its packages: an unchanged record is not written again.';

COMMENT ON COLUMN public.advisories.feed IS 'The feed that it came with: intelligence_sources has its licence and date.';

COMMENT ON COLUMN public.advisories.applicability IS 'NVD''s configurations (CPE names, version ranges, what they run on), a line each; NULL where there are none.';

ALTER TABLE public.advisories ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.advisories_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.advisory_packages (
    id bigint NOT NULL,
    advisory_id bigint NOT NULL,
    ecosystem text NOT NULL,
    name text NOT NULL,
    introduced text,
    fixed text,
    last_affected text,
    versions text[],
    state text DEFAULT 'affected'::text NOT NULL,
    note text,
    urgency text,
    CONSTRAINT advisory_packages_state_check CHECK ((state = ANY (ARRAY['affected'::text, 'not_affected'::text, 'no_advisory'::text, 'postponed'::text, 'ignored'::text, 'end_of_life'::text, 'undetermined'::text])))
);

COMMENT ON TABLE public.advisory_packages IS 'A package of an ecosystem and one range of affected versions; several ranges are several rows.';

COMMENT ON COLUMN public.advisory_packages.ecosystem IS 'Family and release, debian:12, or a registry, npm.';

COMMENT ON COLUMN public.advisory_packages.name IS 'The source package where the ecosystem''s advisories are by source.';

COMMENT ON COLUMN public.advisory_packages.versions IS 'Affected versions listed one by one, besides the range.';

ALTER TABLE public.advisory_packages ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.advisory_packages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.advisory_products (
    advisory_id bigint NOT NULL,
    product text NOT NULL,
    introduced text NOT NULL,
    fixed text NOT NULL
);

COMMENT ON TABLE public.advisory_products IS 'In which versions of applications something is fixed, taken out of advisories.applicability.';

COMMENT ON COLUMN public.advisory_products.product IS 'As findings name it: a:google:chrome.';

COMMENT ON COLUMN public.advisory_products.introduced IS 'The first affected version; empty for all before.';

CREATE TABLE public.agent_enrolments (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    uses_left integer NOT NULL,
    may_replace boolean DEFAULT false NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT agent_enrolments_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT agent_enrolments_uses_left_check CHECK ((uses_left >= 0))
);

ALTER TABLE ONLY public.agent_enrolments FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.agent_enrolments IS 'One-time tokens by which agents are enrolled.';

COMMENT ON COLUMN public.agent_enrolments.token_hash IS 'SHA-256 of the token; the token itself is stored nowhere.';

COMMENT ON COLUMN public.agent_enrolments.uses_left IS 'How many more agents it enrols.';

COMMENT ON COLUMN public.agent_enrolments.may_replace IS 'An agent that it enrols takes the place of the one that its machine has.';

CREATE TABLE public.agent_inventories (
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    digest text NOT NULL,
    document text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.agent_inventories FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.agent_inventories IS 'The inventory that an agent reported last, to take its changes on.';

COMMENT ON COLUMN public.agent_inventories.document IS 'JSON; PostgreSQL compresses it.';

CREATE TABLE public.agent_tasks (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    agent_id uuid NOT NULL,
    kind text NOT NULL,
    arguments jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    message text,
    requested_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    delivered_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT agent_tasks_arguments_check CHECK ((jsonb_typeof(arguments) = 'object'::text)),
    CONSTRAINT agent_tasks_kind_check CHECK ((kind <> ''::text)),
    CONSTRAINT agent_tasks_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'completed'::text, 'failed'::text, 'unknown'::text])))
);

ALTER TABLE ONLY public.agent_tasks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.agent_tasks IS 'Something that one agent is asked to do. It is handed out until its result is here; the agent does it once.';

COMMENT ON COLUMN public.agent_tasks.arguments IS 'Texts by name, as the kind takes them.';

COMMENT ON COLUMN public.agent_tasks.message IS 'What came of it, as a sentence.';

CREATE TABLE public.agents (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    public_key bytea NOT NULL,
    enrolment_id uuid NOT NULL,
    device_id text NOT NULL,
    hostname text NOT NULL,
    version text NOT NULL,
    facts jsonb NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    reason text,
    sequence bigint DEFAULT 0 NOT NULL,
    instance uuid,
    retired_instances uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    is_isolated boolean DEFAULT false NOT NULL,
    queued integer DEFAULT 0 NOT NULL,
    dropped bigint DEFAULT 0 NOT NULL,
    enrolled_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone,
    inventory_at timestamp with time zone,
    revoked_at timestamp with time zone,
    patch_tools text[],
    CONSTRAINT agents_check CHECK (((state = 'revoked'::text) = (revoked_at IS NOT NULL))),
    CONSTRAINT agents_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
    CONSTRAINT agents_public_key_check CHECK ((octet_length(public_key) = 32)),
    CONSTRAINT agents_state_check CHECK ((state = ANY (ARRAY['active'::text, 'quarantined'::text, 'revoked'::text])))
);

ALTER TABLE ONLY public.agents FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.agents IS 'An agent on one machine.';

COMMENT ON COLUMN public.agents.public_key IS 'Ed25519: its requests are signed with the other half, which the machine keeps.';

COMMENT ON COLUMN public.agents.device_id IS 'The device id of its inventories.';

COMMENT ON COLUMN public.agents.facts IS 'What it said of its machine when it was enrolled or last accepted: a machine that says otherwise is another one.';

COMMENT ON COLUMN public.agents.reason IS 'Why it is quarantined, as a sentence.';

COMMENT ON COLUMN public.agents.sequence IS 'Of the last request that was let in; one with no higher number was sent before.';

COMMENT ON COLUMN public.agents.instance IS 'The process that was heard last; one that comes back after another was heard is a copy.';

COMMENT ON COLUMN public.agents.retired_instances IS 'Processes before that, the last one first.';

COMMENT ON COLUMN public.agents.queued IS 'Reports that wait on its disk.';

COMMENT ON COLUMN public.agents.dropped IS 'Reports that it dropped because its disk''s share was full.';

COMMENT ON COLUMN public.agents.patch_tools IS 'What it installs packages with, as it said last; null for one that knows nothing of patches.';

CREATE TABLE public.alerts (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    connector_id uuid NOT NULL,
    source_id text NOT NULL COLLATE pg_catalog."C",
    device_id text COLLATE pg_catalog."C",
    endpoint_id uuid,
    incident_id uuid,
    title text NOT NULL,
    details text,
    severity text NOT NULL,
    status text NOT NULL,
    handled_status text,
    verdict text,
    techniques jsonb DEFAULT '[]'::jsonb NOT NULL,
    category text,
    threat text,
    sha256 text,
    file_path text,
    command_line text,
    user_name text,
    product text,
    assignee text,
    link text,
    detected_at timestamp with time zone NOT NULL,
    modified_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT alerts_severity_check CHECK ((severity = ANY (ARRAY['informational'::text, 'low'::text, 'medium'::text, 'high'::text, 'critical'::text]))),
    CONSTRAINT alerts_status_check CHECK ((status = ANY (ARRAY['new'::text, 'in_progress'::text, 'resolved'::text, 'unknown'::text]))),
    CONSTRAINT alerts_techniques_check CHECK ((jsonb_typeof(techniques) = 'array'::text))
);

ALTER TABLE ONLY public.alerts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.alerts IS 'What a source raised an alarm about, as it says now; written with the page that it came in.';

COMMENT ON COLUMN public.alerts.source_id IS 'The source''s id of the alert.';

COMMENT ON COLUMN public.alerts.device_id IS 'The source''s id of the device.';

COMMENT ON COLUMN public.alerts.endpoint_id IS 'Null while the device is unknown or in doubt: the alert waits.';

COMMENT ON COLUMN public.alerts.incident_id IS 'Null while it waits to be put into one.';

COMMENT ON COLUMN public.alerts.handled_status IS 'The status that its incident has followed.';

CREATE TABLE public.compliance_audits (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    endpoint_id uuid NOT NULL,
    framework text NOT NULL,
    check_name text NOT NULL,
    compliance_status boolean NOT NULL,
    evidence text,
    remediation text,
    audit_date timestamp with time zone DEFAULT now() NOT NULL,
    next_audit timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.compliance_audits FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.compliance_audits IS 'The current result of each check on each endpoint.';

COMMENT ON COLUMN public.compliance_audits.compliance_status IS 'True: the check passes.';

CREATE TABLE public.connector_checkpoints (
    tenant_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    stream text NOT NULL,
    checkpoint jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT connector_checkpoints_stream_check CHECK ((stream = ANY (ARRAY['devices'::text, 'software'::text, 'vulnerabilities'::text, 'alerts'::text, 'compliance'::text])))
);

ALTER TABLE ONLY public.connector_checkpoints FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.connector_checkpoints IS 'How far a stream of a connector was read; written in the transaction that writes what was read up to it.';

CREATE TABLE public.connector_quarantine (
    tenant_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    stream text NOT NULL,
    record_hash bytea NOT NULL,
    source_id text,
    field text NOT NULL,
    reason text NOT NULL,
    record text NOT NULL,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT connector_quarantine_stream_check CHECK ((stream = ANY (ARRAY['devices'::text, 'software'::text, 'vulnerabilities'::text, 'alerts'::text, 'compliance'::text])))
);

ALTER TABLE ONLY public.connector_quarantine FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.connector_quarantine IS 'Records of a vendor that could not be understood, as they came.';

COMMENT ON COLUMN public.connector_quarantine.record_hash IS 'SHA-256 of the record: it is kept once, however often it comes.';

COMMENT ON COLUMN public.connector_quarantine.field IS 'The field at fault as a path; empty for the record itself.';

COMMENT ON COLUMN public.connector_quarantine.reason IS 'What is wrong with it.';

CREATE TABLE public.connector_records (
    tenant_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    stream text NOT NULL,
    source_id text NOT NULL COLLATE pg_catalog."C",
    device_id text COLLATE pg_catalog."C",
    run bigint NOT NULL,
    report jsonb NOT NULL,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    report_hash uuid,
    title_id bigint,
    CONSTRAINT connector_records_stream_check CHECK ((stream = ANY (ARRAY['devices'::text, 'software'::text, 'vulnerabilities'::text, 'alerts'::text, 'compliance'::text])))
);

ALTER TABLE ONLY public.connector_records FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.connector_records IS 'What a vendor says now of one thing, in our terms.';

COMMENT ON COLUMN public.connector_records.source_id IS 'The vendor''s id of it.';

COMMENT ON COLUMN public.connector_records.device_id IS 'The vendor''s id of the device that it is about, if any.';

COMMENT ON COLUMN public.connector_records.run IS 'The reading that saw it last; after a complete one, what has a lower number is gone.';

COMMENT ON COLUMN public.connector_records.changed_at IS 'When the report last differed from the one before.';

COMMENT ON COLUMN public.connector_records.report_hash IS '128 bits of SHA-256 over the report: what comes again as it was is not written again.';

COMMENT ON COLUMN public.connector_records.title_id IS 'Of software: its row of software_titles, which are never removed.';

CREATE TABLE public.connector_streams (
    tenant_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    stream text NOT NULL,
    began_at timestamp with time zone DEFAULT now() NOT NULL,
    is_full boolean DEFAULT true NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    duration_seconds double precision,
    records bigint DEFAULT 0 NOT NULL,
    quarantined bigint DEFAULT 0 NOT NULL,
    current_to timestamp with time zone,
    full_finished_at timestamp with time zone,
    full_requested_at timestamp with time zone,
    error text,
    CONSTRAINT connector_streams_stream_check CHECK ((stream = ANY (ARRAY['devices'::text, 'software'::text, 'vulnerabilities'::text, 'alerts'::text, 'compliance'::text])))
);

ALTER TABLE ONLY public.connector_streams FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.connector_streams IS 'How reading each kind of record of a connector went last.';

COMMENT ON COLUMN public.connector_streams.began_at IS 'When the present or last run began, which several syncs may have a part in.';

COMMENT ON COLUMN public.connector_streams.is_full IS 'Whether that run reads everything.';

COMMENT ON COLUMN public.connector_streams.started_at IS 'When the last sync came to it.';

COMMENT ON COLUMN public.connector_streams.finished_at IS 'When the last sync was done with it.';

COMMENT ON COLUMN public.connector_streams.records IS 'What the last sync read.';

COMMENT ON COLUMN public.connector_streams.current_to IS 'All that changed before this moment is known.';

COMMENT ON COLUMN public.connector_streams.full_finished_at IS 'When everything was last read to the end.';

COMMENT ON COLUMN public.connector_streams.full_requested_at IS 'When a person asked for everything to be read; null when that was done.';

COMMENT ON COLUMN public.connector_streams.error IS 'Why the last sync could not read it, as a sentence.';

CREATE TABLE public.connectors (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    secrets bytea NOT NULL,
    synced_at timestamp with time zone,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    is_implicit boolean DEFAULT false NOT NULL,
    interval_seconds integer DEFAULT 900 NOT NULL,
    full_interval_seconds integer DEFAULT 86400 NOT NULL,
    is_paused boolean DEFAULT false NOT NULL,
    next_sync_at timestamp with time zone DEFAULT (now() + (random() * '00:05:00'::interval)) NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    duration_seconds double precision,
    attempts bigint DEFAULT 0 NOT NULL,
    locked_by text,
    locked_until timestamp with time zone,
    CONSTRAINT connectors_full_interval_seconds_check CHECK (((full_interval_seconds >= 3600) AND (full_interval_seconds <= 31536000))),
    CONSTRAINT connectors_interval_seconds_check CHECK (((interval_seconds >= 30) AND (interval_seconds <= 604800))),
    CONSTRAINT connectors_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT connectors_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text))
);

ALTER TABLE ONLY public.connectors FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.connectors IS 'A source of devices: an account at a security vendor that is read for the tenant, or an implicit one for what comes unasked.';

COMMENT ON COLUMN public.connectors.kind IS 'The vendor: crowdstrike, …; of implicit ones inventory, agent, …';

COMMENT ON COLUMN public.connectors.settings IS 'What is entered for it and is no secret, by name.';

COMMENT ON COLUMN public.connectors.secrets IS 'Its secrets by name as JSON, sealed under a key that is not in the database.';

COMMENT ON COLUMN public.connectors.synced_at IS 'When all of it was last read to the end.';

COMMENT ON COLUMN public.connectors.last_error IS 'Why the last sync stopped, as a sentence; null when it did not.';

COMMENT ON COLUMN public.connectors.is_implicit IS 'Made on demand: it is not pulled and has no secrets.';

COMMENT ON COLUMN public.connectors.interval_seconds IS 'How often what changed is read.';

COMMENT ON COLUMN public.connectors.full_interval_seconds IS 'How often everything is read, which tells what has disappeared.';

COMMENT ON COLUMN public.connectors.is_paused IS 'Read by nobody until it is resumed.';

COMMENT ON COLUMN public.connectors.next_sync_at IS 'When it is due; drawn at random around the interval, so that many are not read at once.';

COMMENT ON COLUMN public.connectors.failures IS 'Syncs in a row that stopped; each doubles the wait, up to six hours.';

COMMENT ON COLUMN public.connectors.started_at IS 'When the last sync began.';

COMMENT ON COLUMN public.connectors.duration_seconds IS 'How long the last sync took that ended.';

COMMENT ON COLUMN public.connectors.attempts IS 'Counts leases: tells one worker''s from a later one''s.';

COMMENT ON COLUMN public.connectors.locked_until IS 'The lease of the worker that reads it; after it another one goes on.';

CREATE TABLE public.deployment_approvals (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    person_id uuid NOT NULL,
    person text NOT NULL,
    agrees boolean NOT NULL,
    revision integer NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.deployment_approvals FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.deployment_approvals IS 'What people have said of a deployment that needs approval; of each person the last word counts.';

CREATE TABLE public.deployment_counts (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    ring integer NOT NULL,
    has_failed boolean NOT NULL,
    waiting integer DEFAULT 0 NOT NULL,
    offered integer DEFAULT 0 NOT NULL,
    downloading integer DEFAULT 0 NOT NULL,
    installing integer DEFAULT 0 NOT NULL,
    rebooting integer DEFAULT 0 NOT NULL,
    verifying integer DEFAULT 0 NOT NULL,
    deployed integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    rollback_waiting integer DEFAULT 0 NOT NULL,
    rolling_back integer DEFAULT 0 NOT NULL,
    rolled_back integer DEFAULT 0 NOT NULL,
    rollback_failed integer DEFAULT 0 NOT NULL,
    cancelled integer DEFAULT 0 NOT NULL,
    expired integer DEFAULT 0 NOT NULL,
    unknown integer DEFAULT 0 NOT NULL,
    lost integer DEFAULT 0 NOT NULL,
    to_roll_back integer DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE ONLY public.deployment_counts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.deployment_counts IS 'How many targets of a ring have which state, those that have ever failed apart.';

COMMENT ON COLUMN public.deployment_counts.to_roll_back IS 'Of which a rollback would have something to take away.';

CREATE TABLE public.deployment_rings (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    ring integer NOT NULL,
    name text NOT NULL,
    opened_at timestamp with time zone,
    runs_from timestamp with time zone
);

ALTER TABLE ONLY public.deployment_rings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.deployment_rings IS 'A part of a deployment that is patched before the next.';

COMMENT ON COLUMN public.deployment_rings.runs_from IS 'When it was opened, or the deployment went on after a hold: its endpoints have their time to come from then.';

CREATE TABLE public.deployment_transitions (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    target_id uuid,
    attempt integer,
    from_status text,
    to_status text NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor text DEFAULT ''::text NOT NULL,
    reason text,
    CONSTRAINT deployment_transitions_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'endpoint'::text, 'gate'::text, 'server'::text])))
);

ALTER TABLE ONLY public.deployment_transitions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.deployment_transitions IS 'Every step of a deployment and of its targets: when, who and why.';

COMMENT ON COLUMN public.deployment_transitions.target_id IS 'The row of patch_deployments; null for a step of the deployment itself.';

COMMENT ON COLUMN public.deployment_transitions.at IS 'The server''s time.';

COMMENT ON COLUMN public.deployment_transitions.reason IS 'As a sentence.';

CREATE TABLE public.deployments (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    patch_id uuid NOT NULL,
    plan jsonb NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    status text NOT NULL,
    ring integer DEFAULT '-1'::integer NOT NULL,
    ring_count integer NOT NULL,
    soaking_since timestamp with time zone,
    held text,
    forgiven jsonb,
    gate jsonb,
    endpoints integer DEFAULT 0 NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    requested_by text NOT NULL,
    requester_id uuid,
    idempotency_key text,
    request_hash bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    watched_until timestamp with time zone,
    watched_incidents integer DEFAULT 0 NOT NULL,
    watched_alerts integer DEFAULT 0 NOT NULL,
    CONSTRAINT deployments_plan_check CHECK ((jsonb_typeof(plan) = 'object'::text)),
    CONSTRAINT deployments_ring_count_check CHECK ((ring_count > 0)),
    CONSTRAINT deployments_status_check CHECK ((status = ANY (ARRAY['awaiting_approval'::text, 'rejected'::text, 'scheduled'::text, 'running'::text, 'soaking'::text, 'paused'::text, 'halted'::text, 'aborting'::text, 'aborted'::text, 'rolling_back'::text, 'rolled_back'::text, 'rolled_back_with_failures'::text, 'completed'::text, 'completed_with_failures'::text])))
);

ALTER TABLE ONLY public.deployments FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.deployments IS 'A patch that is brought to many endpoints, ring after ring; its targets are rows of patch_deployments.';

COMMENT ON COLUMN public.deployments.plan IS 'As whoever asked for it wrote it, with every standard filled in.';

COMMENT ON COLUMN public.deployments.revision IS 'Of the plan: an approval counts for the one that was read.';

COMMENT ON COLUMN public.deployments.ring IS 'The newest ring that is open; -1 before the first.';

COMMENT ON COLUMN public.deployments.held IS 'Where it goes on after a pause or a halt.';

COMMENT ON COLUMN public.deployments.forgiven IS 'What a person has seen of its gate and gone on nevertheless.';

COMMENT ON COLUMN public.deployments.gate IS 'What its gate said and had seen when it was last looked at.';

COMMENT ON COLUMN public.deployments.requester_id IS 'The person; the token where nobody knows whose it is.';

COMMENT ON COLUMN public.deployments.request_hash IS 'SHA-256 of what came with the idempotency key.';

COMMENT ON COLUMN public.deployments.changed_at IS 'Of the last change of its state, for lists.';

COMMENT ON COLUMN public.deployments.watched_until IS 'Incidents and alerts that were stored before are counted; later ones are counted at each look.';

CREATE TABLE public.device_actions (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    decision_id uuid NOT NULL,
    connector_id uuid,
    source text NOT NULL,
    source_kind text NOT NULL,
    device_id text COLLATE pg_catalog."C",
    endpoint_id uuid,
    incident_id uuid,
    alert_id uuid,
    kind text NOT NULL,
    delivery text NOT NULL,
    request jsonb NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    receipt jsonb,
    message text,
    transitions jsonb DEFAULT '[]'::jsonb NOT NULL,
    requested_by text NOT NULL,
    user_id uuid,
    token_id uuid,
    attempts integer DEFAULT 0 NOT NULL,
    checks integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT now(),
    deadline_at timestamp with time zone DEFAULT (now() + '1 day'::interval) NOT NULL,
    locked_by text,
    locked_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT device_actions_delivery_check CHECK ((delivery = ANY (ARRAY['sent'::text, 'fetched'::text]))),
    CONSTRAINT device_actions_kind_check CHECK ((kind <> ''::text)),
    CONSTRAINT device_actions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sending'::text, 'in_progress'::text, 'completed'::text, 'failed'::text, 'unknown'::text]))),
    CONSTRAINT device_actions_transitions_check CHECK ((jsonb_typeof(transitions) = 'array'::text))
);

ALTER TABLE ONLY public.device_actions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.device_actions IS 'Something that a source was asked to do to a device or an alert. It is sent at most once.';

COMMENT ON COLUMN public.device_actions.decision_id IS 'What was decided; one decision goes to each source that knows the machine.';

COMMENT ON COLUMN public.device_actions.source IS 'The connector''s name at that time; it stays when the connector goes.';

COMMENT ON COLUMN public.device_actions.device_id IS 'The source''s id of the device; null where it is about an alert alone.';

COMMENT ON COLUMN public.device_actions.endpoint_id IS 'The endpoint that it was decided for.';

COMMENT ON COLUMN public.device_actions.delivery IS 'sent: a worker asks the vendor. fetched: the device comes for it.';

COMMENT ON COLUMN public.device_actions.request IS 'What is asked for, as the connector takes it.';

COMMENT ON COLUMN public.device_actions.receipt IS 'What the vendor gave for asking after it.';

COMMENT ON COLUMN public.device_actions.message IS 'What came of it, as a sentence.';

COMMENT ON COLUMN public.device_actions.transitions IS 'Each status it came to: {status, at, message}.';

COMMENT ON COLUMN public.device_actions.attempts IS 'Counts workers that took it: tells one''s lease from a later one''s.';

COMMENT ON COLUMN public.device_actions.checks IS 'How often the vendor was asked how it stands.';

COMMENT ON COLUMN public.device_actions.next_at IS 'When to send it, or to ask how it stands; null when nobody will by itself.';

COMMENT ON COLUMN public.device_actions.deadline_at IS 'Until when it may be sent and is asked after.';

COMMENT ON COLUMN public.device_actions.locked_until IS 'The lease of the worker that sends it; after it, whether it was sent is unknown.';

CREATE TABLE public.edr_actions (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    user_id uuid NOT NULL,
    action_type text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    result_message text,
    initiated_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT edr_actions_action_type_check CHECK ((action_type = ANY (ARRAY['isolate'::text, 'unisolate'::text, 'scan'::text, 'resolve_alert'::text]))),
    CONSTRAINT edr_actions_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'in_progress'::text, 'completed'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.edr_actions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edr_actions IS 'What a person had done to a device through Microsoft.';

COMMENT ON COLUMN public.edr_actions.id IS 'Garrison''s id of the action.';

COMMENT ON COLUMN public.edr_actions.tenant_id IS 'Tenant of device and user.';

COMMENT ON COLUMN public.edr_actions.device_id IS 'The device; its actions go with it.';

COMMENT ON COLUMN public.edr_actions.user_id IS 'Who asked; a user who has actions cannot be deleted, so that the trail stays.';

COMMENT ON COLUMN public.edr_actions.action_type IS 'isolate, unisolate, scan or resolve_alert.';

COMMENT ON COLUMN public.edr_actions.status IS 'pending, in_progress, completed or failed.';

COMMENT ON COLUMN public.edr_actions.result_message IS 'What Microsoft answered.';

COMMENT ON COLUMN public.edr_actions.initiated_at IS 'When it was asked for.';

COMMENT ON COLUMN public.edr_actions.completed_at IS 'When it ended, either way.';

COMMENT ON COLUMN public.edr_actions.created_at IS 'When Garrison stored it.';

CREATE TABLE public.edr_alerts (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    microsoft_alert_id text NOT NULL,
    threat_type text,
    threat_name text,
    severity text,
    status text,
    description text,
    detected_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.edr_alerts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edr_alerts IS 'An alert that Defender raised on a device.';

COMMENT ON COLUMN public.edr_alerts.id IS 'Garrison''s id of the alert.';

COMMENT ON COLUMN public.edr_alerts.tenant_id IS 'Whose alert it is.';

COMMENT ON COLUMN public.edr_alerts.device_id IS 'The device; its alerts go with it.';

COMMENT ON COLUMN public.edr_alerts.microsoft_alert_id IS 'Defender''s alert id; unique in the tenant.';

COMMENT ON COLUMN public.edr_alerts.threat_type IS 'Category: Malware, Ransomware, SuspiciousActivity, …';

COMMENT ON COLUMN public.edr_alerts.threat_name IS 'Name of the threat family, where there is one.';

COMMENT ON COLUMN public.edr_alerts.severity IS 'As Microsoft writes it: Informational, Low, Medium, High.';

COMMENT ON COLUMN public.edr_alerts.status IS 'As Microsoft writes it: New, InProgress, Resolved.';

COMMENT ON COLUMN public.edr_alerts.description IS 'Microsoft''s text.';

COMMENT ON COLUMN public.edr_alerts.detected_at IS 'When Defender detected it.';

COMMENT ON COLUMN public.edr_alerts.created_at IS 'When Garrison first stored it.';

COMMENT ON COLUMN public.edr_alerts.updated_at IS 'When Garrison last changed it.';

CREATE TABLE public.edr_compliance (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    device_id uuid NOT NULL,
    compliance_state text,
    security_baseline_status text,
    failed_rules jsonb DEFAULT '[]'::jsonb NOT NULL,
    required_apps_status jsonb DEFAULT '{}'::jsonb NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.edr_compliance FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edr_compliance IS 'Intune''s latest verdict on a device.';

COMMENT ON COLUMN public.edr_compliance.id IS 'Garrison''s id of the row.';

COMMENT ON COLUMN public.edr_compliance.tenant_id IS 'Tenant of the device.';

COMMENT ON COLUMN public.edr_compliance.device_id IS 'The device; one row each, and it goes with it.';

COMMENT ON COLUMN public.edr_compliance.compliance_state IS 'compliant, noncompliant, inGracePeriod, unknown, …';

COMMENT ON COLUMN public.edr_compliance.security_baseline_status IS 'State of the assigned security baseline.';

COMMENT ON COLUMN public.edr_compliance.failed_rules IS 'The policy rules that failed, as an array.';

COMMENT ON COLUMN public.edr_compliance.required_apps_status IS 'State of each required application.';

COMMENT ON COLUMN public.edr_compliance.checked_at IS 'When Intune evaluated it.';

COMMENT ON COLUMN public.edr_compliance.created_at IS 'When Garrison first stored it.';

COMMENT ON COLUMN public.edr_compliance.updated_at IS 'When Garrison last changed it.';

CREATE TABLE public.edr_device_sources (
    tenant_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    source_id text NOT NULL COLLATE pg_catalog."C",
    device_id uuid NOT NULL,
    directory_id text COLLATE pg_catalog."C",
    is_defender boolean NOT NULL
);

ALTER TABLE ONLY public.edr_device_sources FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edr_device_sources IS 'Which row of edr_devices a device of a Microsoft account is.';

COMMENT ON COLUMN public.edr_device_sources.source_id IS 'Defender''s or Intune''s id.';

COMMENT ON COLUMN public.edr_device_sources.directory_id IS 'The machine''s id in Entra, by which the two find each other.';

COMMENT ON COLUMN public.edr_device_sources.is_defender IS 'Whether Defender or Intune says so.';

CREATE TABLE public.edr_device_vulnerabilities (
    device_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    detected_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.edr_device_vulnerabilities FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edr_device_vulnerabilities IS 'Which device has which vulnerability.';

COMMENT ON COLUMN public.edr_device_vulnerabilities.device_id IS 'The device; the row goes with it.';

COMMENT ON COLUMN public.edr_device_vulnerabilities.vulnerability_id IS 'The vulnerability; the row goes with it.';

COMMENT ON COLUMN public.edr_device_vulnerabilities.tenant_id IS 'Tenant of both.';

COMMENT ON COLUMN public.edr_device_vulnerabilities.detected_at IS 'When Microsoft first saw it on the device.';

CREATE TABLE public.edr_devices (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    microsoft_device_id text NOT NULL,
    device_name text NOT NULL,
    operating_system text,
    os_version text,
    primary_user text,
    defender_health_status text,
    risk_score double precision,
    exposure_level text,
    intune_compliance_state text,
    intune_enrollment_status text,
    last_seen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT edr_devices_risk_score_check CHECK (((risk_score >= (0)::double precision) AND (risk_score <= (100)::double precision)))
);

ALTER TABLE ONLY public.edr_devices FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edr_devices IS 'A device as Microsoft Defender for Endpoint and Intune know it.';

COMMENT ON COLUMN public.edr_devices.id IS 'Garrison''s id of the device.';

COMMENT ON COLUMN public.edr_devices.tenant_id IS 'Whose device it is.';

COMMENT ON COLUMN public.edr_devices.microsoft_device_id IS 'Defender''s machine id; unique in the tenant.';

COMMENT ON COLUMN public.edr_devices.device_name IS 'Name as Microsoft reports it.';

COMMENT ON COLUMN public.edr_devices.operating_system IS 'Windows11, macOS, Ubuntu, … as Microsoft writes it.';

COMMENT ON COLUMN public.edr_devices.os_version IS 'Version or build.';

COMMENT ON COLUMN public.edr_devices.primary_user IS 'User principal name of the primary user.';

COMMENT ON COLUMN public.edr_devices.defender_health_status IS 'Defender''s sensor health: Active, Inactive, ImpairedCommunication, …';

COMMENT ON COLUMN public.edr_devices.risk_score IS '0 to 100.';

COMMENT ON COLUMN public.edr_devices.exposure_level IS 'Defender''s exposure level: None, Low, Medium, High.';

COMMENT ON COLUMN public.edr_devices.intune_compliance_state IS 'compliant, noncompliant, inGracePeriod, unknown, …';

COMMENT ON COLUMN public.edr_devices.intune_enrollment_status IS 'Whether and how Intune manages it.';

COMMENT ON COLUMN public.edr_devices.last_seen_at IS 'When Microsoft last heard from it.';

COMMENT ON COLUMN public.edr_devices.created_at IS 'When Garrison first stored it.';

COMMENT ON COLUMN public.edr_devices.updated_at IS 'When Garrison last changed it.';

CREATE TABLE public.edr_posture_scores (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    score double precision NOT NULL,
    device_count integer DEFAULT 0 NOT NULL,
    high_risk_device_count integer DEFAULT 0 NOT NULL,
    active_alert_count integer DEFAULT 0 NOT NULL,
    critical_vulnerability_count integer DEFAULT 0 NOT NULL,
    non_compliant_device_count integer DEFAULT 0 NOT NULL,
    calculated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT edr_posture_scores_score_check CHECK (((score >= (0)::double precision) AND (score <= (100)::double precision)))
);

ALTER TABLE ONLY public.edr_posture_scores FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edr_posture_scores IS 'The tenant''s posture over its Microsoft devices, each time it was calculated.';

COMMENT ON COLUMN public.edr_posture_scores.id IS 'Garrison''s id of the row.';

COMMENT ON COLUMN public.edr_posture_scores.tenant_id IS 'Whose posture it is.';

COMMENT ON COLUMN public.edr_posture_scores.score IS '0 to 100; higher is better.';

COMMENT ON COLUMN public.edr_posture_scores.device_count IS 'Devices that went into it.';

COMMENT ON COLUMN public.edr_posture_scores.high_risk_device_count IS 'Devices with a risk score over 70.';

COMMENT ON COLUMN public.edr_posture_scores.active_alert_count IS 'Alerts not yet resolved.';

COMMENT ON COLUMN public.edr_posture_scores.critical_vulnerability_count IS 'Critical vulnerabilities on at least one device.';

COMMENT ON COLUMN public.edr_posture_scores.non_compliant_device_count IS 'Devices that Intune finds non-compliant.';

COMMENT ON COLUMN public.edr_posture_scores.calculated_at IS 'The moment it describes.';

COMMENT ON COLUMN public.edr_posture_scores.created_at IS 'When Garrison stored it.';

CREATE TABLE public.edr_vulnerabilities (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    cve_id text NOT NULL,
    severity text,
    cvss_score double precision,
    exploitability text,
    description text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT edr_vulnerabilities_cvss_score_check CHECK (((cvss_score >= (0.0)::double precision) AND (cvss_score <= (10.0)::double precision)))
);

ALTER TABLE ONLY public.edr_vulnerabilities FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.edr_vulnerabilities IS 'A vulnerability that Defender Vulnerability Management reports for the tenant.';

COMMENT ON COLUMN public.edr_vulnerabilities.id IS 'Garrison''s id of the row.';

COMMENT ON COLUMN public.edr_vulnerabilities.tenant_id IS 'For whom it was reported.';

COMMENT ON COLUMN public.edr_vulnerabilities.cve_id IS 'CVE id; unique in the tenant.';

COMMENT ON COLUMN public.edr_vulnerabilities.severity IS 'As Microsoft writes it: Low, Medium, High, Critical.';

COMMENT ON COLUMN public.edr_vulnerabilities.cvss_score IS '0.0 to 10.0, as Microsoft reports it.';

COMMENT ON COLUMN public.edr_vulnerabilities.exploitability IS 'Microsoft''s word on known exploits.';

COMMENT ON COLUMN public.edr_vulnerabilities.description IS 'Microsoft''s text.';

COMMENT ON COLUMN public.edr_vulnerabilities.created_at IS 'When Garrison first stored it.';

COMMENT ON COLUMN public.edr_vulnerabilities.updated_at IS 'When Garrison last changed it.';

CREATE TABLE public.endpoint_redirects (
    tenant_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    merged_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.endpoint_redirects FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.endpoint_redirects IS 'An endpoint that became part of another: links to it lead there.';

COMMENT ON COLUMN public.endpoint_redirects.survivor_id IS 'Always one that is there: when it is merged itself, its redirects follow.';

CREATE TABLE public.endpoint_sources (
    tenant_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    device_id text NOT NULL COLLATE pg_catalog."C",
    endpoint_id uuid,
    confidence real DEFAULT 1 NOT NULL,
    evidence jsonb DEFAULT '[]'::jsonb NOT NULL,
    sighting jsonb NOT NULL,
    software_set uuid,
    install_dates date[],
    software_at timestamp with time zone,
    software_pending boolean DEFAULT false NOT NULL,
    quarantined_at timestamp with time zone,
    ended_at timestamp with time zone,
    linked_at timestamp with time zone DEFAULT now() NOT NULL,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    reports_pending boolean DEFAULT false NOT NULL,
    CONSTRAINT endpoint_sources_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT endpoint_sources_evidence_check CHECK ((jsonb_typeof(evidence) = 'array'::text)),
    CONSTRAINT endpoint_sources_sighting_check CHECK ((jsonb_typeof(sighting) = 'object'::text))
);

ALTER TABLE ONLY public.endpoint_sources FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.endpoint_sources IS 'A device as one source knows it, and the endpoint that it is.';

COMMENT ON COLUMN public.endpoint_sources.device_id IS 'The source''s id of the device.';

COMMENT ON COLUMN public.endpoint_sources.endpoint_id IS 'NULL for a new device in quarantine: it contradicts what is known.';

COMMENT ON COLUMN public.endpoint_sources.confidence IS 'How sure the link is.';

COMMENT ON COLUMN public.endpoint_sources.evidence IS 'Why: what speaks for the link and against others, the strongest first.';

COMMENT ON COLUMN public.endpoint_sources.sighting IS 'What the source last said by which a machine is recognised.';

COMMENT ON COLUMN public.endpoint_sources.software_set IS 'What this source says is installed; NULL when it does not say.';

COMMENT ON COLUMN public.endpoint_sources.install_dates IS 'Parallel to the set''s title_ids.';

COMMENT ON COLUMN public.endpoint_sources.software_at IS 'When its software was last reported.';

COMMENT ON COLUMN public.endpoint_sources.software_pending IS 'Software was reported that is not in the set yet.';

COMMENT ON COLUMN public.endpoint_sources.quarantined_at IS 'Since when its reports contradict what is known of the endpoint and change nothing; see identity_collisions.';

COMMENT ON COLUMN public.endpoint_sources.ended_at IS 'Since when the source does not list it any more. The link is kept, by which it is recognised should it come back.';

COMMENT ON COLUMN public.endpoint_sources.linked_at IS 'Since when it is that endpoint.';

COMMENT ON COLUMN public.endpoint_sources.first_seen_at IS 'When the source first had it, as it says itself.';

COMMENT ON COLUMN public.endpoint_sources.last_seen_at IS 'When it last spoke to the source, as that says itself.';

COMMENT ON COLUMN public.endpoint_sources.reports_pending IS 'Vulnerabilities were reported of it that its endpoint has not taken yet.';

CREATE TABLE public.endpoints (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    hostname text NOT NULL COLLATE pg_catalog."C",
    device_id text NOT NULL,
    fqdn text COLLATE pg_catalog."C",
    os_type text NOT NULL,
    os_id text DEFAULT ''::text NOT NULL,
    os_name text,
    os_version text DEFAULT ''::text NOT NULL,
    kernel_release text,
    architecture text,
    ip_address inet,
    mac_address macaddr,
    last_seen timestamp with time zone DEFAULT now() NOT NULL,
    agent_version text,
    status text DEFAULT 'healthy'::text NOT NULL,
    exposure text DEFAULT 'internal'::text NOT NULL,
    criticality text DEFAULT 'normal'::text NOT NULL,
    risk_score double precision DEFAULT 0 NOT NULL,
    open_findings integer DEFAULT 0 NOT NULL,
    worst_severity text,
    software_set uuid,
    install_dates date[],
    notes jsonb DEFAULT '[]'::jsonb NOT NULL,
    source_names jsonb DEFAULT '{}'::jsonb NOT NULL,
    inventory_at timestamp with time zone,
    inventory_hash uuid,
    scanned_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    finding_set_id uuid,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    excepted_findings integer DEFAULT 0 NOT NULL,
    os_build text,
    os_installation text,
    reported_set uuid,
    CONSTRAINT endpoints_criticality_check CHECK ((criticality = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'crown'::text]))),
    CONSTRAINT endpoints_device_id_check CHECK ((device_id <> ''::text)),
    CONSTRAINT endpoints_exposure_check CHECK ((exposure = ANY (ARRAY['isolated'::text, 'internal'::text, 'external'::text]))),
    CONSTRAINT endpoints_hostname_check CHECK ((hostname <> ''::text)),
    CONSTRAINT endpoints_risk_score_check CHECK (((risk_score >= (0)::double precision) AND (risk_score <= (100)::double precision))),
    CONSTRAINT endpoints_status_check CHECK ((status = ANY (ARRAY['healthy'::text, 'at_risk'::text, 'critical'::text]))),
    CONSTRAINT endpoints_worst_severity_check CHECK ((worst_severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text])))
);

ALTER TABLE ONLY public.endpoints FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.endpoints IS 'A machine.';

COMMENT ON COLUMN public.endpoints.hostname IS 'Unique in the tenant; of two machines with one name the later has its FQDN or a short id behind it.';

COMMENT ON COLUMN public.endpoints.device_id IS 'Stable over reboots and renames: machine id or hardware UUID.';

COMMENT ON COLUMN public.endpoints.os_id IS 'os-release ID: debian, almalinux; with os_version the ecosystem of its packages.';

COMMENT ON COLUMN public.endpoints.status IS 'Follows from the open findings; says nothing while scanned_at is NULL.';

COMMENT ON COLUMN public.endpoints.risk_score IS '0 to 100, from the open findings.';

COMMENT ON COLUMN public.endpoints.software_set IS 'What is installed.';

COMMENT ON COLUMN public.endpoints.install_dates IS 'Parallel to the set''s title_ids; the set is shared, the dates are not.';

COMMENT ON COLUMN public.endpoints.notes IS 'What the collector could not read, and why.';

COMMENT ON COLUMN public.endpoints.source_names IS 'The name each source reported, by source.';

COMMENT ON COLUMN public.endpoints.inventory_at IS 'When its latest inventory was taken; an older one that comes later changes nothing.';

COMMENT ON COLUMN public.endpoints.inventory_hash IS '128 bits over that inventory, its time aside: the same again changes nothing but when it was seen.';

COMMENT ON COLUMN public.endpoints.finding_set_id IS 'Its findings; NULL before the first scan.';

COMMENT ON COLUMN public.endpoints.tags IS 'Words that people group endpoints by.';

COMMENT ON COLUMN public.endpoints.excepted_findings IS 'Findings under an exception; not among open_findings.';

COMMENT ON COLUMN public.endpoints.os_build IS 'Apple''s build, or Windows'' version with its revision.';

COMMENT ON COLUMN public.endpoints.os_installation IS 'Windows'' InstallationType: Server Core is a product of its own.';

COMMENT ON COLUMN public.endpoints.reported_set IS 'What its sources report that is open.';

CREATE TABLE public.findings (
    tenant_id uuid NOT NULL,
    finding_set_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL,
    title_id bigint,
    packages text[] DEFAULT '{}'::text[] NOT NULL,
    installed text DEFAULT ''::text NOT NULL,
    fixed text,
    state text DEFAULT 'affected'::text NOT NULL,
    risk_score real DEFAULT 0 NOT NULL,
    known_exploited boolean DEFAULT false NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    detected_at timestamp with time zone DEFAULT now() NOT NULL,
    remediated_at timestamp with time zone,
    explanation json DEFAULT '{}'::json NOT NULL,
    history json DEFAULT '[]'::json NOT NULL,
    package text DEFAULT ''::text NOT NULL,
    ecosystem text DEFAULT ''::text NOT NULL,
    severity text,
    ssvc text,
    timeline text,
    due_at timestamp with time zone,
    cvss double precision,
    epss double precision,
    exploits integer,
    vector text,
    exception_id uuid,
    risk_order real GENERATED ALWAYS AS ((- risk_score)) STORED NOT NULL,
    vex_id uuid,
    due_soon_noticed_at timestamp with time zone,
    overdue_noticed_at timestamp with time zone,
    CONSTRAINT findings_risk_score_check CHECK (((risk_score >= (0)::double precision) AND (risk_score <= (100)::double precision))),
    CONSTRAINT findings_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text]))),
    CONSTRAINT findings_ssvc_check CHECK ((ssvc = ANY (ARRAY['track'::text, 'track*'::text, 'attend'::text, 'act'::text]))),
    CONSTRAINT findings_state_check CHECK ((state = ANY (ARRAY['affected'::text, 'not_affected'::text, 'no_advisory'::text, 'postponed'::text, 'ignored'::text, 'end_of_life'::text, 'undetermined'::text]))),
    CONSTRAINT findings_status_check CHECK ((status = ANY (ARRAY['open'::text, 'in_progress'::text, 'remediated'::text, 'exception'::text]))),
    CONSTRAINT findings_timeline_check CHECK ((timeline = ANY (ARRAY['system_upgrade'::text, '60_days'::text, '14_days'::text, '3_days'::text, '3_days_forensics'::text])))
);

ALTER TABLE ONLY public.findings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.findings IS 'A vulnerability on the endpoints of a set: current state with the changes that led to it.';

COMMENT ON COLUMN public.findings.title_id IS 'The representative package, where it is known.';

COMMENT ON COLUMN public.findings.state IS 'What the distribution says: affected, or one of the states without a fix.';

COMMENT ON COLUMN public.findings.explanation IS 'Why it was made. json, not jsonb: kept byte for byte, so that a rescan sees no difference.';

COMMENT ON COLUMN public.findings.history IS 'Status changes [{at (Unix milliseconds), from, to, by, reason}], oldest first; byte for byte as well.';

COMMENT ON COLUMN public.findings.package IS 'The name that was looked up: the source package on Debian.';

COMMENT ON COLUMN public.findings.severity IS 'The vulnerability''s, or the rating by the record that matched.';

COMMENT ON COLUMN public.findings.ssvc IS 'CISA''s SSVC decision; NULL until the scan after the migration that added it.';

COMMENT ON COLUMN public.findings.timeline IS 'How soon CISA''s BOD 26-04 wants it remediated.';

COMMENT ON COLUMN public.findings.due_at IS 'The deadline by the tenant''s policy; NULL for none, and while the clock stands still.';

COMMENT ON COLUMN public.findings.exploits IS 'With cvss, epss and vector what the scan knew of the vulnerability: what risk and SSVC are judged by. NULL before the first scan that notes it.';

COMMENT ON COLUMN public.findings.exception_id IS 'The exception that put it aside; NULL where a person did so directly.';

COMMENT ON COLUMN public.findings.risk_order IS 'For lists by descending risk: all columns of their index ascend, so that a page starts by one comparison of rows.';

COMMENT ON COLUMN public.findings.vex_id IS 'The VEX statement that puts it aside; an exception may do so, too.';

COMMENT ON COLUMN public.findings.due_soon_noticed_at IS 'When a notice told that it is due soon. Counts no more when its deadline has moved past it.';

COMMENT ON COLUMN public.findings.overdue_noticed_at IS 'When a notice told that it is overdue. Counts no more when its deadline has moved past it.';

CREATE VIEW public.endpoint_vulnerabilities WITH (security_invoker='true') AS
 SELECT e.tenant_id,
    e.id AS endpoint_id,
    f.vulnerability_id,
    f.risk_score,
    f.detected_at,
    f.remediated_at,
    f.status,
    f.title_id,
    f.packages,
    f.installed,
    f.fixed,
    f.state,
    f.known_exploited,
    f.explanation
   FROM (public.endpoints e
     JOIN public.findings f ON (((f.tenant_id = e.tenant_id) AND (f.finding_set_id = e.finding_set_id))));

COMMENT ON VIEW public.endpoint_vulnerabilities IS 'A vulnerability on an endpoint. UPDATE changes its status (actor and reason from app.actor and app.reason); scans add and end rows.';

CREATE TABLE public.epss_days (
    score_date date NOT NULL,
    imported_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.epss_days IS 'The days whose EPSS scores are loaded: without a row in epss_history, a score is as before.';

CREATE TABLE public.epss_history (
    cve text NOT NULL COLLATE pg_catalog."C",
    score_date date NOT NULL,
    probability real NOT NULL,
    percentile real NOT NULL,
    CONSTRAINT epss_history_percentile_check CHECK (((percentile >= (0)::double precision) AND (percentile <= (1)::double precision))),
    CONSTRAINT epss_history_probability_check CHECK (((probability >= (0)::double precision) AND (probability <= (1)::double precision)))
);

COMMENT ON TABLE public.epss_history IS 'EPSS over time: a row where a CVE''s probability is another than on the day before.';

CREATE TABLE public.epss_scores (
    cve text NOT NULL COLLATE pg_catalog."C",
    probability real NOT NULL,
    percentile real NOT NULL,
    score_date date,
    CONSTRAINT epss_scores_percentile_check CHECK (((percentile >= (0)::double precision) AND (percentile <= (1)::double precision))),
    CONSTRAINT epss_scores_probability_check CHECK (((probability >= (0)::double precision) AND (probability <= (1)::double precision)))
);

COMMENT ON TABLE public.epss_scores IS 'FIRST''s EPSS file: probability of exploitation within 30 days.';

CREATE TABLE public.exceptions (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'requested'::text NOT NULL,
    vulnerability_id uuid,
    package text,
    endpoint_id uuid,
    tag text,
    reason text NOT NULL,
    owner text NOT NULL,
    requested_by text NOT NULL,
    decided_by text,
    decided_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    ended_by text,
    ended_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    requester_id uuid,
    CONSTRAINT exceptions_check CHECK (((vulnerability_id IS NOT NULL) OR (package IS NOT NULL))),
    CONSTRAINT exceptions_check1 CHECK (((endpoint_id IS NULL) OR (tag IS NULL))),
    CONSTRAINT exceptions_check2 CHECK (((state <> 'active'::text) OR (decided_by IS NOT NULL))),
    CONSTRAINT exceptions_kind_check CHECK ((kind = ANY (ARRAY['false_positive'::text, 'wont_fix'::text, 'accepted'::text, 'mitigated'::text]))),
    CONSTRAINT exceptions_owner_check CHECK ((owner <> ''::text)),
    CONSTRAINT exceptions_package_check CHECK ((package <> ''::text)),
    CONSTRAINT exceptions_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT exceptions_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'active'::text, 'rejected'::text, 'expired'::text, 'revoked'::text]))),
    CONSTRAINT exceptions_tag_check CHECK ((tag <> ''::text))
);

ALTER TABLE ONLY public.exceptions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.exceptions IS 'Decisions to live with findings for a time. While one is active, the findings that it covers have the status exception.';

COMMENT ON COLUMN public.exceptions.package IS 'A package''s name or that of its source; NULL covers the vulnerability in any.';

COMMENT ON COLUMN public.exceptions.tag IS 'Covers endpoints with this tag; with endpoint_id NULL too, all endpoints.';

COMMENT ON COLUMN public.exceptions.decided_by IS 'Who approved or rejected it; the requester where no second person is asked for.';

COMMENT ON COLUMN public.exceptions.requester_id IS 'The person; the token where nobody knows whose it is.';

CREATE TABLE public.exploits (
    cve text NOT NULL COLLATE pg_catalog."C",
    ids text[] NOT NULL
);

COMMENT ON TABLE public.exploits IS 'Public exploits known for a CVE (Exploit-DB ids).';

CREATE TABLE public.finding_set_patches (
    tenant_id uuid NOT NULL,
    finding_set_id uuid NOT NULL,
    patch_id uuid NOT NULL,
    risk bigint NOT NULL,
    vulnerabilities uuid[] NOT NULL
);

ALTER TABLE ONLY public.finding_set_patches FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.finding_set_patches IS 'A patch that is missing on the endpoints of a set of findings.';

COMMENT ON COLUMN public.finding_set_patches.risk IS 'Of the open findings that it ends, in tenths.';

COMMENT ON COLUMN public.finding_set_patches.vulnerabilities IS 'Those of these findings.';

CREATE TABLE public.finding_sets (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    is_pending boolean DEFAULT true NOT NULL,
    patched_endpoints integer DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY public.finding_sets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.finding_sets IS 'A history of findings, shared by all endpoints that have had exactly it: a fleet costs as much as it has distinct machines.';

COMMENT ON COLUMN public.finding_sets.is_pending IS 'The findings, or who has them, changed; score, status and counts of endpoints, and of patches, may not have followed yet.';

COMMENT ON COLUMN public.finding_sets.patched_endpoints IS 'The endpoints with this set that tenant_patches counts.';

CREATE TABLE public.finding_transitions (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    endpoint_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL,
    from_status text,
    to_status text NOT NULL,
    actor text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT finding_transitions_to_status_check CHECK ((to_status = ANY (ARRAY['open'::text, 'in_progress'::text, 'remediated'::text, 'exception'::text])))
)
PARTITION BY RANGE (at);

ALTER TABLE ONLY public.finding_transitions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.finding_transitions IS 'Status changes of single endpoints'' findings: who, when, why. Retention drops months.';

CREATE TABLE public.finding_transitions_default (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    endpoint_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL,
    from_status text,
    to_status text NOT NULL,
    actor text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT finding_transitions_to_status_check CHECK ((to_status = ANY (ARRAY['open'::text, 'in_progress'::text, 'remediated'::text, 'exception'::text])))
);

ALTER TABLE ONLY public.finding_transitions_default FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.finding_transitions_default IS 'What no month''s partition was made for in time.';

CREATE TABLE public.idempotency_keys (
    tenant_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    response_status integer,
    response_body bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '24:00:00'::interval) NOT NULL
);

ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.idempotency_keys IS 'Answers already given to requests that carried an Idempotency-Key.';

COMMENT ON COLUMN public.idempotency_keys.request_hash IS 'SHA-256 of method, path and body: the same key with another request is refused.';

CREATE TABLE public.identity_collisions (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    connector_id uuid NOT NULL,
    device_id text NOT NULL COLLATE pg_catalog."C",
    endpoint_ids uuid[] NOT NULL,
    sighting jsonb NOT NULL,
    evidence jsonb DEFAULT '[]'::jsonb NOT NULL,
    detected_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by text,
    resolution text,
    CONSTRAINT identity_collisions_check CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
    CONSTRAINT identity_collisions_evidence_check CHECK ((jsonb_typeof(evidence) = 'array'::text)),
    CONSTRAINT identity_collisions_kind_check CHECK ((kind = ANY (ARRAY['takeover'::text, 'ambiguous'::text]))),
    CONSTRAINT identity_collisions_sighting_check CHECK ((jsonb_typeof(sighting) = 'object'::text)),
    CONSTRAINT identity_collisions_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text])))
);

ALTER TABLE ONLY public.identity_collisions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.identity_collisions IS 'Sightings that contradict what is known: nothing was changed by them, and a person has to look.';

COMMENT ON COLUMN public.identity_collisions.kind IS 'takeover: the device is another machine now. ambiguous: it has strong facts in common with several machines that cannot be one.';

COMMENT ON COLUMN public.identity_collisions.endpoint_ids IS 'The endpoints that it is about; some may be gone.';

COMMENT ON COLUMN public.identity_collisions.sighting IS 'What was put aside.';

COMMENT ON COLUMN public.identity_collisions.resolution IS 'What was decided, as a sentence.';

CREATE TABLE public.identity_events (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    kind text NOT NULL,
    endpoint_id uuid,
    other_endpoint_id uuid,
    connector_id uuid,
    device_id text COLLATE pg_catalog."C",
    confidence real,
    evidence jsonb DEFAULT '[]'::jsonb NOT NULL,
    actor text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    state jsonb,
    finding_set_id uuid,
    other_finding_set_id uuid,
    undone_at timestamp with time zone,
    CONSTRAINT identity_events_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT identity_events_evidence_check CHECK ((jsonb_typeof(evidence) = 'array'::text)),
    CONSTRAINT identity_events_kind_check CHECK ((kind = ANY (ARRAY['created'::text, 'linked'::text, 'merged'::text, 'split'::text, 'joined'::text, 'undone'::text, 'quarantined'::text, 'resolved'::text, 'ended'::text, 'returned'::text])))
);

ALTER TABLE ONLY public.identity_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.identity_events IS 'What was decided about which devices are which endpoint, why and by whom. That a device made an endpoint is told by its link alone.';

COMMENT ON COLUMN public.identity_events.endpoint_id IS 'The endpoint that it is about; of a merge the one that remains. It may be gone.';

COMMENT ON COLUMN public.identity_events.other_endpoint_id IS 'The endpoint that became part of it, or was made out of it.';

COMMENT ON COLUMN public.identity_events.connector_id IS 'With device_id the device whose report led to it.';

COMMENT ON COLUMN public.identity_events.actor IS 'Who decided; empty for the evidence alone.';

COMMENT ON COLUMN public.identity_events.state IS 'Of a merge: all that it takes to undo it.';

COMMENT ON COLUMN public.identity_events.finding_set_id IS 'The findings that the endpoint had before a merge; kept as long as the event.';

COMMENT ON COLUMN public.identity_events.other_finding_set_id IS 'The findings that the other endpoint had before a merge.';

COMMENT ON COLUMN public.identity_events.undone_at IS 'When a person took it back.';

CREATE TABLE public.identity_keys (
    tenant_id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C",
    connector_id uuid NOT NULL,
    device_id text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT identity_keys_kind_check CHECK ((kind = ANY (ARRAY['hardware'::text, 'directory'::text, 'serial'::text, 'machine'::text, 'interface'::text, 'name'::text, 'hostname'::text, 'address'::text])))
);

ALTER TABLE ONLY public.identity_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.identity_keys IS 'The facts by which devices are recognised: those that share one are looked at together. Rows without their device in endpoint_sources say nothing: a foreign key would cost more than the row.';

COMMENT ON COLUMN public.identity_keys.value IS 'In the one notation that all sources'' values are brought to.';

CREATE TABLE public.identity_separations (
    tenant_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    device_id text NOT NULL COLLATE pg_catalog."C",
    other_connector_id uuid NOT NULL,
    other_device_id text NOT NULL COLLATE pg_catalog."C",
    decided_by text NOT NULL,
    decided_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.identity_separations FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.identity_separations IS 'Two devices that a person has told apart, in a row for each direction: whatever the evidence, they are not one machine.';

CREATE TABLE public.incident_events (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    incident_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    kind text NOT NULL,
    status text,
    alert_id uuid,
    actor text DEFAULT ''::text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    CONSTRAINT incident_events_kind_check CHECK ((kind = ANY (ARRAY['opened'::text, 'alert'::text, 'status'::text, 'note'::text])))
);

ALTER TABLE ONLY public.incident_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.incident_events IS 'What happened to an incident besides its actions, which device_actions tells.';

COMMENT ON COLUMN public.incident_events.actor IS 'Who; empty for what follows from its alerts.';

CREATE TABLE public.incident_settings (
    tenant_id uuid NOT NULL,
    window_minutes integer DEFAULT 1440 NOT NULL,
    resolves_at_vendor boolean DEFAULT true NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT incident_settings_window_minutes_check CHECK (((window_minutes >= 5) AND (window_minutes <= 43200)))
);

ALTER TABLE ONLY public.incident_settings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.incident_settings IS 'How a tenant''s alerts become incidents; without a row as the defaults say.';

COMMENT ON COLUMN public.incident_settings.window_minutes IS 'How far apart alerts of one incident may be.';

COMMENT ON COLUMN public.incident_settings.resolves_at_vendor IS 'Whether resolving an incident resolves its alerts at the vendor.';

CREATE TABLE public.incidents (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    endpoint_id uuid NOT NULL,
    threat_type text NOT NULL,
    severity text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    detected_at timestamp with time zone DEFAULT now() NOT NULL,
    contained_at timestamp with time zone,
    resolved_at timestamp with time zone,
    root_cause text,
    response_actions jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    techniques jsonb DEFAULT '[]'::jsonb NOT NULL,
    keys text[] DEFAULT '{}'::text[] NOT NULL,
    first_alert_at timestamp with time zone,
    last_alert_at timestamp with time zone,
    alert_count integer DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT incidents_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text]))),
    CONSTRAINT incidents_status_check CHECK ((status = ANY (ARRAY['open'::text, 'investigating'::text, 'contained'::text, 'resolved'::text]))),
    CONSTRAINT incidents_techniques_check CHECK ((jsonb_typeof(techniques) = 'array'::text))
);

ALTER TABLE ONLY public.incidents FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.incidents IS 'A threat on an endpoint, from detection to resolution.';

COMMENT ON COLUMN public.incidents.title IS 'The first alert''s.';

COMMENT ON COLUMN public.incidents.techniques IS 'Techniques of MITRE ATT&CK that its alerts name, each once.';

COMMENT ON COLUMN public.incidents.keys IS 'By what further alerts are recognised: techniques, threats, hashes.';

COMMENT ON COLUMN public.incidents.first_alert_at IS 'When its earliest alert was raised; null for incidents without alerts.';

CREATE SEQUENCE public.index_revision
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

COMMENT ON SEQUENCE public.index_revision IS 'Advanced by every change of the catalogues: a scan index of another revision is out of date.';

CREATE TABLE public.intelligence_changes (
    revision bigint NOT NULL,
    cve_id text NOT NULL COLLATE pg_catalog."C",
    is_matched boolean NOT NULL
);

COMMENT ON TABLE public.intelligence_changes IS 'The vulnerabilities that a revision touched.';

COMMENT ON COLUMN public.intelligence_changes.is_matched IS 'Whether others may have it now; false where only its scores changed.';

CREATE TABLE public.intelligence_imports (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    source text NOT NULL,
    feed text NOT NULL,
    origin text NOT NULL,
    checksum text,
    state text DEFAULT 'running'::text NOT NULL,
    records bigint DEFAULT 0 NOT NULL,
    skipped bigint DEFAULT 0 NOT NULL,
    content_date timestamp with time zone,
    error text,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT intelligence_imports_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);

COMMENT ON TABLE public.intelligence_imports IS 'Each run of an import: which feeds are in, and why one is not.';

COMMENT ON COLUMN public.intelligence_imports.feed IS 'The file''s name: a source may be made up of several.';

COMMENT ON COLUMN public.intelligence_imports.checksum IS 'SHA-256 of the file: one that is done is not loaded again.';

COMMENT ON COLUMN public.intelligence_imports.state IS 'Set to done in the transaction that loads the feed.';

CREATE TABLE public.intelligence_quarantine (
    source text NOT NULL,
    feed text NOT NULL,
    "position" integer NOT NULL,
    record text NOT NULL,
    reason text NOT NULL,
    quarantined_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.intelligence_quarantine IS 'Records that the last import of a feed left out, the first thousand of each, with the reason.';

COMMENT ON COLUMN public.intelligence_quarantine.record IS 'Its id, else its place in the feed.';

CREATE TABLE public.intelligence_revisions (
    revision bigint NOT NULL,
    is_everything boolean DEFAULT false NOT NULL,
    has_all_facts boolean DEFAULT false NOT NULL,
    has_products boolean DEFAULT false NOT NULL,
    has_patches boolean DEFAULT false NOT NULL,
    ecosystems text[] DEFAULT '{}'::text[] NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.intelligence_revisions IS 'A row for each import that changed something: what a scan index is of, and what findings follow. Those older than a month are removed.';

COMMENT ON COLUMN public.intelligence_revisions.revision IS 'Rises with each; microseconds since 1970 where these are more than the last plus one.';

COMMENT ON COLUMN public.intelligence_revisions.is_everything IS 'Too much changed to be listed: whole tenants are scanned.';

COMMENT ON COLUMN public.intelligence_revisions.has_all_facts IS 'Scores of too many vulnerabilities changed to be listed, as with each day''s EPSS.';

COMMENT ON COLUMN public.intelligence_revisions.has_products IS 'Products may be identified otherwise: configurations of NVD''s changed.';

COMMENT ON COLUMN public.intelligence_revisions.has_patches IS 'What updates supersede, or make, changed.';

COMMENT ON COLUMN public.intelligence_revisions.ecosystems IS 'Those of which any advisory speaks then.';

CREATE TABLE public.intelligence_sources (
    source text NOT NULL,
    content_date timestamp with time zone,
    imported_at timestamp with time zone NOT NULL,
    checked_at timestamp with time zone,
    records bigint DEFAULT 0 NOT NULL,
    licence text,
    lacks text,
    origin text NOT NULL
);

COMMENT ON TABLE public.intelligence_sources IS 'How old each source''s data is, where it came from and what it lacks.';

COMMENT ON COLUMN public.intelligence_sources.content_date IS 'The data''s own date, not that of the import.';

COMMENT ON COLUMN public.intelligence_sources.checked_at IS 'When an update last found that nothing is newer.';

COMMENT ON COLUMN public.intelligence_sources.records IS 'Of the feeds that make up the source, as they were last loaded.';

COMMENT ON COLUMN public.intelligence_sources.lacks IS 'What a reader must know is missing, as a sentence.';

COMMENT ON COLUMN public.intelligence_sources.origin IS 'bundled, download or file.';

CREATE TABLE public.jobs (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    kind text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    progress integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    result jsonb,
    error text,
    attempts integer DEFAULT 0 NOT NULL,
    run_after timestamp with time zone DEFAULT now() NOT NULL,
    locked_by text,
    locked_until timestamp with time zone,
    idempotency_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.jobs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.jobs IS 'Background work: survives any crash, and is done by one worker at a time. The API calls them tasks.';

COMMENT ON COLUMN public.jobs.locked_until IS 'The worker''s lease; after it another worker takes the job.';

CREATE TABLE public.known_exploited (
    cve text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    date_added date NOT NULL,
    due_date date,
    known_ransomware boolean DEFAULT false NOT NULL,
    required_action text DEFAULT ''::text NOT NULL
);

COMMENT ON TABLE public.known_exploited IS 'CISA''s Known Exploited Vulnerabilities catalogue.';

CREATE TABLE public.osquery_answers (
    tenant_id uuid NOT NULL,
    query_id uuid NOT NULL,
    node_id uuid NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    rows jsonb,
    message text,
    answered_at timestamp with time zone,
    CONSTRAINT osquery_answers_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'completed'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.osquery_answers FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.osquery_answers IS 'What a node answers to a live query.';

COMMENT ON COLUMN public.osquery_answers.state IS 'sent: it was given out, and is given out again until there is an answer or its time is over.';

CREATE TABLE public.osquery_nodes (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    key_hash bytea NOT NULL,
    host_identifier text NOT NULL,
    enrolment_id uuid NOT NULL,
    hostname text NOT NULL,
    platform text NOT NULL,
    version text NOT NULL,
    enrolled_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    inventory_at timestamp with time zone
);

ALTER TABLE ONLY public.osquery_nodes FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.osquery_nodes IS 'A machine whose osquery reports here.';

COMMENT ON COLUMN public.osquery_nodes.key_hash IS 'SHA-256 of its node key; the key itself is stored nowhere. Enrolling again makes another one.';

COMMENT ON COLUMN public.osquery_nodes.host_identifier IS 'What osquery calls the machine (--host_identifier).';

CREATE TABLE public.osquery_queries (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    sql text NOT NULL,
    requested_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT osquery_queries_sql_check CHECK (((char_length(sql) >= 1) AND (char_length(sql) <= 10000)))
);

ALTER TABLE ONLY public.osquery_queries FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.osquery_queries IS 'A live query.';

CREATE TABLE public.osquery_snapshots (
    tenant_id uuid NOT NULL,
    node_id uuid NOT NULL,
    name text NOT NULL,
    document text NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.osquery_snapshots FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.osquery_snapshots IS 'The last result of each scheduled query of a node: its inventory is made from them.';

COMMENT ON COLUMN public.osquery_snapshots.document IS 'The line of the log, JSON; PostgreSQL compresses it.';

CREATE TABLE public.osquery_status (
    tenant_id uuid NOT NULL,
    node_id uuid NOT NULL,
    severity integer NOT NULL,
    message text NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.osquery_status FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.osquery_status IS 'Warnings and errors that a node''s osquery wrote into its own log, each once.';

CREATE TABLE public.outbox (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    kind text NOT NULL,
    destination text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    idempotency_key text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    run_after timestamp with time zone DEFAULT now() NOT NULL,
    locked_by text,
    locked_until timestamp with time zone,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT outbox_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'dead'::text])))
);

ALTER TABLE ONLY public.outbox FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.outbox IS 'Effects on the outside, written in the transaction that decided them and delivered afterwards.';

CREATE TABLE public.patch_backlog (
    ecosystem text NOT NULL,
    package text NOT NULL
);

COMMENT ON TABLE public.patch_backlog IS 'Packages whose advisories have not been made patches of yet: those that were loaded before there were patches.';

COMMENT ON COLUMN public.patch_backlog.ecosystem IS 'Empty: when all others are done, the figures of all tenants are to be made.';

COMMENT ON COLUMN public.patch_backlog.package IS 'Empty for all applications.';

CREATE TABLE public.patch_deployments (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    patch_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    deployment_date timestamp with time zone,
    completion_date timestamp with time zone,
    error_message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deployment_id uuid,
    ring integer,
    schedule integer DEFAULT '-1'::integer NOT NULL,
    state text,
    since timestamp with time zone,
    attempt integer DEFAULT 1 NOT NULL,
    rollback_attempt integer DEFAULT 0 NOT NULL,
    lease_at timestamp with time zone,
    has_failed boolean DEFAULT false NOT NULL,
    has_changed boolean DEFAULT false NOT NULL,
    awaits_reboot boolean DEFAULT false NOT NULL,
    restarted_at timestamp with time zone,
    agent_id uuid,
    handed_at timestamp with time zone,
    installs jsonb,
    outcome jsonb,
    log_tail text,
    executor text,
    executor_id uuid,
    job_endpoint_id uuid,
    retried_at timestamp with time zone,
    CONSTRAINT patch_deployments_check CHECK (((deployment_id IS NULL) = (state IS NULL))),
    CONSTRAINT patch_deployments_check1 CHECK (((state IS NULL) OR (status =
CASE state
    WHEN 'waiting'::text THEN 'pending'::text
    WHEN 'offered'::text THEN 'staging'::text
    WHEN 'downloading'::text THEN 'staging'::text
    WHEN 'installing'::text THEN 'staging'::text
    WHEN 'rebooting'::text THEN 'staging'::text
    WHEN 'verifying'::text THEN 'staging'::text
    WHEN 'unknown'::text THEN 'staging'::text
    WHEN 'rolling_back'::text THEN 'staging'::text
    WHEN 'deployed'::text THEN 'deployed'::text
    WHEN 'rollback_waiting'::text THEN 'deployed'::text
    WHEN 'failed'::text THEN 'failed'::text
    WHEN 'rollback_failed'::text THEN 'failed'::text
    WHEN 'cancelled'::text THEN 'failed'::text
    WHEN 'expired'::text THEN 'failed'::text
    WHEN 'lost'::text THEN 'failed'::text
    WHEN 'rolled_back'::text THEN 'rolled_back'::text
    ELSE ''::text
END))),
    CONSTRAINT patch_deployments_check2 CHECK (((executor_id IS NOT NULL) = (NOT (executor IS DISTINCT FROM 'connector'::text)))),
    CONSTRAINT patch_deployments_executor_check CHECK ((executor = ANY (ARRAY['connector'::text, 'webhook'::text]))),
    CONSTRAINT patch_deployments_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'staging'::text, 'deployed'::text, 'failed'::text, 'rolled_back'::text])))
);

ALTER TABLE ONLY public.patch_deployments FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.patch_deployments IS 'A patch on its way to an endpoint: a target of a deployment.';

COMMENT ON COLUMN public.patch_deployments.schedule IS 'Which of its plan''s schedules it follows; -1 for none.';

COMMENT ON COLUMN public.patch_deployments.state IS 'How far it is; status says the same in five words.';

COMMENT ON COLUMN public.patch_deployments.since IS 'When it came to its state.';

COMMENT ON COLUMN public.patch_deployments.lease_at IS 'Until when something is to be heard of it.';

COMMENT ON COLUMN public.patch_deployments.has_failed IS 'In whichever attempt: its gate counts it however often it is tried again.';

COMMENT ON COLUMN public.patch_deployments.has_changed IS 'Something of the patch is there, which a rollback would take away.';

COMMENT ON COLUMN public.patch_deployments.restarted_at IS 'When it said that it restarts.';

COMMENT ON COLUMN public.patch_deployments.agent_id IS 'Who has its job.';

COMMENT ON COLUMN public.patch_deployments.handed_at IS 'When the job was last handed out; null while its agent is to be woken for it.';

COMMENT ON COLUMN public.patch_deployments.installs IS 'What the job says is to be installed, each package in its exact version, with the one that was there before.';

COMMENT ON COLUMN public.patch_deployments.outcome IS 'What the endpoint said of versions before and after.';

COMMENT ON COLUMN public.patch_deployments.log_tail IS 'The end of what the endpoint''s package manager wrote.';

COMMENT ON COLUMN public.patch_deployments.executor IS 'What its job was last given to; null for Garrison''s agent.';

COMMENT ON COLUMN public.patch_deployments.executor_id IS 'The account by which its vendor is asked.';

COMMENT ON COLUMN public.patch_deployments.job_endpoint_id IS 'The endpoint that its job is named after, where it has become part of another since.';

COMMENT ON COLUMN public.patch_deployments.retried_at IS 'When a person had it tried again: it has its time to come from then.';

CREATE TABLE public.patch_files (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    patch_id uuid NOT NULL,
    name text NOT NULL,
    tool text NOT NULL,
    package text NOT NULL,
    version text NOT NULL,
    architecture text,
    is_companion boolean DEFAULT false NOT NULL,
    sha256 bytea NOT NULL,
    bytes bigint NOT NULL,
    object_key text NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT patch_files_bytes_check CHECK ((bytes > 0)),
    CONSTRAINT patch_files_sha256_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT patch_files_tool_check CHECK ((tool = ANY (ARRAY['apt'::text, 'dnf'::text, 'apk'::text])))
);

ALTER TABLE ONLY public.patch_files FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.patch_files IS 'A package''s file that a tenant has given for a patch: agents install it instead of what their repositories have.';

COMMENT ON COLUMN public.patch_files.name IS 'As package managers name their files; tool, package, version and architecture follow from it.';

COMMENT ON COLUMN public.patch_files.architecture IS 'As the tool says it; null where the name does not tell.';

COMMENT ON COLUMN public.patch_files.is_companion IS 'It goes along with the patch''s packages, whether it is installed or not: something that they newly need.';

COMMENT ON COLUMN public.patch_files.object_key IS 'Where its bytes are in the object store.';

CREATE TABLE public.patch_fixes (
    ecosystem text NOT NULL,
    package text NOT NULL,
    fixed_version text NOT NULL,
    patch_id uuid NOT NULL,
    next_version text
);

COMMENT ON TABLE public.patch_fixes IS 'For what a finding says that is fixed in a version: the newest patch of its line, which is the one to install.';

COMMENT ON COLUMN public.patch_fixes.package IS 'Empty for Windows, where the version is the number of the update.';

COMMENT ON COLUMN public.patch_fixes.next_version IS 'The one that takes its place; NULL for the newest.';

CREATE TABLE public.patch_jobs (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    target_id uuid NOT NULL,
    kind text NOT NULL,
    attempt integer NOT NULL,
    executor text NOT NULL,
    connector_id uuid,
    device_id text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    message text,
    work jsonb,
    receipt jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    checks integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT patch_jobs_check CHECK (((connector_id IS NOT NULL) = (executor = 'connector'::text))),
    CONSTRAINT patch_jobs_executor_check CHECK ((executor = ANY (ARRAY['connector'::text, 'webhook'::text]))),
    CONSTRAINT patch_jobs_kind_check CHECK ((kind = ANY (ARRAY['install'::text, 'rollback'::text]))),
    CONSTRAINT patch_jobs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sending'::text, 'in_progress'::text, 'unknown'::text, 'completed'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.patch_jobs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.patch_jobs IS 'A job of a deployment that somebody else than an agent carries out: a target and an attempt have one, which is sent at most once.';

COMMENT ON COLUMN public.patch_jobs.device_id IS 'As the executor knows the machine.';

COMMENT ON COLUMN public.patch_jobs.work IS 'What it is told, as it was when it was first told it.';

COMMENT ON COLUMN public.patch_jobs.receipt IS 'What to ask the executor by.';

COMMENT ON COLUMN public.patch_jobs.attempts IS 'How often it was tried to be handed over.';

COMMENT ON COLUMN public.patch_jobs.next_at IS 'When it is looked at: handed over, asked after, or given up by a worker that does not live any more.';

CREATE TABLE public.patch_logs (
    tenant_id uuid NOT NULL,
    target_id uuid NOT NULL,
    kind text NOT NULL,
    attempt integer NOT NULL,
    bytes bigint NOT NULL,
    object_key text NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT patch_logs_kind_check CHECK ((kind = ANY (ARRAY['install'::text, 'rollback'::text])))
);

ALTER TABLE ONLY public.patch_logs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.patch_logs IS 'All that an endpoint''s package manager wrote for one job, as its agent has sent it; kept as long as the tenant keeps history.';

COMMENT ON COLUMN public.patch_logs.target_id IS 'The row of patch_deployments.';

CREATE TABLE public.patch_packages (
    patch_id uuid NOT NULL,
    ecosystem text NOT NULL,
    package text NOT NULL,
    fixed_version text NOT NULL,
    stream text DEFAULT ''::text NOT NULL,
    needs_reboot boolean DEFAULT false NOT NULL
);

COMMENT ON TABLE public.patch_packages IS 'What a patch of a distribution, a release of a system or of an application brings to which version.';

COMMENT ON COLUMN public.patch_packages.ecosystem IS 'The distribution''s release, as findings name it: debian:12.';

COMMENT ON COLUMN public.patch_packages.package IS 'As advisories name it: the source package of Debian, Ubuntu and Alpine, the binary one of rpm.';

COMMENT ON COLUMN public.patch_packages.stream IS 'The module stream of Enterprise Linux, nodejs:18; empty for none.';

CREATE TABLE public.patch_prerequisites (
    kb_number text NOT NULL,
    prerequisite text NOT NULL,
    CONSTRAINT patch_prerequisites_check CHECK ((kb_number <> prerequisite))
);

COMMENT ON TABLE public.patch_prerequisites IS 'Which patch has to be installed before which, or one that has taken its place. Either may be unknown here, and there may be circles.';

CREATE TABLE public.patch_signing_keys (
    tenant_id uuid NOT NULL,
    id text NOT NULL,
    public_key bytea NOT NULL,
    private_key bytea NOT NULL,
    follows text,
    change bytea,
    change_signature bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT patch_signing_keys_public_key_check CHECK ((octet_length(public_key) = 32))
);

ALTER TABLE ONLY public.patch_signing_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.patch_signing_keys IS 'What a tenant''s orders to agents are signed with: Ed25519.';

COMMENT ON COLUMN public.patch_signing_keys.id IS 'The first 16 digits of the SHA-256 of the public key.';

COMMENT ON COLUMN public.patch_signing_keys.private_key IS 'Sealed under a key that is not in the database.';

COMMENT ON COLUMN public.patch_signing_keys.follows IS 'The key whose place it took, which signed the change.';

COMMENT ON COLUMN public.patch_signing_keys.change IS 'What was signed: agents that believe the key before believe this one by it.';

CREATE TABLE public.patch_supersedence (
    kb_number text NOT NULL,
    superseded text NOT NULL,
    CONSTRAINT patch_supersedence_check CHECK ((kb_number <> superseded))
);

COMMENT ON TABLE public.patch_supersedence IS 'Which patch says that it takes the place of which. Either may be unknown here, and there are circles.';

CREATE TABLE public.patch_vulnerabilities (
    kb_number text NOT NULL,
    cve_id text NOT NULL COLLATE pg_catalog."C"
);

COMMENT ON TABLE public.patch_vulnerabilities IS 'Which vulnerabilities a patch fixes.';

CREATE TABLE public.patch_webhooks (
    tenant_id uuid NOT NULL,
    url text NOT NULL,
    callback_url text NOT NULL,
    secret bytea NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text NOT NULL,
    CONSTRAINT patch_webhooks_callback_url_check CHECK ((callback_url <> ''::text)),
    CONSTRAINT patch_webhooks_url_check CHECK ((url <> ''::text))
);

ALTER TABLE ONLY public.patch_webhooks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.patch_webhooks IS 'A system of the tenant''s own that patches machines which nothing else can.';

COMMENT ON COLUMN public.patch_webhooks.callback_url IS 'Where it reaches this installation.';

COMMENT ON COLUMN public.patch_webhooks.secret IS 'What messages to it and from it are signed with, sealed under a key that is not in the database.';

CREATE TABLE public.patches (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    kb_number text NOT NULL,
    title text NOT NULL,
    description text,
    severity text,
    released_date date,
    reboot_required boolean DEFAULT false NOT NULL,
    estimated_size_mb double precision,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    source text,
    link text,
    builds text[] DEFAULT '{}'::text[] NOT NULL,
    products text[] DEFAULT '{}'::text[] NOT NULL,
    kind text DEFAULT 'windows_update'::text NOT NULL,
    is_superseded boolean DEFAULT false NOT NULL,
    fixes_hash uuid,
    is_servicing_stack boolean DEFAULT false NOT NULL,
    CONSTRAINT patches_estimated_size_mb_check CHECK ((estimated_size_mb >= (0)::double precision)),
    CONSTRAINT patches_kind_check CHECK ((kind = ANY (ARRAY['windows_update'::text, 'distribution_update'::text, 'apple_release'::text, 'application'::text]))),
    CONSTRAINT patches_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text])))
);

COMMENT ON TABLE public.patches IS 'Patches as vendors publish them. Shared by all tenants.';

COMMENT ON COLUMN public.patches.kb_number IS 'The vendor''s number: KB5034441, or the advisory that ships the fix.';

COMMENT ON COLUMN public.patches.source IS 'Who publishes it, as in intelligence_sources.';

COMMENT ON COLUMN public.patches.builds IS 'The versions of Windows that it makes: 10.0.17763.5329.';

COMMENT ON COLUMN public.patches.products IS 'What it is for, as its vendor names it.';

COMMENT ON COLUMN public.patches.kind IS 'What it is: told by where it is published, it tells how it is installed.';

COMMENT ON COLUMN public.patches.is_superseded IS 'All that it fixes, others fix that take its place.';

COMMENT ON COLUMN public.patches.fixes_hash IS 'Of its rows in patch_fixes: tenants'' figures that were made with others are made anew.';

COMMENT ON COLUMN public.patches.is_servicing_stack IS 'It updates what installs updates: on its products it comes before those that are published after it.';

CREATE TABLE public.policies (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT policies_kind_check CHECK ((kind = ANY (ARRAY['weights'::text, 'sla'::text, 'exceptions'::text]))),
    CONSTRAINT policies_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY public.policies FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.policies IS 'How a tenant ranks its findings, sets deadlines and grants exceptions. The highest version of a kind is in force; older ones are its history.';

CREATE TABLE public.posture_history (
    tenant_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    endpoints integer DEFAULT 0 NOT NULL,
    healthy integer DEFAULT 0 NOT NULL,
    at_risk integer DEFAULT 0 NOT NULL,
    critical integer DEFAULT 0 NOT NULL,
    open_findings bigint DEFAULT 0 NOT NULL,
    risk double precision DEFAULT 0 NOT NULL
)
PARTITION BY RANGE (at);

ALTER TABLE ONLY public.posture_history FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.posture_history IS 'The tenant''s state once a day.';

COMMENT ON COLUMN public.posture_history.at IS 'Midnight UTC of the day: writing a day again replaces it.';

CREATE TABLE public.posture_history_default (
    tenant_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    endpoints integer DEFAULT 0 NOT NULL,
    healthy integer DEFAULT 0 NOT NULL,
    at_risk integer DEFAULT 0 NOT NULL,
    critical integer DEFAULT 0 NOT NULL,
    open_findings bigint DEFAULT 0 NOT NULL,
    risk double precision DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY public.posture_history_default FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.posture_history_default IS 'What no month''s partition was made for in time.';

CREATE TABLE public.removed_tenants (
    id uuid NOT NULL,
    removed_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.removed_tenants IS 'Tenants that are gone and may have left objects in the object store; a sweep removes these, and then the row.';

CREATE TABLE public.reported_sets (
    tenant_id uuid NOT NULL,
    hash uuid NOT NULL,
    reports jsonb NOT NULL,
    CONSTRAINT reported_sets_reports_check CHECK ((jsonb_typeof(reports) = 'array'::text))
);

ALTER TABLE ONLY public.reported_sets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.reported_sets IS 'A set of vulnerabilities that sources report, shared by all endpoints of the tenant that have exactly it.';

COMMENT ON COLUMN public.reported_sets.hash IS 'Of the reports.';

COMMENT ON COLUMN public.reported_sets.reports IS 'In the order of their ids: id, severity, score, vector, products, sources, known_exploited.';

CREATE TABLE public.roles (
    name text NOT NULL,
    rank smallint NOT NULL,
    description text NOT NULL
);

COMMENT ON TABLE public.roles IS 'What a user or a token may do; each role includes those of lower rank.';

CREATE TABLE public.sessions (
    tenant_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.sessions IS 'Browser sessions.';

COMMENT ON COLUMN public.sessions.token_hash IS 'SHA-256 of the cookie; the cookie itself is stored nowhere.';

CREATE TABLE public.software_sets (
    tenant_id uuid NOT NULL,
    hash uuid NOT NULL,
    title_ids bigint[] NOT NULL,
    package_count integer GENERATED ALWAYS AS (cardinality(title_ids)) STORED NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.software_sets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.software_sets IS 'A set of software_titles, shared by all endpoints of the tenant that have exactly it.';

COMMENT ON COLUMN public.software_sets.hash IS '128 bits of SHA-256 over title_ids.';

COMMENT ON COLUMN public.software_sets.title_ids IS 'Ascending.';

CREATE TABLE public.software_titles (
    id bigint NOT NULL,
    content_hash uuid NOT NULL,
    type text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    architecture text,
    source text,
    source_version text,
    vendor text,
    module text,
    cpe text,
    bundle_identifier text,
    signer text
);

COMMENT ON TABLE public.software_titles IS 'A distinct package version, whatever the number of endpoints and tenants that have it.';

COMMENT ON COLUMN public.software_titles.content_hash IS '128 bits of SHA-256 over the other columns; the natural key.';

COMMENT ON COLUMN public.software_titles.type IS 'Package database or registry: deb, rpm, apk, npm, …; windows for the system itself, kb for its updates.';

COMMENT ON COLUMN public.software_titles.source IS 'Source package, where it differs from name.';

COMMENT ON COLUMN public.software_titles.cpe IS 'A CPE 2.3 name that the reporter gives.';

COMMENT ON COLUMN public.software_titles.bundle_identifier IS 'macOS bundle id: tells vendors apart where a name cannot.';

COMMENT ON COLUMN public.software_titles.signer IS 'Who signed it.';

CREATE VIEW public.software_installed WITH (security_invoker='true') AS
 SELECT (md5((((e.id)::text || ':'::text) || (i.title_id)::text)))::uuid AS id,
    e.tenant_id,
    e.id AS endpoint_id,
    i.title_id,
    t.name,
    t.version,
    t.vendor,
    i.install_date,
    NULL::timestamp with time zone AS last_execution,
    COALESCE(e.inventory_at, e.created_at) AS created_at
   FROM (((public.endpoints e
     JOIN public.software_sets s ON (((s.tenant_id = e.tenant_id) AND (s.hash = e.software_set))))
     CROSS JOIN LATERAL UNNEST(s.title_ids, e.install_dates) i(title_id, install_date))
     JOIN public.software_titles t ON ((t.id = i.title_id)));

COMMENT ON VIEW public.software_installed IS 'What is installed on each endpoint, a row a package.';

COMMENT ON COLUMN public.software_installed.id IS 'The same for an endpoint and a title as long as both exist.';

ALTER TABLE public.software_titles ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.software_titles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenant_patch_vulnerabilities (
    tenant_id uuid NOT NULL,
    patch_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL,
    endpoints integer NOT NULL
);

ALTER TABLE ONLY public.tenant_patch_vulnerabilities FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.tenant_patch_vulnerabilities IS 'On how many endpoints of the tenant a patch ends a finding of a vulnerability.';

CREATE TABLE public.tenant_patches (
    tenant_id uuid NOT NULL,
    patch_id uuid NOT NULL,
    endpoints integer DEFAULT 0 NOT NULL,
    vulnerabilities integer DEFAULT 0 NOT NULL,
    risk bigint DEFAULT 0 NOT NULL,
    needs_reboot boolean DEFAULT false NOT NULL,
    released_date date,
    fixes_hash uuid,
    reboot_order double precision GENERATED ALWAYS AS (
CASE
    WHEN needs_reboot THEN ((- (risk)::double precision) / (GREATEST(endpoints, 1))::double precision)
    ELSE (('-1000000000000000'::numeric - (risk)::numeric))::double precision
END) STORED NOT NULL,
    last_changed timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.tenant_patches FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.tenant_patches IS 'A patch that endpoints of the tenant need, or needed; kept up by what changes findings and endpoints.';

COMMENT ON COLUMN public.tenant_patches.endpoints IS 'Endpoints on which it ends an open finding.';

COMMENT ON COLUMN public.tenant_patches.vulnerabilities IS 'The different vulnerabilities of these findings.';

COMMENT ON COLUMN public.tenant_patches.risk IS 'The risk of these findings on all endpoints, in tenths.';

COMMENT ON COLUMN public.tenant_patches.needs_reboot IS 'As patches.reboot_required, and released_date as there: lists are ordered by them.';

COMMENT ON COLUMN public.tenant_patches.fixes_hash IS 'patches.fixes_hash when the figures were made.';

COMMENT ON COLUMN public.tenant_patches.reboot_order IS 'Ascending by the risk removed for each reboot, most first; without any reboot before all others.';

CREATE TABLE public.tenant_vulnerabilities (
    tenant_id uuid NOT NULL,
    vulnerability_id uuid NOT NULL,
    endpoints_affected integer DEFAULT 0 NOT NULL,
    endpoints_remediated integer DEFAULT 0 NOT NULL,
    max_risk real DEFAULT 0 NOT NULL,
    first_detected timestamp with time zone DEFAULT now() NOT NULL,
    last_changed timestamp with time zone DEFAULT now() NOT NULL,
    endpoints_excepted integer DEFAULT 0 NOT NULL,
    CONSTRAINT tenant_vulnerabilities_endpoints_affected_check CHECK ((endpoints_affected >= 0)),
    CONSTRAINT tenant_vulnerabilities_endpoints_excepted_check CHECK ((endpoints_excepted >= 0)),
    CONSTRAINT tenant_vulnerabilities_endpoints_remediated_check CHECK ((endpoints_remediated >= 0))
);

ALTER TABLE ONLY public.tenant_vulnerabilities FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.tenant_vulnerabilities IS 'A vulnerability that endpoints of the tenant have or had; kept up by what writes findings.';

COMMENT ON COLUMN public.tenant_vulnerabilities.endpoints_affected IS 'Endpoints on which it is open or in progress.';

COMMENT ON COLUMN public.tenant_vulnerabilities.max_risk IS 'Highest risk that it has on an endpoint on which it is open.';

COMMENT ON COLUMN public.tenant_vulnerabilities.endpoints_excepted IS 'Endpoints on which it is under an exception.';

CREATE TABLE public.tenants (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    name text NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    retention_days integer DEFAULT 90 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    matched_revision bigint DEFAULT 0 NOT NULL,
    written_revision bigint DEFAULT 0 NOT NULL,
    patched_revision bigint DEFAULT 0 NOT NULL,
    CONSTRAINT tenants_name_check CHECK ((name <> ''::text)),
    CONSTRAINT tenants_retention_days_check CHECK (((retention_days >= 90) AND (retention_days <= 3650)))
);

ALTER TABLE ONLY public.tenants FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.tenants IS 'A customer of the installation: the unit of isolation. Deleting one removes everything of it.';

COMMENT ON COLUMN public.tenants.revision IS 'Bumped by every change that a cached list depends on.';

COMMENT ON COLUMN public.tenants.retention_days IS 'How long its history is kept at least; partitions hold all tenants'' rows and go by the longest.';

COMMENT ON COLUMN public.tenants.matched_revision IS 'Every scanned endpoint''s findings are of this revision of the intelligence or a newer one.';

COMMENT ON COLUMN public.tenants.written_revision IS 'The newest revision of which findings were written; results of an older one are refused.';

COMMENT ON COLUMN public.tenants.patched_revision IS 'The revision of the intelligence whose patches the figures of patches are of.';

CREATE TABLE public.tokens (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    scope text,
    created_by uuid,
    CONSTRAINT tokens_scope_check CHECK ((scope = 'push'::text))
);

ALTER TABLE ONLY public.tokens FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.tokens IS 'API tokens. A token belongs to one tenant and one role.';

COMMENT ON COLUMN public.tokens.token_hash IS 'SHA-256 of the token; the token itself is stored nowhere.';

COMMENT ON COLUMN public.tokens.scope IS 'What the token is good for, of what its role may: push, to report in and nothing else. Null for all of it.';

COMMENT ON COLUMN public.tokens.created_by IS 'The person who made it, or whose token did; null where nobody knows.';

CREATE TABLE public.unused_objects (
    tenant_id uuid NOT NULL,
    object_key text NOT NULL,
    is_upload boolean NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.unused_objects FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.unused_objects IS 'Objects that no row names: not yet, because they are being written, or not any more. A sweep removes them.';

COMMENT ON COLUMN public.unused_objects.is_upload IS 'It is being written; what is older than two days was left by a process that is gone.';

CREATE TABLE public.users (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    password_hash text,
    disabled_at timestamp with time zone,
    last_signed_in_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT users_email_check CHECK ((email = lower(email)))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.users IS 'A person who signs in to one tenant.';

COMMENT ON COLUMN public.users.password_hash IS 'PHC string; NULL for people who sign in elsewhere.';

CREATE TABLE public.vex_documents (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    document_id text NOT NULL,
    format text NOT NULL,
    author text DEFAULT ''::text NOT NULL,
    issued_at timestamp with time zone,
    digest bytea NOT NULL,
    imported_by text NOT NULL,
    imported_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vex_documents_document_id_check CHECK ((document_id <> ''::text)),
    CONSTRAINT vex_documents_format_check CHECK ((format = ANY (ARRAY['openvex'::text, 'csaf'::text])))
);

ALTER TABLE ONLY public.vex_documents FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.vex_documents IS 'A VEX document that a tenant has imported: its newest edition, which takes the place of those before.';

COMMENT ON COLUMN public.vex_documents.document_id IS 'What its publisher calls it.';

COMMENT ON COLUMN public.vex_documents.issued_at IS 'Of this edition, as it says itself.';

COMMENT ON COLUMN public.vex_documents.digest IS 'SHA-256 of the document: the same again changes nothing.';

CREATE TABLE public.vex_statements (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    document uuid NOT NULL,
    "position" integer NOT NULL,
    vulnerabilities text[] NOT NULL,
    status text NOT NULL,
    justification text,
    impact text,
    action text,
    author text DEFAULT ''::text NOT NULL,
    stated_at timestamp with time zone,
    imported_at timestamp with time zone DEFAULT now() NOT NULL,
    products jsonb NOT NULL,
    hosts text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT vex_statements_position_check CHECK (("position" >= 0)),
    CONSTRAINT vex_statements_status_check CHECK ((status = ANY (ARRAY['not_affected'::text, 'affected'::text, 'fixed'::text, 'under_investigation'::text])))
);

ALTER TABLE ONLY public.vex_statements FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.vex_statements IS 'What a VEX document says of vulnerabilities in products. Of several on a finding the one stated last counts.';

COMMENT ON COLUMN public.vex_statements.vulnerabilities IS 'The vulnerability''s id and its other names, spelled as the catalogue spells them.';

COMMENT ON COLUMN public.vex_statements.products IS 'Package URLs, CPE names and names of hosts, with what they are in.';

COMMENT ON COLUMN public.vex_statements.hosts IS 'Names, in lower case, of endpoints that it may be about.';

CREATE TABLE public.vulnerabilities (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    cve_id text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL,
    description text,
    cvss_score double precision,
    cvss_vector text,
    cvss_version text,
    severity text,
    exploitability text,
    affected_systems jsonb DEFAULT '[]'::jsonb NOT NULL,
    remediation text,
    source text NOT NULL,
    published_date date,
    modified_date timestamp with time zone,
    epss double precision,
    epss_percentile double precision,
    kev_added date,
    kev_due date,
    kev_ransomware boolean DEFAULT false NOT NULL,
    exploit_count integer DEFAULT 0 NOT NULL,
    exploits text[] DEFAULT '{}'::text[] NOT NULL,
    links text[] DEFAULT '{}'::text[] NOT NULL,
    is_rejected boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    ssvc_exploitation text,
    ssvc_automatable boolean,
    ssvc_technical_impact text,
    ssvc_assessed timestamp with time zone,
    field_sources jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT vulnerabilities_cvss_score_check CHECK (((cvss_score >= (0)::double precision) AND (cvss_score <= (10)::double precision))),
    CONSTRAINT vulnerabilities_epss_check CHECK (((epss >= (0)::double precision) AND (epss <= (1)::double precision))),
    CONSTRAINT vulnerabilities_epss_percentile_check CHECK (((epss_percentile >= (0)::double precision) AND (epss_percentile <= (1)::double precision))),
    CONSTRAINT vulnerabilities_exploitability_check CHECK ((exploitability = ANY (ARRAY['functional'::text, 'proof-of-concept'::text, 'unproven'::text]))),
    CONSTRAINT vulnerabilities_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text]))),
    CONSTRAINT vulnerabilities_ssvc_exploitation_check CHECK ((ssvc_exploitation = ANY (ARRAY['none'::text, 'poc'::text, 'active'::text]))),
    CONSTRAINT vulnerabilities_ssvc_technical_impact_check CHECK ((ssvc_technical_impact = ANY (ARRAY['partial'::text, 'total'::text])))
);

COMMENT ON TABLE public.vulnerabilities IS 'What is known of each vulnerability, over all sources. Shared by all tenants.';

COMMENT ON COLUMN public.vulnerabilities.cve_id IS 'CVE id, or the source''s own id where there is no CVE.';

COMMENT ON COLUMN public.vulnerabilities.cvss_score IS 'Recomputed from cvss_vector; NULL when no source gives a vector.';

COMMENT ON COLUMN public.vulnerabilities.severity IS 'Band of cvss_score, else the source''s word; NULL when unknown.';

COMMENT ON COLUMN public.vulnerabilities.epss IS 'FIRST EPSS: probability of exploitation within 30 days.';

COMMENT ON COLUMN public.vulnerabilities.kev_added IS 'Day it entered CISA''s Known Exploited Vulnerabilities; NULL when it is not there.';

COMMENT ON COLUMN public.vulnerabilities.exploits IS 'Exploit-DB ids.';

COMMENT ON COLUMN public.vulnerabilities.is_rejected IS 'Taken back by its source: matches nothing.';

COMMENT ON COLUMN public.vulnerabilities.ssvc_exploitation IS 'SSVC as CISA assesses it, within CVE records; NULL where it has not.';

COMMENT ON COLUMN public.vulnerabilities.field_sources IS 'Which source title, description, score and ssvc are of.';

CREATE TABLE public.vulnerability_records (
    cve_id text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL,
    feed text NOT NULL,
    title text,
    description text,
    cvss_score double precision,
    cvss_vector text,
    cvss_version text,
    severity text,
    published timestamp with time zone,
    modified timestamp with time zone,
    is_rejected boolean DEFAULT false NOT NULL,
    ssvc_exploitation text,
    ssvc_automatable boolean,
    ssvc_technical_impact text,
    ssvc_assessed timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vulnerability_records_cvss_score_check CHECK (((cvss_score >= (0)::double precision) AND (cvss_score <= (10)::double precision))),
    CONSTRAINT vulnerability_records_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text]))),
    CONSTRAINT vulnerability_records_ssvc_exploitation_check CHECK ((ssvc_exploitation = ANY (ARRAY['none'::text, 'poc'::text, 'active'::text]))),
    CONSTRAINT vulnerability_records_ssvc_technical_impact_check CHECK ((ssvc_technical_impact = ANY (ARRAY['partial'::text, 'total'::text])))
);

COMMENT ON TABLE public.vulnerability_records IS 'What each source says of a vulnerability. Shared by all tenants.';

COMMENT ON COLUMN public.vulnerability_records.feed IS 'The feed that it came with: intelligence_sources has its licence and date.';

COMMENT ON COLUMN public.vulnerability_records.cvss_score IS 'Recomputed from cvss_vector.';

COMMENT ON COLUMN public.vulnerability_records.modified IS 'When its source last changed it: an older one never takes its place.';

CREATE TABLE public.webhooks (
    tenant_id uuid NOT NULL,
    url text NOT NULL,
    secret bytea NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    digest_on date,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text NOT NULL,
    CONSTRAINT webhooks_url_check CHECK ((url <> ''::text))
);

ALTER TABLE ONLY public.webhooks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.webhooks IS 'Where a tenant''s notices go.';

COMMENT ON COLUMN public.webhooks.secret IS 'What messages are signed with, sealed under a key that is not in the database.';

COMMENT ON COLUMN public.webhooks.digest_on IS 'The day (UTC) whose digest of deadlines has been decided.';

ALTER TABLE ONLY public.finding_transitions ATTACH PARTITION public.finding_transitions_default DEFAULT;

ALTER TABLE ONLY public.posture_history ATTACH PARTITION public.posture_history_default DEFAULT;

ALTER TABLE ONLY public.advisories
    ADD CONSTRAINT advisories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.advisories
    ADD CONSTRAINT advisories_source_advisory_id_key UNIQUE (source, advisory_id);

ALTER TABLE ONLY public.advisory_packages
    ADD CONSTRAINT advisory_packages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.advisory_products
    ADD CONSTRAINT advisory_products_pkey PRIMARY KEY (advisory_id, product, introduced, fixed);

ALTER TABLE ONLY public.agent_enrolments
    ADD CONSTRAINT agent_enrolments_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.agent_enrolments
    ADD CONSTRAINT agent_enrolments_tenant_id_token_hash_key UNIQUE (tenant_id, token_hash);

ALTER TABLE ONLY public.agent_inventories
    ADD CONSTRAINT agent_inventories_pkey PRIMARY KEY (tenant_id, agent_id);

ALTER TABLE ONLY public.agent_tasks
    ADD CONSTRAINT agent_tasks_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_tenant_id_public_key_key UNIQUE (tenant_id, public_key);

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_tenant_id_connector_id_source_id_key UNIQUE (tenant_id, connector_id, source_id);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, sequence);

ALTER TABLE ONLY public.compliance_audits
    ADD CONSTRAINT compliance_audits_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.compliance_audits
    ADD CONSTRAINT compliance_audits_tenant_id_endpoint_id_framework_check_nam_key UNIQUE (tenant_id, endpoint_id, framework, check_name);

ALTER TABLE ONLY public.connector_checkpoints
    ADD CONSTRAINT connector_checkpoints_pkey PRIMARY KEY (tenant_id, connector_id, stream);

ALTER TABLE ONLY public.connector_quarantine
    ADD CONSTRAINT connector_quarantine_pkey PRIMARY KEY (tenant_id, connector_id, stream, record_hash);

ALTER TABLE ONLY public.connector_records
    ADD CONSTRAINT connector_records_pkey PRIMARY KEY (tenant_id, connector_id, stream, source_id);

ALTER TABLE ONLY public.connector_streams
    ADD CONSTRAINT connector_streams_pkey PRIMARY KEY (tenant_id, connector_id, stream);

ALTER TABLE ONLY public.connectors
    ADD CONSTRAINT connectors_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.connectors
    ADD CONSTRAINT connectors_tenant_id_name_key UNIQUE (tenant_id, name);

ALTER TABLE ONLY public.deployment_approvals
    ADD CONSTRAINT deployment_approvals_pkey PRIMARY KEY (tenant_id, deployment_id, id);

ALTER TABLE ONLY public.deployment_counts
    ADD CONSTRAINT deployment_counts_pkey PRIMARY KEY (tenant_id, deployment_id, ring, has_failed);

ALTER TABLE ONLY public.deployment_rings
    ADD CONSTRAINT deployment_rings_pkey PRIMARY KEY (tenant_id, deployment_id, ring);

ALTER TABLE ONLY public.deployment_transitions
    ADD CONSTRAINT deployment_transitions_pkey PRIMARY KEY (tenant_id, deployment_id, id);

ALTER TABLE ONLY public.deployments
    ADD CONSTRAINT deployments_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.deployments
    ADD CONSTRAINT deployments_tenant_id_idempotency_key_key UNIQUE (tenant_id, idempotency_key);

ALTER TABLE ONLY public.device_actions
    ADD CONSTRAINT device_actions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.edr_actions
    ADD CONSTRAINT edr_actions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.edr_alerts
    ADD CONSTRAINT edr_alerts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.edr_alerts
    ADD CONSTRAINT edr_alerts_tenant_id_microsoft_alert_id_key UNIQUE (tenant_id, microsoft_alert_id);

ALTER TABLE ONLY public.edr_compliance
    ADD CONSTRAINT edr_compliance_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.edr_compliance
    ADD CONSTRAINT edr_compliance_tenant_id_device_id_key UNIQUE (tenant_id, device_id);

ALTER TABLE ONLY public.edr_device_sources
    ADD CONSTRAINT edr_device_sources_pkey PRIMARY KEY (tenant_id, connector_id, source_id);

ALTER TABLE ONLY public.edr_device_vulnerabilities
    ADD CONSTRAINT edr_device_vulnerabilities_pkey PRIMARY KEY (device_id, vulnerability_id);

ALTER TABLE ONLY public.edr_devices
    ADD CONSTRAINT edr_devices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.edr_devices
    ADD CONSTRAINT edr_devices_tenant_id_id_key UNIQUE (tenant_id, id);

ALTER TABLE ONLY public.edr_devices
    ADD CONSTRAINT edr_devices_tenant_id_microsoft_device_id_key UNIQUE (tenant_id, microsoft_device_id);

ALTER TABLE ONLY public.edr_posture_scores
    ADD CONSTRAINT edr_posture_scores_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.edr_vulnerabilities
    ADD CONSTRAINT edr_vulnerabilities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.edr_vulnerabilities
    ADD CONSTRAINT edr_vulnerabilities_tenant_id_cve_id_key UNIQUE (tenant_id, cve_id);

ALTER TABLE ONLY public.edr_vulnerabilities
    ADD CONSTRAINT edr_vulnerabilities_tenant_id_id_key UNIQUE (tenant_id, id);

ALTER TABLE ONLY public.endpoint_redirects
    ADD CONSTRAINT endpoint_redirects_pkey PRIMARY KEY (tenant_id, endpoint_id);

ALTER TABLE ONLY public.endpoint_sources
    ADD CONSTRAINT endpoint_sources_pkey PRIMARY KEY (tenant_id, connector_id, device_id);

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_tenant_id_device_id_key UNIQUE (tenant_id, device_id);

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_tenant_id_hostname_key UNIQUE (tenant_id, hostname);

ALTER TABLE ONLY public.epss_days
    ADD CONSTRAINT epss_days_pkey PRIMARY KEY (score_date);

ALTER TABLE ONLY public.epss_history
    ADD CONSTRAINT epss_history_pkey PRIMARY KEY (cve, score_date);

ALTER TABLE ONLY public.epss_scores
    ADD CONSTRAINT epss_scores_pkey PRIMARY KEY (cve);

ALTER TABLE ONLY public.exceptions
    ADD CONSTRAINT exceptions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.exploits
    ADD CONSTRAINT exploits_pkey PRIMARY KEY (cve);

ALTER TABLE ONLY public.finding_set_patches
    ADD CONSTRAINT finding_set_patches_pkey PRIMARY KEY (tenant_id, finding_set_id, patch_id);

ALTER TABLE ONLY public.finding_sets
    ADD CONSTRAINT finding_sets_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.finding_transitions
    ADD CONSTRAINT finding_transitions_pkey PRIMARY KEY (tenant_id, id, at);

ALTER TABLE ONLY public.finding_transitions_default
    ADD CONSTRAINT finding_transitions_default_pkey PRIMARY KEY (tenant_id, id, at);

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (tenant_id, finding_set_id, vulnerability_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, key);

ALTER TABLE ONLY public.identity_collisions
    ADD CONSTRAINT identity_collisions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.identity_events
    ADD CONSTRAINT identity_events_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.identity_keys
    ADD CONSTRAINT identity_keys_pkey PRIMARY KEY (tenant_id, kind, value, connector_id, device_id);

ALTER TABLE ONLY public.identity_separations
    ADD CONSTRAINT identity_separations_pkey PRIMARY KEY (tenant_id, connector_id, device_id, other_connector_id, other_device_id);

ALTER TABLE ONLY public.incident_events
    ADD CONSTRAINT incident_events_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.incident_settings
    ADD CONSTRAINT incident_settings_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.intelligence_changes
    ADD CONSTRAINT intelligence_changes_pkey PRIMARY KEY (revision, cve_id);

ALTER TABLE ONLY public.intelligence_imports
    ADD CONSTRAINT intelligence_imports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.intelligence_quarantine
    ADD CONSTRAINT intelligence_quarantine_pkey PRIMARY KEY (source, feed, "position");

ALTER TABLE ONLY public.intelligence_revisions
    ADD CONSTRAINT intelligence_revisions_pkey PRIMARY KEY (revision);

ALTER TABLE ONLY public.intelligence_sources
    ADD CONSTRAINT intelligence_sources_pkey PRIMARY KEY (source);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.known_exploited
    ADD CONSTRAINT known_exploited_pkey PRIMARY KEY (cve);

ALTER TABLE ONLY public.osquery_answers
    ADD CONSTRAINT osquery_answers_pkey PRIMARY KEY (tenant_id, query_id, node_id);

ALTER TABLE ONLY public.osquery_nodes
    ADD CONSTRAINT osquery_nodes_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.osquery_nodes
    ADD CONSTRAINT osquery_nodes_tenant_id_host_identifier_key UNIQUE (tenant_id, host_identifier);

ALTER TABLE ONLY public.osquery_nodes
    ADD CONSTRAINT osquery_nodes_tenant_id_key_hash_key UNIQUE (tenant_id, key_hash);

ALTER TABLE ONLY public.osquery_queries
    ADD CONSTRAINT osquery_queries_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.osquery_snapshots
    ADD CONSTRAINT osquery_snapshots_pkey PRIMARY KEY (tenant_id, node_id, name);

ALTER TABLE ONLY public.osquery_status
    ADD CONSTRAINT osquery_status_pkey PRIMARY KEY (tenant_id, node_id, message);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_tenant_id_idempotency_key_key UNIQUE (tenant_id, idempotency_key);

ALTER TABLE ONLY public.patch_backlog
    ADD CONSTRAINT patch_backlog_pkey PRIMARY KEY (ecosystem, package);

ALTER TABLE ONLY public.patch_deployments
    ADD CONSTRAINT patch_deployments_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.patch_files
    ADD CONSTRAINT patch_files_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.patch_files
    ADD CONSTRAINT patch_files_tenant_id_patch_id_name_key UNIQUE (tenant_id, patch_id, name);

ALTER TABLE ONLY public.patch_fixes
    ADD CONSTRAINT patch_fixes_pkey PRIMARY KEY (ecosystem, package, fixed_version);

ALTER TABLE ONLY public.patch_jobs
    ADD CONSTRAINT patch_jobs_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.patch_jobs
    ADD CONSTRAINT patch_jobs_tenant_id_target_id_kind_attempt_key UNIQUE (tenant_id, target_id, kind, attempt);

ALTER TABLE ONLY public.patch_logs
    ADD CONSTRAINT patch_logs_pkey PRIMARY KEY (tenant_id, target_id, kind, attempt);

ALTER TABLE ONLY public.patch_packages
    ADD CONSTRAINT patch_packages_pkey PRIMARY KEY (patch_id, ecosystem, package, fixed_version);

ALTER TABLE ONLY public.patch_prerequisites
    ADD CONSTRAINT patch_prerequisites_pkey PRIMARY KEY (kb_number, prerequisite);

ALTER TABLE ONLY public.patch_signing_keys
    ADD CONSTRAINT patch_signing_keys_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.patch_supersedence
    ADD CONSTRAINT patch_supersedence_pkey PRIMARY KEY (kb_number, superseded);

ALTER TABLE ONLY public.patch_vulnerabilities
    ADD CONSTRAINT patch_vulnerabilities_pkey PRIMARY KEY (kb_number, cve_id);

ALTER TABLE ONLY public.patch_webhooks
    ADD CONSTRAINT patch_webhooks_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.patches
    ADD CONSTRAINT patches_kb_number_key UNIQUE (kb_number);

ALTER TABLE ONLY public.patches
    ADD CONSTRAINT patches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (tenant_id, kind, version);

ALTER TABLE ONLY public.posture_history
    ADD CONSTRAINT posture_history_pkey PRIMARY KEY (tenant_id, at);

ALTER TABLE ONLY public.posture_history_default
    ADD CONSTRAINT posture_history_default_pkey PRIMARY KEY (tenant_id, at);

ALTER TABLE ONLY public.removed_tenants
    ADD CONSTRAINT removed_tenants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reported_sets
    ADD CONSTRAINT reported_sets_pkey PRIMARY KEY (tenant_id, hash);

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_rank_key UNIQUE (rank);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, token_hash);

ALTER TABLE ONLY public.software_sets
    ADD CONSTRAINT software_sets_pkey PRIMARY KEY (tenant_id, hash);

ALTER TABLE ONLY public.software_titles
    ADD CONSTRAINT software_titles_content_hash_key UNIQUE (content_hash);

ALTER TABLE ONLY public.software_titles
    ADD CONSTRAINT software_titles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenant_patch_vulnerabilities
    ADD CONSTRAINT tenant_patch_vulnerabilities_pkey PRIMARY KEY (tenant_id, patch_id, vulnerability_id);

ALTER TABLE ONLY public.tenant_patches
    ADD CONSTRAINT tenant_patches_pkey PRIMARY KEY (tenant_id, patch_id);

ALTER TABLE ONLY public.tenant_vulnerabilities
    ADD CONSTRAINT tenant_vulnerabilities_pkey PRIMARY KEY (tenant_id, vulnerability_id);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_name_key UNIQUE (name);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_tenant_id_token_hash_key UNIQUE (tenant_id, token_hash);

ALTER TABLE ONLY public.unused_objects
    ADD CONSTRAINT unused_objects_pkey PRIMARY KEY (tenant_id, object_key);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_id_key UNIQUE (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_tenant_id_email_key UNIQUE (tenant_id, email);

ALTER TABLE ONLY public.vex_documents
    ADD CONSTRAINT vex_documents_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.vex_documents
    ADD CONSTRAINT vex_documents_tenant_id_document_id_key UNIQUE (tenant_id, document_id);

ALTER TABLE ONLY public.vex_statements
    ADD CONSTRAINT vex_statements_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.vulnerabilities
    ADD CONSTRAINT vulnerabilities_cve_id_key UNIQUE (cve_id);

ALTER TABLE ONLY public.vulnerabilities
    ADD CONSTRAINT vulnerabilities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vulnerability_records
    ADD CONSTRAINT vulnerability_records_pkey PRIMARY KEY (cve_id, source);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (tenant_id);

CREATE INDEX advisories_feed_idx ON public.advisories USING btree (feed);

CREATE INDEX advisories_modified_idx ON public.advisories USING btree (source, modified DESC);

CREATE INDEX advisories_vulnerabilities_idx ON public.advisories USING gin (vulnerabilities);

CREATE INDEX advisory_packages_advisory_idx ON public.advisory_packages USING btree (advisory_id);

CREATE INDEX advisory_packages_name_idx ON public.advisory_packages USING btree (ecosystem, name);

CREATE INDEX advisory_products_product_idx ON public.advisory_products USING btree (product);

CREATE INDEX agent_tasks_agent_idx ON public.agent_tasks USING btree (tenant_id, agent_id, id DESC);

CREATE INDEX agent_tasks_open_idx ON public.agent_tasks USING btree (tenant_id, agent_id) WHERE (state = ANY (ARRAY['pending'::text, 'delivered'::text]));

CREATE UNIQUE INDEX agents_device_idx ON public.agents USING btree (tenant_id, device_id) WHERE (state <> 'revoked'::text);

CREATE INDEX agents_enrolment_idx ON public.agents USING btree (tenant_id, enrolment_id);

CREATE INDEX agents_hostname_idx ON public.agents USING btree (tenant_id, hostname, id);

CREATE INDEX alerts_detected_idx ON public.alerts USING btree (tenant_id, detected_at DESC, id);

CREATE INDEX alerts_device_idx ON public.alerts USING btree (tenant_id, connector_id, device_id);

CREATE INDEX alerts_endpoint_idx ON public.alerts USING btree (tenant_id, endpoint_id, detected_at DESC);

CREATE INDEX alerts_incident_idx ON public.alerts USING btree (tenant_id, incident_id, detected_at);

CREATE INDEX alerts_waiting_idx ON public.alerts USING btree (tenant_id, detected_at, id) WHERE ((incident_id IS NULL) OR (handled_status IS DISTINCT FROM status));

CREATE INDEX audit_events_object_idx ON public.audit_events USING btree (tenant_id, object, sequence DESC);

CREATE INDEX audit_events_time_idx ON public.audit_events USING btree (tenant_id, at DESC);

CREATE INDEX compliance_audits_framework_idx ON public.compliance_audits USING btree (tenant_id, framework, compliance_status);

CREATE INDEX compliance_audits_next_idx ON public.compliance_audits USING btree (tenant_id, next_audit);

CREATE INDEX connector_quarantine_seen_idx ON public.connector_quarantine USING btree (tenant_id, connector_id, last_seen_at DESC);

CREATE INDEX connector_records_device_idx ON public.connector_records USING btree (tenant_id, connector_id, device_id, stream) WHERE (device_id IS NOT NULL);

CREATE INDEX connectors_due_idx ON public.connectors USING btree (next_sync_at) WHERE (NOT is_paused);

CREATE INDEX connectors_lease_idx ON public.connectors USING btree (tenant_id, locked_until) WHERE (locked_until IS NOT NULL);

CREATE INDEX deployment_transitions_own_idx ON public.deployment_transitions USING btree (tenant_id, deployment_id, id) WHERE (target_id IS NULL);

CREATE INDEX deployment_transitions_target_idx ON public.deployment_transitions USING btree (tenant_id, deployment_id, target_id, id) WHERE (target_id IS NOT NULL);

CREATE INDEX deployments_list_idx ON public.deployments USING btree (tenant_id, created_at DESC, id DESC);

CREATE INDEX deployments_open_idx ON public.deployments USING btree (tenant_id, id) WHERE (status <> ALL (ARRAY['rejected'::text, 'aborted'::text, 'rolled_back'::text, 'rolled_back_with_failures'::text, 'completed'::text, 'completed_with_failures'::text]));

CREATE INDEX deployments_patch_idx ON public.deployments USING btree (patch_id);

CREATE INDEX device_actions_alert_idx ON public.device_actions USING btree (tenant_id, alert_id, id DESC) WHERE (alert_id IS NOT NULL);

CREATE INDEX device_actions_decision_idx ON public.device_actions USING btree (tenant_id, decision_id);

CREATE INDEX device_actions_device_idx ON public.device_actions USING btree (tenant_id, connector_id, device_id, id DESC);

CREATE INDEX device_actions_due_idx ON public.device_actions USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX device_actions_endpoint_idx ON public.device_actions USING btree (tenant_id, endpoint_id, id DESC);

CREATE INDEX device_actions_incident_idx ON public.device_actions USING btree (tenant_id, incident_id, id DESC) WHERE (incident_id IS NOT NULL);

CREATE INDEX device_actions_lease_idx ON public.device_actions USING btree (locked_until) WHERE (locked_until IS NOT NULL);

CREATE INDEX device_actions_orphaned_idx ON public.device_actions USING btree (tenant_id) WHERE ((connector_id IS NULL) AND (status = ANY (ARRAY['pending'::text, 'in_progress'::text])));

CREATE INDEX device_actions_token_idx ON public.device_actions USING btree (tenant_id, token_id) WHERE (token_id IS NOT NULL);

CREATE UNIQUE INDEX device_actions_underway_idx ON public.device_actions USING btree (tenant_id, connector_id, device_id, kind) WHERE ((status = ANY (ARRAY['pending'::text, 'sending'::text, 'in_progress'::text])) AND (kind <> ALL (ARRAY['run_script'::text, 'set_alert_status'::text])));

CREATE INDEX device_actions_user_idx ON public.device_actions USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX edr_actions_action_type_idx ON public.edr_actions USING btree (tenant_id, action_type);

CREATE INDEX edr_actions_device_id_idx ON public.edr_actions USING btree (device_id);

CREATE INDEX edr_actions_device_tenant_idx ON public.edr_actions USING btree (tenant_id, device_id);

CREATE INDEX edr_actions_initiated_at_idx ON public.edr_actions USING btree (tenant_id, initiated_at DESC);

CREATE INDEX edr_actions_status_idx ON public.edr_actions USING btree (tenant_id, status);

CREATE INDEX edr_actions_tenant_id_idx ON public.edr_actions USING btree (tenant_id);

CREATE INDEX edr_actions_user_id_idx ON public.edr_actions USING btree (user_id);

CREATE INDEX edr_actions_user_tenant_idx ON public.edr_actions USING btree (tenant_id, user_id);

CREATE INDEX edr_alerts_detected_at_idx ON public.edr_alerts USING btree (tenant_id, detected_at DESC);

CREATE INDEX edr_alerts_device_id_idx ON public.edr_alerts USING btree (device_id, detected_at DESC);

CREATE INDEX edr_alerts_device_tenant_idx ON public.edr_alerts USING btree (tenant_id, device_id);

CREATE INDEX edr_alerts_severity_idx ON public.edr_alerts USING btree (tenant_id, severity);

CREATE INDEX edr_alerts_status_idx ON public.edr_alerts USING btree (tenant_id, status);

CREATE INDEX edr_alerts_tenant_id_idx ON public.edr_alerts USING btree (tenant_id);

CREATE INDEX edr_compliance_checked_at_idx ON public.edr_compliance USING btree (tenant_id, checked_at DESC);

CREATE INDEX edr_compliance_device_id_idx ON public.edr_compliance USING btree (device_id);

CREATE INDEX edr_compliance_state_idx ON public.edr_compliance USING btree (tenant_id, compliance_state);

CREATE INDEX edr_compliance_tenant_id_idx ON public.edr_compliance USING btree (tenant_id);

CREATE INDEX edr_device_sources_device_idx ON public.edr_device_sources USING btree (tenant_id, device_id);

CREATE INDEX edr_device_sources_directory_idx ON public.edr_device_sources USING btree (tenant_id, directory_id) WHERE (directory_id IS NOT NULL);

CREATE INDEX edr_device_vulnerabilities_detected_at_idx ON public.edr_device_vulnerabilities USING btree (tenant_id, detected_at DESC);

CREATE INDEX edr_device_vulnerabilities_tenant_device_idx ON public.edr_device_vulnerabilities USING btree (tenant_id, device_id);

CREATE INDEX edr_device_vulnerabilities_tenant_vulnerability_idx ON public.edr_device_vulnerabilities USING btree (tenant_id, vulnerability_id);

CREATE INDEX edr_device_vulnerabilities_vulnerability_id_idx ON public.edr_device_vulnerabilities USING btree (vulnerability_id);

CREATE INDEX edr_devices_compliance_idx ON public.edr_devices USING btree (tenant_id, intune_compliance_state);

CREATE INDEX edr_devices_health_idx ON public.edr_devices USING btree (tenant_id, defender_health_status);

CREATE INDEX edr_devices_last_seen_at_idx ON public.edr_devices USING btree (tenant_id, last_seen_at DESC);

CREATE INDEX edr_devices_list_idx ON public.edr_devices USING btree (tenant_id, COALESCE(risk_score, ('-1'::integer)::double precision) DESC, id DESC);

CREATE INDEX edr_devices_risk_score_idx ON public.edr_devices USING btree (tenant_id, risk_score DESC);

CREATE INDEX edr_devices_tenant_id_idx ON public.edr_devices USING btree (tenant_id);

CREATE INDEX edr_posture_scores_calculated_at_idx ON public.edr_posture_scores USING btree (tenant_id, calculated_at DESC);

CREATE INDEX edr_posture_scores_tenant_id_idx ON public.edr_posture_scores USING btree (tenant_id);

CREATE INDEX edr_vulnerabilities_created_at_idx ON public.edr_vulnerabilities USING btree (tenant_id, created_at DESC);

CREATE INDEX edr_vulnerabilities_cve_id_idx ON public.edr_vulnerabilities USING btree (cve_id);

CREATE INDEX edr_vulnerabilities_cvss_score_idx ON public.edr_vulnerabilities USING btree (tenant_id, cvss_score DESC);

CREATE INDEX edr_vulnerabilities_list_idx ON public.edr_vulnerabilities USING btree (tenant_id, COALESCE(cvss_score, ('-1'::integer)::double precision) DESC, id DESC);

CREATE INDEX edr_vulnerabilities_severity_idx ON public.edr_vulnerabilities USING btree (tenant_id, severity);

CREATE INDEX edr_vulnerabilities_tenant_id_idx ON public.edr_vulnerabilities USING btree (tenant_id);

CREATE INDEX endpoint_redirects_survivor_idx ON public.endpoint_redirects USING btree (tenant_id, survivor_id);

CREATE INDEX endpoint_sources_endpoint_idx ON public.endpoint_sources USING btree (tenant_id, endpoint_id) WHERE (endpoint_id IS NOT NULL);

CREATE INDEX endpoint_sources_pending_idx ON public.endpoint_sources USING btree (tenant_id, connector_id, device_id) WHERE software_pending;

CREATE INDEX endpoint_sources_reports_idx ON public.endpoint_sources USING btree (tenant_id, connector_id, device_id) WHERE reports_pending;

CREATE INDEX endpoint_sources_set_idx ON public.endpoint_sources USING btree (tenant_id, software_set) WHERE (software_set IS NOT NULL);

CREATE INDEX endpoints_finding_set_idx ON public.endpoints USING btree (tenant_id, finding_set_id, id) WHERE (finding_set_id IS NOT NULL);

CREATE INDEX endpoints_last_seen_idx ON public.endpoints USING btree (tenant_id, last_seen DESC, id);

CREATE INDEX endpoints_os_idx ON public.endpoints USING btree (tenant_id, os_type);

CREATE INDEX endpoints_reported_set_idx ON public.endpoints USING btree (tenant_id, reported_set) WHERE (reported_set IS NOT NULL);

CREATE INDEX endpoints_risk_idx ON public.endpoints USING btree (tenant_id, risk_score DESC, id);

CREATE INDEX endpoints_software_set_idx ON public.endpoints USING btree (tenant_id, software_set) WHERE (software_set IS NOT NULL);

CREATE INDEX endpoints_status_idx ON public.endpoints USING btree (tenant_id, status);

CREATE INDEX exceptions_endpoint_idx ON public.exceptions USING btree (tenant_id, endpoint_id);

CREATE INDEX exceptions_state_idx ON public.exceptions USING btree (tenant_id, state, expires_at, id);

CREATE INDEX exceptions_vulnerability_idx ON public.exceptions USING btree (vulnerability_id);

CREATE INDEX finding_set_patches_patch_idx ON public.finding_set_patches USING btree (tenant_id, patch_id, finding_set_id);

CREATE INDEX finding_sets_pending_idx ON public.finding_sets USING btree (tenant_id, id) WHERE is_pending;

CREATE INDEX finding_transitions_time_idx ON ONLY public.finding_transitions USING btree (tenant_id, at DESC);

CREATE INDEX finding_transitions_default_tenant_id_at_idx ON public.finding_transitions_default USING btree (tenant_id, at DESC);

CREATE INDEX finding_transitions_endpoint_idx ON ONLY public.finding_transitions USING btree (tenant_id, endpoint_id, vulnerability_id, at DESC);

CREATE INDEX finding_transitions_default_tenant_id_endpoint_id_vulnerabi_idx ON public.finding_transitions_default USING btree (tenant_id, endpoint_id, vulnerability_id, at DESC);

CREATE INDEX finding_transitions_vulnerability_idx ON ONLY public.finding_transitions USING btree (vulnerability_id);

CREATE INDEX finding_transitions_default_vulnerability_id_idx ON public.finding_transitions_default USING btree (vulnerability_id);

CREATE INDEX findings_catalogue_idx ON public.findings USING btree (vulnerability_id);

CREATE INDEX findings_due_idx ON public.findings USING btree (tenant_id, due_at, vulnerability_id, finding_set_id) WHERE (due_at IS NOT NULL);

CREATE INDEX findings_exception_idx ON public.findings USING btree (tenant_id, exception_id) WHERE (exception_id IS NOT NULL);

CREATE INDEX findings_open_idx ON public.findings USING btree (tenant_id, finding_set_id, risk_score DESC) WHERE (status = ANY (ARRAY['open'::text, 'in_progress'::text]));

CREATE INDEX findings_order_idx ON public.findings USING btree (tenant_id, risk_order, vulnerability_id, finding_set_id);

CREATE INDEX findings_title_idx ON public.findings USING btree (title_id) WHERE (title_id IS NOT NULL);

CREATE INDEX findings_vex_idx ON public.findings USING btree (tenant_id, vex_id) WHERE (vex_id IS NOT NULL);

CREATE INDEX findings_vulnerability_idx ON public.findings USING btree (tenant_id, vulnerability_id, finding_set_id);

CREATE INDEX idempotency_keys_expiry_idx ON public.idempotency_keys USING btree (tenant_id, expires_at);

CREATE INDEX identity_collisions_connector_idx ON public.identity_collisions USING btree (tenant_id, connector_id);

CREATE UNIQUE INDEX identity_collisions_device_idx ON public.identity_collisions USING btree (tenant_id, connector_id, device_id) WHERE (state = 'open'::text);

CREATE INDEX identity_collisions_state_idx ON public.identity_collisions USING btree (tenant_id, state, detected_at DESC, id DESC);

CREATE INDEX identity_events_endpoint_idx ON public.identity_events USING btree (tenant_id, endpoint_id, at DESC);

CREATE INDEX identity_events_other_idx ON public.identity_events USING btree (tenant_id, other_endpoint_id, at DESC);

CREATE INDEX identity_events_other_set_idx ON public.identity_events USING btree (tenant_id, other_finding_set_id) WHERE (other_finding_set_id IS NOT NULL);

CREATE INDEX identity_events_set_idx ON public.identity_events USING btree (tenant_id, finding_set_id) WHERE (finding_set_id IS NOT NULL);

CREATE INDEX identity_events_time_idx ON public.identity_events USING btree (tenant_id, at DESC, id DESC);

CREATE INDEX identity_separations_other_idx ON public.identity_separations USING btree (tenant_id, other_connector_id, other_device_id);

CREATE INDEX incident_events_alert_idx ON public.incident_events USING btree (tenant_id, alert_id) WHERE (alert_id IS NOT NULL);

CREATE INDEX incident_events_incident_idx ON public.incident_events USING btree (tenant_id, incident_id, at, id);

CREATE INDEX incidents_detected_idx ON public.incidents USING btree (tenant_id, detected_at DESC, id);

CREATE INDEX incidents_endpoint_idx ON public.incidents USING btree (tenant_id, endpoint_id, detected_at DESC);

CREATE INDEX incidents_status_idx ON public.incidents USING btree (tenant_id, status, detected_at DESC, id);

CREATE INDEX incidents_window_idx ON public.incidents USING btree (tenant_id, endpoint_id, last_alert_at DESC);

CREATE INDEX intelligence_imports_feed_idx ON public.intelligence_imports USING btree (source, feed, started_at DESC);

CREATE INDEX jobs_due_idx ON public.jobs USING btree (run_after) WHERE (state = 'queued'::text);

CREATE UNIQUE INDEX jobs_idempotency_idx ON public.jobs USING btree (tenant_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);

CREATE INDEX jobs_lease_idx ON public.jobs USING btree (locked_until) WHERE (state = 'running'::text);

CREATE INDEX jobs_recent_idx ON public.jobs USING btree (tenant_id, created_at DESC);

CREATE INDEX osquery_answers_node_idx ON public.osquery_answers USING btree (tenant_id, node_id) WHERE (state = ANY (ARRAY['pending'::text, 'sent'::text]));

CREATE INDEX osquery_nodes_enrolment_idx ON public.osquery_nodes USING btree (tenant_id, enrolment_id);

CREATE INDEX outbox_due_idx ON public.outbox USING btree (run_after) WHERE (state = 'pending'::text);

CREATE INDEX outbox_ended_idx ON public.outbox USING btree (tenant_id, created_at) WHERE (state = ANY (ARRAY['sent'::text, 'dead'::text]));

CREATE INDEX outbox_lease_idx ON public.outbox USING btree (locked_until) WHERE (state = 'sending'::text);

CREATE INDEX patch_deployments_bell_idx ON public.patch_deployments USING btree (agent_id) WHERE ((handed_at IS NULL) AND (agent_id IS NOT NULL));

CREATE UNIQUE INDEX patch_deployments_busy_idx ON public.patch_deployments USING btree (tenant_id, endpoint_id) WHERE (state = ANY (ARRAY['offered'::text, 'downloading'::text, 'installing'::text, 'rebooting'::text, 'verifying'::text, 'unknown'::text, 'rolling_back'::text]));

CREATE INDEX patch_deployments_lane_idx ON public.patch_deployments USING btree (tenant_id, deployment_id, state, ring, schedule, id);

CREATE INDEX patch_deployments_lease_idx ON public.patch_deployments USING btree (tenant_id, deployment_id, lease_at) WHERE (lease_at IS NOT NULL);

CREATE INDEX patch_deployments_patience_idx ON public.patch_deployments USING btree (tenant_id, deployment_id, state, since) WHERE (state = ANY (ARRAY['unknown'::text, 'rollback_waiting'::text, 'rolling_back'::text]));

CREATE INDEX patch_deployments_restarted_idx ON public.patch_deployments USING btree (tenant_id, deployment_id, restarted_at) WHERE (restarted_at IS NOT NULL);

CREATE UNIQUE INDEX patch_deployments_target_idx ON public.patch_deployments USING btree (tenant_id, endpoint_id, deployment_id, COALESCE(job_endpoint_id, endpoint_id));

CREATE INDEX patch_files_catalogue_idx ON public.patch_files USING btree (patch_id);

CREATE INDEX patch_fixes_patch_idx ON public.patch_fixes USING btree (patch_id);

CREATE INDEX patch_jobs_due_idx ON public.patch_jobs USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX patch_logs_sent_idx ON public.patch_logs USING btree (tenant_id, sent_at);

CREATE INDEX patch_packages_package_idx ON public.patch_packages USING btree (ecosystem, package, fixed_version);

CREATE UNIQUE INDEX patch_signing_keys_current_idx ON public.patch_signing_keys USING btree (tenant_id) WHERE (retired_at IS NULL);

CREATE INDEX patch_supersedence_superseded_idx ON public.patch_supersedence USING btree (superseded);

CREATE INDEX patch_vulnerabilities_cve_idx ON public.patch_vulnerabilities USING btree (cve_id);

CREATE INDEX patches_released_idx ON public.patches USING btree (released_date DESC NULLS LAST, id);

CREATE INDEX patches_severity_idx ON public.patches USING btree (severity, released_date DESC NULLS LAST, id);

CREATE INDEX sessions_expiry_idx ON public.sessions USING btree (tenant_id, expires_at);

CREATE INDEX sessions_user_idx ON public.sessions USING btree (tenant_id, user_id);

CREATE INDEX software_titles_folded_name_idx ON public.software_titles USING btree (public.folded_name(name) COLLATE "C");

CREATE INDEX software_titles_folded_source_idx ON public.software_titles USING btree (public.folded_name(source) COLLATE "C");

CREATE INDEX software_titles_name_idx ON public.software_titles USING btree (name, type);

CREATE INDEX tenant_patches_catalogue_idx ON public.tenant_patches USING btree (patch_id);

CREATE INDEX tenant_patches_endpoints_idx ON public.tenant_patches USING btree (tenant_id, endpoints DESC, patch_id) WHERE (endpoints > 0);

CREATE INDEX tenant_patches_reboot_idx ON public.tenant_patches USING btree (tenant_id, reboot_order, patch_id) WHERE (endpoints > 0);

CREATE INDEX tenant_patches_released_idx ON public.tenant_patches USING btree (tenant_id, COALESCE(released_date, '-infinity'::date) DESC, patch_id) WHERE (endpoints > 0);

CREATE INDEX tenant_patches_risk_idx ON public.tenant_patches USING btree (tenant_id, risk DESC, patch_id) WHERE (endpoints > 0);

CREATE INDEX tenant_vulnerabilities_affected_idx ON public.tenant_vulnerabilities USING btree (tenant_id, endpoints_affected DESC, vulnerability_id);

CREATE INDEX tenant_vulnerabilities_catalogue_idx ON public.tenant_vulnerabilities USING btree (vulnerability_id);

CREATE INDEX tenant_vulnerabilities_changed_idx ON public.tenant_vulnerabilities USING btree (tenant_id, last_changed DESC, vulnerability_id);

CREATE INDEX tenant_vulnerabilities_risk_idx ON public.tenant_vulnerabilities USING btree (tenant_id, max_risk DESC, vulnerability_id);

CREATE INDEX unused_objects_since_idx ON public.unused_objects USING btree (tenant_id, since);

CREATE INDEX users_email_idx ON public.users USING btree (email);

CREATE INDEX vex_documents_time_idx ON public.vex_documents USING btree (tenant_id, imported_at DESC, id DESC);

CREATE INDEX vex_statements_document_idx ON public.vex_statements USING btree (tenant_id, document, "position");

CREATE INDEX vulnerabilities_cve_trigram_idx ON public.vulnerabilities USING gin (cve_id public.gin_trgm_ops);

CREATE INDEX vulnerabilities_kev_idx ON public.vulnerabilities USING btree (kev_added DESC) WHERE (kev_added IS NOT NULL);

CREATE INDEX vulnerabilities_published_idx ON public.vulnerabilities USING btree (published_date DESC NULLS LAST, id);

CREATE INDEX vulnerabilities_score_idx ON public.vulnerabilities USING btree (cvss_score DESC NULLS LAST, id);

CREATE INDEX vulnerabilities_severity_idx ON public.vulnerabilities USING btree (severity, cvss_score DESC NULLS LAST, id);

CREATE INDEX vulnerabilities_text_idx ON public.vulnerabilities USING gin (to_tsvector('english'::regconfig, ((title || ' '::text) || COALESCE(description, ''::text))));

CREATE INDEX vulnerabilities_title_trigram_idx ON public.vulnerabilities USING gin (title public.gin_trgm_ops);

ALTER INDEX public.finding_transitions_pkey ATTACH PARTITION public.finding_transitions_default_pkey;

ALTER INDEX public.finding_transitions_time_idx ATTACH PARTITION public.finding_transitions_default_tenant_id_at_idx;

ALTER INDEX public.finding_transitions_endpoint_idx ATTACH PARTITION public.finding_transitions_default_tenant_id_endpoint_id_vulnerabi_idx;

ALTER INDEX public.finding_transitions_vulnerability_idx ATTACH PARTITION public.finding_transitions_default_vulnerability_id_idx;

ALTER INDEX public.posture_history_pkey ATTACH PARTITION public.posture_history_default_pkey;

CREATE TRIGGER chain_audit_event BEFORE INSERT ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.chain_audit_event();

CREATE TRIGGER change_finding_status INSTEAD OF UPDATE ON public.endpoint_vulnerabilities FOR EACH ROW EXECUTE FUNCTION public.change_finding_status();

CREATE TRIGGER count_changed_targets AFTER UPDATE ON public.patch_deployments REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_changed_targets();

CREATE TRIGGER count_gone_targets AFTER DELETE ON public.patch_deployments REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_gone_targets();

CREATE TRIGGER count_new_targets AFTER INSERT ON public.patch_deployments REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_new_targets();

CREATE TRIGGER forget_connector BEFORE DELETE ON public.connectors FOR EACH ROW EXECUTE FUNCTION public.forget_connector();

CREATE TRIGGER leave_objects AFTER DELETE ON public.patch_files REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.leave_objects();

CREATE TRIGGER leave_objects AFTER DELETE ON public.patch_logs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.leave_objects();

CREATE TRIGGER mark_finding_sets AFTER DELETE ON public.endpoints REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.mark_finding_sets();

CREATE TRIGGER refuse_audit_change BEFORE DELETE OR UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.refuse_audit_change();

CREATE TRIGGER refuse_audit_truncate BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_change();

CREATE TRIGGER refuse_finding_write INSTEAD OF INSERT OR DELETE ON public.endpoint_vulnerabilities FOR EACH ROW EXECUTE FUNCTION public.refuse_finding_write();

CREATE TRIGGER remove_edr_devices AFTER DELETE ON public.edr_device_sources REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.remove_edr_devices();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.alerts FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.connectors FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.edr_alerts FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.edr_compliance FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.edr_devices FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.edr_vulnerabilities FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.incidents FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE ONLY public.advisory_packages
    ADD CONSTRAINT advisory_packages_advisory_id_fkey FOREIGN KEY (advisory_id) REFERENCES public.advisories(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.advisory_products
    ADD CONSTRAINT advisory_products_advisory_id_fkey FOREIGN KEY (advisory_id) REFERENCES public.advisories(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_enrolments
    ADD CONSTRAINT agent_enrolments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_inventories
    ADD CONSTRAINT agent_inventories_tenant_id_agent_id_fkey FOREIGN KEY (tenant_id, agent_id) REFERENCES public.agents(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_inventories
    ADD CONSTRAINT agent_inventories_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_tasks
    ADD CONSTRAINT agent_tasks_tenant_id_agent_id_fkey FOREIGN KEY (tenant_id, agent_id) REFERENCES public.agents(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_tasks
    ADD CONSTRAINT agent_tasks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_tenant_id_enrolment_id_fkey FOREIGN KEY (tenant_id, enrolment_id) REFERENCES public.agent_enrolments(tenant_id, id);

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE SET NULL (endpoint_id);

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_tenant_id_incident_id_fkey FOREIGN KEY (tenant_id, incident_id) REFERENCES public.incidents(tenant_id, id) ON DELETE SET NULL (incident_id);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.compliance_audits
    ADD CONSTRAINT compliance_audits_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.compliance_audits
    ADD CONSTRAINT compliance_audits_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connector_checkpoints
    ADD CONSTRAINT connector_checkpoints_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connector_checkpoints
    ADD CONSTRAINT connector_checkpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connector_quarantine
    ADD CONSTRAINT connector_quarantine_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connector_quarantine
    ADD CONSTRAINT connector_quarantine_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connector_streams
    ADD CONSTRAINT connector_streams_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connector_streams
    ADD CONSTRAINT connector_streams_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.connectors
    ADD CONSTRAINT connectors_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.deployment_approvals
    ADD CONSTRAINT deployment_approvals_tenant_id_deployment_id_fkey FOREIGN KEY (tenant_id, deployment_id) REFERENCES public.deployments(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.deployment_counts
    ADD CONSTRAINT deployment_counts_tenant_id_deployment_id_ring_fkey FOREIGN KEY (tenant_id, deployment_id, ring) REFERENCES public.deployment_rings(tenant_id, deployment_id, ring) ON DELETE CASCADE;

ALTER TABLE ONLY public.deployment_rings
    ADD CONSTRAINT deployment_rings_tenant_id_deployment_id_fkey FOREIGN KEY (tenant_id, deployment_id) REFERENCES public.deployments(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.deployment_transitions
    ADD CONSTRAINT deployment_transitions_tenant_id_deployment_id_fkey FOREIGN KEY (tenant_id, deployment_id) REFERENCES public.deployments(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.deployments
    ADD CONSTRAINT deployments_patch_id_fkey FOREIGN KEY (patch_id) REFERENCES public.patches(id);

ALTER TABLE ONLY public.deployments
    ADD CONSTRAINT deployments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.device_actions
    ADD CONSTRAINT device_actions_alert_fkey FOREIGN KEY (tenant_id, alert_id) REFERENCES public.alerts(tenant_id, id) ON DELETE SET NULL (alert_id);

ALTER TABLE ONLY public.device_actions
    ADD CONSTRAINT device_actions_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE SET NULL (connector_id);

ALTER TABLE ONLY public.device_actions
    ADD CONSTRAINT device_actions_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE SET NULL (endpoint_id);

ALTER TABLE ONLY public.device_actions
    ADD CONSTRAINT device_actions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.device_actions
    ADD CONSTRAINT device_actions_tenant_id_incident_id_fkey FOREIGN KEY (tenant_id, incident_id) REFERENCES public.incidents(tenant_id, id) ON DELETE SET NULL (incident_id);

ALTER TABLE ONLY public.device_actions
    ADD CONSTRAINT device_actions_tenant_id_token_id_fkey FOREIGN KEY (tenant_id, token_id) REFERENCES public.tokens(tenant_id, id) ON DELETE SET NULL (token_id);

ALTER TABLE ONLY public.device_actions
    ADD CONSTRAINT device_actions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id) ON DELETE SET NULL (user_id);

ALTER TABLE ONLY public.edr_actions
    ADD CONSTRAINT edr_actions_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.edr_devices(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_actions
    ADD CONSTRAINT edr_actions_same_tenant_device FOREIGN KEY (tenant_id, device_id) REFERENCES public.edr_devices(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_actions
    ADD CONSTRAINT edr_actions_same_tenant_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);

ALTER TABLE ONLY public.edr_actions
    ADD CONSTRAINT edr_actions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_actions
    ADD CONSTRAINT edr_actions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.edr_alerts
    ADD CONSTRAINT edr_alerts_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.edr_devices(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_alerts
    ADD CONSTRAINT edr_alerts_same_tenant FOREIGN KEY (tenant_id, device_id) REFERENCES public.edr_devices(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_alerts
    ADD CONSTRAINT edr_alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_compliance
    ADD CONSTRAINT edr_compliance_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.edr_devices(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_compliance
    ADD CONSTRAINT edr_compliance_same_tenant FOREIGN KEY (tenant_id, device_id) REFERENCES public.edr_devices(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_compliance
    ADD CONSTRAINT edr_compliance_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_device_sources
    ADD CONSTRAINT edr_device_sources_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_device_sources
    ADD CONSTRAINT edr_device_sources_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES public.edr_devices(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_device_sources
    ADD CONSTRAINT edr_device_sources_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_device_vulnerabilities
    ADD CONSTRAINT edr_device_vulnerabilities_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.edr_devices(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_device_vulnerabilities
    ADD CONSTRAINT edr_device_vulnerabilities_same_tenant_device FOREIGN KEY (tenant_id, device_id) REFERENCES public.edr_devices(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_device_vulnerabilities
    ADD CONSTRAINT edr_device_vulnerabilities_same_tenant_vulnerability FOREIGN KEY (tenant_id, vulnerability_id) REFERENCES public.edr_vulnerabilities(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_device_vulnerabilities
    ADD CONSTRAINT edr_device_vulnerabilities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_device_vulnerabilities
    ADD CONSTRAINT edr_device_vulnerabilities_vulnerability_id_fkey FOREIGN KEY (vulnerability_id) REFERENCES public.edr_vulnerabilities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_devices
    ADD CONSTRAINT edr_devices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_posture_scores
    ADD CONSTRAINT edr_posture_scores_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.edr_vulnerabilities
    ADD CONSTRAINT edr_vulnerabilities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.endpoint_redirects
    ADD CONSTRAINT endpoint_redirects_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.endpoint_redirects
    ADD CONSTRAINT endpoint_redirects_tenant_id_survivor_id_fkey FOREIGN KEY (tenant_id, survivor_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.endpoint_sources
    ADD CONSTRAINT endpoint_sources_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.endpoint_sources
    ADD CONSTRAINT endpoint_sources_tenant_id_software_set_fkey FOREIGN KEY (tenant_id, software_set) REFERENCES public.software_sets(tenant_id, hash);

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_tenant_id_finding_set_id_fkey FOREIGN KEY (tenant_id, finding_set_id) REFERENCES public.finding_sets(tenant_id, id);

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_tenant_id_reported_set_fkey FOREIGN KEY (tenant_id, reported_set) REFERENCES public.reported_sets(tenant_id, hash);

ALTER TABLE ONLY public.endpoints
    ADD CONSTRAINT endpoints_tenant_id_software_set_fkey FOREIGN KEY (tenant_id, software_set) REFERENCES public.software_sets(tenant_id, hash);

ALTER TABLE ONLY public.exceptions
    ADD CONSTRAINT exceptions_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exceptions
    ADD CONSTRAINT exceptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exceptions
    ADD CONSTRAINT exceptions_vulnerability_id_fkey FOREIGN KEY (vulnerability_id) REFERENCES public.vulnerabilities(id);

ALTER TABLE ONLY public.finding_set_patches
    ADD CONSTRAINT finding_set_patches_tenant_id_finding_set_id_fkey FOREIGN KEY (tenant_id, finding_set_id) REFERENCES public.finding_sets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.finding_set_patches
    ADD CONSTRAINT finding_set_patches_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.finding_sets
    ADD CONSTRAINT finding_sets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE public.finding_transitions
    ADD CONSTRAINT finding_transitions_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE public.finding_transitions
    ADD CONSTRAINT finding_transitions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE public.finding_transitions
    ADD CONSTRAINT finding_transitions_vulnerability_id_fkey FOREIGN KEY (vulnerability_id) REFERENCES public.vulnerabilities(id);

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_tenant_id_exception_id_fkey FOREIGN KEY (tenant_id, exception_id) REFERENCES public.exceptions(tenant_id, id) ON DELETE SET NULL (exception_id);

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_tenant_id_finding_set_id_fkey FOREIGN KEY (tenant_id, finding_set_id) REFERENCES public.finding_sets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_tenant_id_vex_id_fkey FOREIGN KEY (tenant_id, vex_id) REFERENCES public.vex_statements(tenant_id, id) ON DELETE SET NULL (vex_id);

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_title_id_fkey FOREIGN KEY (title_id) REFERENCES public.software_titles(id);

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_vulnerability_id_fkey FOREIGN KEY (vulnerability_id) REFERENCES public.vulnerabilities(id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.identity_collisions
    ADD CONSTRAINT identity_collisions_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.identity_collisions
    ADD CONSTRAINT identity_collisions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.identity_events
    ADD CONSTRAINT identity_events_tenant_id_finding_set_id_fkey FOREIGN KEY (tenant_id, finding_set_id) REFERENCES public.finding_sets(tenant_id, id) ON DELETE SET NULL (finding_set_id);

ALTER TABLE ONLY public.identity_events
    ADD CONSTRAINT identity_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.identity_events
    ADD CONSTRAINT identity_events_tenant_id_other_finding_set_id_fkey FOREIGN KEY (tenant_id, other_finding_set_id) REFERENCES public.finding_sets(tenant_id, id) ON DELETE SET NULL (other_finding_set_id);

ALTER TABLE ONLY public.identity_separations
    ADD CONSTRAINT identity_separations_tenant_id_connector_id_fkey FOREIGN KEY (tenant_id, connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.identity_separations
    ADD CONSTRAINT identity_separations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.identity_separations
    ADD CONSTRAINT identity_separations_tenant_id_other_connector_id_fkey FOREIGN KEY (tenant_id, other_connector_id) REFERENCES public.connectors(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.incident_events
    ADD CONSTRAINT incident_events_tenant_id_alert_id_fkey FOREIGN KEY (tenant_id, alert_id) REFERENCES public.alerts(tenant_id, id) ON DELETE SET NULL (alert_id);

ALTER TABLE ONLY public.incident_events
    ADD CONSTRAINT incident_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.incident_events
    ADD CONSTRAINT incident_events_tenant_id_incident_id_fkey FOREIGN KEY (tenant_id, incident_id) REFERENCES public.incidents(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.incident_settings
    ADD CONSTRAINT incident_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.intelligence_changes
    ADD CONSTRAINT intelligence_changes_revision_fkey FOREIGN KEY (revision) REFERENCES public.intelligence_revisions(revision) ON DELETE CASCADE;

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_answers
    ADD CONSTRAINT osquery_answers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_answers
    ADD CONSTRAINT osquery_answers_tenant_id_node_id_fkey FOREIGN KEY (tenant_id, node_id) REFERENCES public.osquery_nodes(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_answers
    ADD CONSTRAINT osquery_answers_tenant_id_query_id_fkey FOREIGN KEY (tenant_id, query_id) REFERENCES public.osquery_queries(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_nodes
    ADD CONSTRAINT osquery_nodes_tenant_id_enrolment_id_fkey FOREIGN KEY (tenant_id, enrolment_id) REFERENCES public.agent_enrolments(tenant_id, id);

ALTER TABLE ONLY public.osquery_nodes
    ADD CONSTRAINT osquery_nodes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_queries
    ADD CONSTRAINT osquery_queries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_snapshots
    ADD CONSTRAINT osquery_snapshots_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_snapshots
    ADD CONSTRAINT osquery_snapshots_tenant_id_node_id_fkey FOREIGN KEY (tenant_id, node_id) REFERENCES public.osquery_nodes(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_status
    ADD CONSTRAINT osquery_status_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.osquery_status
    ADD CONSTRAINT osquery_status_tenant_id_node_id_fkey FOREIGN KEY (tenant_id, node_id) REFERENCES public.osquery_nodes(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_deployments
    ADD CONSTRAINT patch_deployments_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.endpoints(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_files
    ADD CONSTRAINT patch_files_patch_id_fkey FOREIGN KEY (patch_id) REFERENCES public.patches(id);

ALTER TABLE ONLY public.patch_files
    ADD CONSTRAINT patch_files_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_fixes
    ADD CONSTRAINT patch_fixes_patch_id_fkey FOREIGN KEY (patch_id) REFERENCES public.patches(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_jobs
    ADD CONSTRAINT patch_jobs_tenant_id_target_id_fkey FOREIGN KEY (tenant_id, target_id) REFERENCES public.patch_deployments(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_logs
    ADD CONSTRAINT patch_logs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_logs
    ADD CONSTRAINT patch_logs_tenant_id_target_id_fkey FOREIGN KEY (tenant_id, target_id) REFERENCES public.patch_deployments(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_packages
    ADD CONSTRAINT patch_packages_patch_id_fkey FOREIGN KEY (patch_id) REFERENCES public.patches(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_signing_keys
    ADD CONSTRAINT patch_signing_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.patch_webhooks
    ADD CONSTRAINT patch_webhooks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE public.posture_history
    ADD CONSTRAINT posture_history_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.reported_sets
    ADD CONSTRAINT reported_sets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.software_sets
    ADD CONSTRAINT software_sets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tenant_patch_vulnerabilities
    ADD CONSTRAINT tenant_patch_vulnerabilities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tenant_patches
    ADD CONSTRAINT tenant_patches_patch_id_fkey FOREIGN KEY (patch_id) REFERENCES public.patches(id);

ALTER TABLE ONLY public.tenant_patches
    ADD CONSTRAINT tenant_patches_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tenant_vulnerabilities
    ADD CONSTRAINT tenant_vulnerabilities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tenant_vulnerabilities
    ADD CONSTRAINT tenant_vulnerabilities_vulnerability_id_fkey FOREIGN KEY (vulnerability_id) REFERENCES public.vulnerabilities(id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_role_fkey FOREIGN KEY (role) REFERENCES public.roles(name);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.unused_objects
    ADD CONSTRAINT unused_objects_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_role_fkey FOREIGN KEY (role) REFERENCES public.roles(name);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.vex_documents
    ADD CONSTRAINT vex_documents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.vex_statements
    ADD CONSTRAINT vex_statements_tenant_id_document_fkey FOREIGN KEY (tenant_id, document) REFERENCES public.vex_documents(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.vex_statements
    ADD CONSTRAINT vex_statements_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

ALTER TABLE public.agent_enrolments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agent_inventories ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agent_tasks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.alerts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.compliance_audits ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_checkpoints ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_quarantine ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_records ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_streams ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connectors ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.deployment_approvals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.deployment_counts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.deployment_rings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.deployment_transitions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.deployments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.device_actions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.edr_actions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.edr_alerts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.edr_compliance ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.edr_device_sources ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.edr_device_vulnerabilities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.edr_devices ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.edr_posture_scores ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.edr_vulnerabilities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.endpoint_redirects ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.endpoint_sources ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.endpoints ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exceptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.finding_set_patches ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.finding_sets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.finding_transitions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.finding_transitions_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.findings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_collisions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_separations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.incident_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.incident_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.incidents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.osquery_answers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.osquery_nodes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.osquery_queries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.osquery_snapshots ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.osquery_status ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.patch_deployments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.patch_files ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.patch_jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.patch_logs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.patch_signing_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.patch_webhooks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.policies ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posture_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posture_history_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reported_sets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.software_sets ENABLE ROW LEVEL SECURITY;

CREATE POLICY system_access ON public.agent_tasks FOR SELECT TO garrison_system USING (true);

CREATE POLICY system_access ON public.connectors TO garrison_system USING (true) WITH CHECK (true);

CREATE POLICY system_access ON public.deployments FOR SELECT TO garrison_system USING (true);

CREATE POLICY system_access ON public.device_actions TO garrison_system USING (true) WITH CHECK (true);

CREATE POLICY system_access ON public.jobs TO garrison_system USING (true) WITH CHECK (true);

CREATE POLICY system_access ON public.outbox TO garrison_system USING (true) WITH CHECK (true);

CREATE POLICY system_access ON public.patch_deployments FOR SELECT TO garrison_system USING (true);

CREATE POLICY system_access ON public.patch_jobs FOR SELECT TO garrison_system USING (true);

CREATE POLICY system_access ON public.tenants TO garrison_system USING (true) WITH CHECK (true);

CREATE POLICY system_access ON public.users TO garrison_system USING (true) WITH CHECK (true);

CREATE POLICY tenant_isolation ON public.agent_enrolments USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.agent_inventories USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.agent_tasks USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.agents USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.alerts USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.audit_events USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.compliance_audits USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.connector_checkpoints USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.connector_quarantine USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.connector_records USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.connector_streams USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.connectors USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.deployment_approvals USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.deployment_counts USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.deployment_rings USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.deployment_transitions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.deployments USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.device_actions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.edr_actions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.edr_alerts USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.edr_compliance USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.edr_device_sources USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.edr_device_vulnerabilities USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.edr_devices USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.edr_posture_scores USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.edr_vulnerabilities USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.endpoint_redirects USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.endpoint_sources USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.endpoints USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.exceptions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.finding_set_patches USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.finding_sets USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.finding_transitions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.finding_transitions_default USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.findings USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.idempotency_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.identity_collisions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.identity_events USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.identity_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.identity_separations USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.incident_events USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.incident_settings USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.incidents USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.jobs USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.osquery_answers USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.osquery_nodes USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.osquery_queries USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.osquery_snapshots USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.osquery_status USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.outbox USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.patch_deployments USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.patch_files USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.patch_jobs USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.patch_logs USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.patch_signing_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.patch_webhooks USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.policies USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.posture_history USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.posture_history_default USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.reported_sets USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.sessions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.software_sets USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.tenant_patch_vulnerabilities USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.tenant_patches USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.tenant_vulnerabilities USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.tenants USING ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.tokens USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.unused_objects USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.users USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.vex_documents USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.vex_statements USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_isolation ON public.webhooks USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

ALTER TABLE public.tenant_patch_vulnerabilities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tenant_patches ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tenant_vulnerabilities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.unused_objects ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.vex_documents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.vex_statements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO garrison_app;
GRANT USAGE ON SCHEMA public TO garrison_system;

GRANT SELECT,INSERT ON TABLE public.audit_events TO garrison_app;

GRANT SELECT ON TABLE public.advisories TO garrison_app;
GRANT SELECT ON TABLE public.advisories TO garrison_system;

GRANT SELECT ON TABLE public.advisory_packages TO garrison_app;
GRANT SELECT ON TABLE public.advisory_packages TO garrison_system;

GRANT SELECT ON TABLE public.advisory_products TO garrison_app;
GRANT SELECT ON TABLE public.advisory_products TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_enrolments TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_inventories TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_tasks TO garrison_app;

GRANT SELECT(tenant_id) ON TABLE public.agent_tasks TO garrison_system;

GRANT SELECT(agent_id) ON TABLE public.agent_tasks TO garrison_system;

GRANT SELECT(state) ON TABLE public.agent_tasks TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agents TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.alerts TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.compliance_audits TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_checkpoints TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_quarantine TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_records TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_streams TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connectors TO garrison_app;

GRANT SELECT(tenant_id) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(id) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(kind) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(interval_seconds) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(full_interval_seconds) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(is_paused) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(next_sync_at) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(failures) ON TABLE public.connectors TO garrison_system;

GRANT UPDATE(started_at) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(attempts),UPDATE(attempts) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(locked_by),UPDATE(locked_by) ON TABLE public.connectors TO garrison_system;

GRANT SELECT(locked_until),UPDATE(locked_until) ON TABLE public.connectors TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deployment_approvals TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deployment_counts TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deployment_rings TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deployment_transitions TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deployments TO garrison_app;

GRANT SELECT(tenant_id) ON TABLE public.deployments TO garrison_system;

GRANT SELECT(id) ON TABLE public.deployments TO garrison_system;

GRANT SELECT(status) ON TABLE public.deployments TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_actions TO garrison_app;
GRANT SELECT,UPDATE ON TABLE public.device_actions TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.edr_actions TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.edr_alerts TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.edr_compliance TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.edr_device_sources TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.edr_device_vulnerabilities TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.edr_devices TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.edr_posture_scores TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.edr_vulnerabilities TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.endpoint_redirects TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.endpoint_sources TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.endpoints TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.findings TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.endpoint_vulnerabilities TO garrison_app;

GRANT SELECT ON TABLE public.epss_days TO garrison_app;
GRANT SELECT ON TABLE public.epss_days TO garrison_system;

GRANT SELECT ON TABLE public.epss_history TO garrison_app;
GRANT SELECT ON TABLE public.epss_history TO garrison_system;

GRANT SELECT ON TABLE public.epss_scores TO garrison_app;
GRANT SELECT ON TABLE public.epss_scores TO garrison_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.exceptions TO garrison_app;

GRANT SELECT ON TABLE public.exploits TO garrison_app;
GRANT SELECT ON TABLE public.exploits TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.finding_set_patches TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.finding_sets TO garrison_app;

GRANT SELECT,INSERT ON TABLE public.finding_transitions TO garrison_app;

GRANT UPDATE(endpoint_id) ON TABLE public.finding_transitions TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_collisions TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_events TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_keys TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_separations TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.incident_events TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.incident_settings TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.incidents TO garrison_app;

GRANT SELECT ON SEQUENCE public.index_revision TO garrison_app;
GRANT SELECT ON SEQUENCE public.index_revision TO garrison_system;

GRANT SELECT ON TABLE public.intelligence_changes TO garrison_app;
GRANT SELECT ON TABLE public.intelligence_changes TO garrison_system;

GRANT SELECT ON TABLE public.intelligence_imports TO garrison_app;
GRANT SELECT ON TABLE public.intelligence_imports TO garrison_system;

GRANT SELECT ON TABLE public.intelligence_quarantine TO garrison_app;
GRANT SELECT ON TABLE public.intelligence_quarantine TO garrison_system;

GRANT SELECT ON TABLE public.intelligence_revisions TO garrison_app;
GRANT SELECT ON TABLE public.intelligence_revisions TO garrison_system;

GRANT SELECT ON TABLE public.intelligence_sources TO garrison_app;
GRANT SELECT ON TABLE public.intelligence_sources TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO garrison_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO garrison_system;

GRANT SELECT ON TABLE public.known_exploited TO garrison_app;
GRANT SELECT ON TABLE public.known_exploited TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.osquery_answers TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.osquery_nodes TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.osquery_queries TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.osquery_snapshots TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.osquery_status TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outbox TO garrison_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outbox TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.patch_deployments TO garrison_app;

GRANT SELECT(tenant_id) ON TABLE public.patch_deployments TO garrison_system;

GRANT SELECT(agent_id) ON TABLE public.patch_deployments TO garrison_system;

GRANT SELECT(handed_at) ON TABLE public.patch_deployments TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.patch_files TO garrison_app;

GRANT SELECT ON TABLE public.patch_fixes TO garrison_app;
GRANT SELECT ON TABLE public.patch_fixes TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.patch_jobs TO garrison_app;

GRANT SELECT(tenant_id) ON TABLE public.patch_jobs TO garrison_system;

GRANT SELECT(id) ON TABLE public.patch_jobs TO garrison_system;

GRANT SELECT(next_at) ON TABLE public.patch_jobs TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.patch_logs TO garrison_app;

GRANT SELECT ON TABLE public.patch_packages TO garrison_app;
GRANT SELECT ON TABLE public.patch_packages TO garrison_system;

GRANT SELECT ON TABLE public.patch_prerequisites TO garrison_app;
GRANT SELECT ON TABLE public.patch_prerequisites TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.patch_signing_keys TO garrison_app;

GRANT SELECT ON TABLE public.patch_supersedence TO garrison_app;
GRANT SELECT ON TABLE public.patch_supersedence TO garrison_system;

GRANT SELECT ON TABLE public.patch_vulnerabilities TO garrison_app;
GRANT SELECT ON TABLE public.patch_vulnerabilities TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.patch_webhooks TO garrison_app;

GRANT SELECT ON TABLE public.patches TO garrison_app;
GRANT SELECT ON TABLE public.patches TO garrison_system;

GRANT SELECT,INSERT ON TABLE public.policies TO garrison_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.posture_history TO garrison_app;

GRANT INSERT ON TABLE public.removed_tenants TO garrison_system;

GRANT SELECT,INSERT,DELETE ON TABLE public.reported_sets TO garrison_app;

GRANT SELECT ON TABLE public.roles TO garrison_app;
GRANT SELECT ON TABLE public.roles TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.software_sets TO garrison_app;

GRANT SELECT ON TABLE public.software_titles TO garrison_app;
GRANT SELECT ON TABLE public.software_titles TO garrison_system;

GRANT SELECT ON TABLE public.software_installed TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_patch_vulnerabilities TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_patches TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_vulnerabilities TO garrison_app;

GRANT SELECT ON TABLE public.tenants TO garrison_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenants TO garrison_system;

GRANT UPDATE(revision) ON TABLE public.tenants TO garrison_app;

GRANT UPDATE(matched_revision) ON TABLE public.tenants TO garrison_app;

GRANT UPDATE(written_revision) ON TABLE public.tenants TO garrison_app;

GRANT UPDATE(patched_revision) ON TABLE public.tenants TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tokens TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.unused_objects TO garrison_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO garrison_app;
GRANT SELECT,UPDATE ON TABLE public.users TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.vex_documents TO garrison_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.vex_statements TO garrison_app;

GRANT SELECT ON TABLE public.vulnerabilities TO garrison_app;
GRANT SELECT ON TABLE public.vulnerabilities TO garrison_system;

GRANT SELECT ON TABLE public.vulnerability_records TO garrison_app;
GRANT SELECT ON TABLE public.vulnerability_records TO garrison_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks TO garrison_app;
