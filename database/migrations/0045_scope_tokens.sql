BEGIN;

ALTER TABLE tokens ADD COLUMN scope text CHECK (scope IN ('push'));
COMMENT ON COLUMN tokens.scope IS
    'What the token is good for, of what its role may: push, to report in and nothing else. Null for all of it.';

COMMIT;
