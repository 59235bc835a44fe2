BEGIN;

ALTER TABLE patches
    ADD COLUMN source text,
    ADD COLUMN link text,
    ADD COLUMN builds text[] NOT NULL DEFAULT '{}',
    ADD COLUMN products text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN patches.source IS 'Who publishes it, as in intelligence_sources.';
COMMENT ON COLUMN patches.builds IS 'The versions of Windows that it makes: 10.0.17763.5329.';
COMMENT ON COLUMN patches.products IS 'What it is for, as its vendor names it.';

CREATE TABLE patch_supersedence (
    kb_number text NOT NULL,
    superseded text NOT NULL,
    PRIMARY KEY (kb_number, superseded),
    CHECK (kb_number <> superseded)
);
COMMENT ON TABLE patch_supersedence IS
    'Which patch says that it takes the place of which. Either may be unknown here, and there are circles.';
CREATE INDEX patch_supersedence_superseded_idx ON patch_supersedence (superseded);

CREATE TABLE patch_vulnerabilities (
    kb_number text NOT NULL,
    cve_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (kb_number, cve_id)
);
COMMENT ON TABLE patch_vulnerabilities IS 'Which vulnerabilities a patch fixes.';
CREATE INDEX patch_vulnerabilities_cve_idx ON patch_vulnerabilities (cve_id);

GRANT SELECT ON patch_supersedence, patch_vulnerabilities TO garrison_app, garrison_system;

COMMIT;
