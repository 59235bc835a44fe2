BEGIN;

COMMENT ON COLUMN software_titles.type IS
    'Package database or registry: deb, rpm, apk, npm, …; windows for the system itself, kb for its updates.';

ALTER TABLE endpoints
    ADD COLUMN os_build text,
    ADD COLUMN os_installation text;
COMMENT ON COLUMN endpoints.os_build IS 'Apple''s build, or Windows'' version with its revision.';
COMMENT ON COLUMN endpoints.os_installation IS 'Windows'' InstallationType: Server Core is a product of its own.';

COMMIT;
