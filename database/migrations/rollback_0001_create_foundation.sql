BEGIN;

DROP TABLE idempotency_keys;
DROP TABLE outbox;
DROP TABLE jobs;
DROP FUNCTION audit_verify(uuid);
DROP TRIGGER chain_audit_event ON audit_events;
DROP TRIGGER refuse_audit_change ON audit_events;
DROP TRIGGER refuse_audit_truncate ON audit_events;
DROP FUNCTION chain_audit_event();
DROP FUNCTION refuse_audit_change();
DROP FUNCTION audit_hash(audit_events);
DROP TABLE audit_events;
DROP TABLE sessions;
DROP TABLE tokens;
DROP TABLE users;
DROP TABLE roles;
DROP TABLE tenants;
DROP FUNCTION set_updated_at();
DROP FUNCTION isolate_tenant(regclass);
DROP FUNCTION current_tenant();
DROP FUNCTION uuid_v7();

-- The extension and the two roles stay: other schemas and databases of the server may use them.
REVOKE USAGE ON SCHEMA public FROM garrison_app, garrison_system;

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        DELETE FROM schema_migrations WHERE version = 1;
    END IF;
END
$$;

COMMIT;
