BEGIN;

ALTER TABLE advisories
    ADD COLUMN applicability text;
COMMENT ON COLUMN advisories.applicability IS 'NVD''s configurations (CPE names, version ranges, what they run on), a line each; NULL where there are none.';

-- NVD's feeds were loaded without their configurations: the same file is to be read again.
UPDATE intelligence_imports
SET checksum = NULL
WHERE source LIKE 'nvd%';

ALTER TABLE software_titles
    ADD COLUMN cpe text,
    ADD COLUMN bundle_identifier text,
    ADD COLUMN signer text;
COMMENT ON COLUMN software_titles.cpe IS 'A CPE 2.3 name that the reporter gives.';
COMMENT ON COLUMN software_titles.bundle_identifier IS 'macOS bundle id: tells vendors apart where a name cannot.';
COMMENT ON COLUMN software_titles.signer IS 'Who signed it.';

COMMIT;
