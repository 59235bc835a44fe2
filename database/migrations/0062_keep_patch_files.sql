BEGIN;

CREATE TABLE patch_files (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT uuid_v7(),
    patch_id uuid NOT NULL REFERENCES patches,
    name text NOT NULL,
    tool text NOT NULL CHECK (tool IN ('apt', 'dnf', 'apk')),
    package text NOT NULL,
    version text NOT NULL,
    architecture text,
    is_companion boolean NOT NULL DEFAULT false,
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    bytes bigint NOT NULL CHECK (bytes > 0),
    object_key text NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, patch_id, name)
);
COMMENT ON TABLE patch_files IS 'A package''s file that a tenant has given for a patch: agents install it instead of what their repositories have.';
COMMENT ON COLUMN patch_files.name IS 'As package managers name their files; tool, package, version and architecture follow from it.';
COMMENT ON COLUMN patch_files.architecture IS 'As the tool says it; null where the name does not tell.';
COMMENT ON COLUMN patch_files.is_companion IS 'It goes along with the patch''s packages, whether it is installed or not: something that they newly need.';
COMMENT ON COLUMN patch_files.object_key IS 'Where its bytes are in the object store.';
CREATE INDEX patch_files_catalogue_idx ON patch_files (patch_id);

CREATE TABLE patch_logs (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    target_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('install', 'rollback')),
    attempt int NOT NULL,
    bytes bigint NOT NULL,
    object_key text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, target_id, kind, attempt),
    FOREIGN KEY (tenant_id, target_id) REFERENCES patch_deployments ON DELETE CASCADE
);
COMMENT ON TABLE patch_logs IS 'All that an endpoint''s package manager wrote for one job, as its agent has sent it; kept as long as the tenant keeps history.';
COMMENT ON COLUMN patch_logs.target_id IS 'The row of patch_deployments.';
CREATE INDEX patch_logs_sent_idx ON patch_logs (tenant_id, sent_at);

-- Nothing but names of objects is in it.
CREATE TABLE unused_objects (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    object_key text NOT NULL,
    is_upload boolean NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, object_key)
);
COMMENT ON TABLE unused_objects IS 'Objects that no row names: not yet, because they are being written, or not any more. A sweep removes them.';
COMMENT ON COLUMN unused_objects.is_upload IS 'It is being written; what is older than two days was left by a process that is gone.';
CREATE INDEX unused_objects_since_idx ON unused_objects (tenant_id, since);

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['patch_files', 'patch_logs', 'unused_objects']
    LOOP
        PERFORM isolate_tenant(target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO garrison_app', target);
    END LOOP;
END
$$;

CREATE TABLE removed_tenants (
    id uuid PRIMARY KEY,
    removed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE removed_tenants IS 'Tenants that are gone and may have left objects in the object store; a sweep removes these, and then the row.';
GRANT INSERT ON removed_tenants TO garrison_system;

-- However a row goes, with its endpoint or its deployment, its object is not forgotten.
CREATE FUNCTION leave_objects() RETURNS trigger
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
COMMENT ON FUNCTION leave_objects() IS 'Notes the objects of rows that were deleted.';
CREATE TRIGGER leave_objects AFTER DELETE ON patch_files REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION leave_objects();
CREATE TRIGGER leave_objects AFTER DELETE ON patch_logs REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION leave_objects();

COMMIT;
