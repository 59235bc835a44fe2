BEGIN;

-- What refers to an endpoint follows it when it becomes part of another.
GRANT UPDATE (endpoint_id) ON finding_transitions TO garrison_app;

CREATE FUNCTION move_endpoint_rows(tenant uuid, origin uuid, target uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
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
$$;
COMMENT ON FUNCTION move_endpoint_rows(uuid, uuid, uuid) IS
    'Hands all rows that refer to one endpoint to another, whatever their table. Returns the keys of those that were moved, and whole those that the target had already: they go with the origin.';

CREATE FUNCTION return_endpoint_rows(tenant uuid, origin uuid, target uuid, moves jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
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
$$;
COMMENT ON FUNCTION return_endpoint_rows(uuid, uuid, uuid, jsonb) IS
    'Takes back what move_endpoint_rows() did, as far as the rows are still there and still the target''s.';

CREATE FUNCTION merge_finding_sets(tenant uuid, one uuid, other uuid) RETURNS uuid
LANGUAGE plpgsql
AS $$
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
$$;
COMMENT ON FUNCTION merge_finding_sets(uuid, uuid, uuid) IS
    'A set with the findings of two, each with the history of both; the two stay as they are.';

COMMIT;
