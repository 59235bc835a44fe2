BEGIN;

ALTER TABLE exceptions DROP COLUMN requester_id;

COMMIT;
