BEGIN;

-- What each source says of a vulnerability, side by side; vulnerabilities holds the choice among them.
CREATE TABLE vulnerability_records (
    cve_id text COLLATE "C" NOT NULL,
    source text NOT NULL,
    feed text NOT NULL,
    title text,
    description text,
    cvss_score double precision CHECK (cvss_score BETWEEN 0 AND 10),
    cvss_vector text,
    cvss_version text,
    severity text CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    published timestamptz,
    modified timestamptz,
    is_rejected boolean NOT NULL DEFAULT false,
    ssvc_exploitation text CHECK (ssvc_exploitation IN ('none', 'poc', 'active')),
    ssvc_automatable boolean,
    ssvc_technical_impact text CHECK (ssvc_technical_impact IN ('partial', 'total')),
    ssvc_assessed timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cve_id, source)
);
COMMENT ON TABLE vulnerability_records IS 'What each source says of a vulnerability. Shared by all tenants.';
COMMENT ON COLUMN vulnerability_records.feed IS 'The feed that it came with: intelligence_sources has its licence and date.';
COMMENT ON COLUMN vulnerability_records.modified IS 'When its source last changed it: an older one never takes its place.';
COMMENT ON COLUMN vulnerability_records.cvss_score IS 'Recomputed from cvss_vector.';

ALTER TABLE vulnerabilities
    ADD COLUMN ssvc_exploitation text CHECK (ssvc_exploitation IN ('none', 'poc', 'active')),
    ADD COLUMN ssvc_automatable boolean,
    ADD COLUMN ssvc_technical_impact text CHECK (ssvc_technical_impact IN ('partial', 'total')),
    ADD COLUMN ssvc_assessed timestamptz,
    ADD COLUMN field_sources jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN vulnerabilities.ssvc_exploitation IS 'SSVC as CISA assesses it, within CVE records; NULL where it has not.';
COMMENT ON COLUMN vulnerabilities.field_sources IS 'Which source title, description, score and ssvc are of.';

INSERT INTO vulnerability_records
  (cve_id, source, feed, title, description, cvss_score, cvss_vector, cvss_version, severity, published, modified,
   is_rejected)
SELECT cve_id, source, source, nullif(title, cve_id), description, cvss_score, cvss_vector, cvss_version, severity,
  published_date, modified_date, is_rejected
FROM vulnerabilities
WHERE description IS NOT NULL OR cvss_vector IS NOT NULL OR is_rejected;

ALTER TABLE advisories
    ADD COLUMN feed text,
    ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN advisories.feed IS 'The feed that it came with: intelligence_sources has its licence and date.';
CREATE INDEX advisories_feed_idx ON advisories (feed);

CREATE TABLE intelligence_quarantine (
    source text NOT NULL,
    feed text NOT NULL,
    position int NOT NULL,
    record text NOT NULL,
    reason text NOT NULL,
    quarantined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, feed, position)
);
COMMENT ON TABLE intelligence_quarantine IS 'Records that the last import of a feed left out, the first thousand of each, with the reason.';
COMMENT ON COLUMN intelligence_quarantine.record IS 'Its id, else its place in the feed.';

CREATE TABLE epss_history (
    cve text COLLATE "C" NOT NULL,
    score_date date NOT NULL,
    probability real NOT NULL CHECK (probability BETWEEN 0 AND 1),
    percentile real NOT NULL CHECK (percentile BETWEEN 0 AND 1),
    PRIMARY KEY (cve, score_date)
);
COMMENT ON TABLE epss_history IS 'EPSS over time: a row where a CVE''s probability is another than on the day before.';

CREATE TABLE epss_days (
    score_date date PRIMARY KEY,
    imported_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE epss_days IS 'The days whose EPSS scores are loaded: without a row in epss_history, a score is as before.';

GRANT SELECT ON vulnerability_records, intelligence_quarantine, epss_history, epss_days
TO garrison_app, garrison_system;

COMMIT;
