BEGIN;

ALTER TABLE exceptions ADD COLUMN requester_id uuid;
COMMENT ON COLUMN exceptions.requester_id IS 'The person; the token where nobody knows whose it is.';

-- Rows of every tenant change here.
ALTER TABLE exceptions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tokens NO FORCE ROW LEVEL SECURITY;

UPDATE exceptions AS x
SET requester_id = u.id
FROM users AS u
WHERE u.tenant_id = x.tenant_id AND u.email = x.requested_by;

-- Tokens are told apart by their names where no two have one.
UPDATE exceptions AS x
SET requester_id = coalesce(t.created_by, t.id)
FROM tokens AS t
WHERE x.requester_id IS NULL AND t.tenant_id = x.tenant_id AND t.name = x.requested_by
  AND NOT EXISTS (SELECT FROM tokens AS o WHERE o.tenant_id = t.tenant_id AND o.name = t.name AND o.id <> t.id);

ALTER TABLE exceptions FORCE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE tokens FORCE ROW LEVEL SECURITY;

COMMIT;
