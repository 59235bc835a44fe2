BEGIN;

CREATE TABLE vulnerabilities (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    cve_id text COLLATE "C" NOT NULL UNIQUE,
    title text NOT NULL,
    description text,
    cvss_score double precision CHECK (cvss_score BETWEEN 0 AND 10),
    cvss_vector text,
    cvss_version text,
    severity text CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    exploitability text CHECK (exploitability IN ('functional', 'proof-of-concept', 'unproven')),
    affected_systems jsonb NOT NULL DEFAULT '[]',
    remediation text,
    source text NOT NULL,
    published_date date,
    modified_date timestamptz,
    epss double precision CHECK (epss BETWEEN 0 AND 1),
    epss_percentile double precision CHECK (epss_percentile BETWEEN 0 AND 1),
    kev_added date,
    kev_due date,
    kev_ransomware boolean NOT NULL DEFAULT false,
    exploit_count int NOT NULL DEFAULT 0,
    exploits text[] NOT NULL DEFAULT '{}',
    links text[] NOT NULL DEFAULT '{}',
    is_rejected boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vulnerabilities IS 'What is known of each vulnerability, over all sources. Shared by all tenants.';
COMMENT ON COLUMN vulnerabilities.cve_id IS 'CVE id, or the source''s own id where there is no CVE.';
COMMENT ON COLUMN vulnerabilities.cvss_score IS 'Recomputed from cvss_vector; NULL when no source gives a vector.';
COMMENT ON COLUMN vulnerabilities.severity IS 'Band of cvss_score, else the source''s word; NULL when unknown.';
COMMENT ON COLUMN vulnerabilities.epss IS 'FIRST EPSS: probability of exploitation within 30 days.';
COMMENT ON COLUMN vulnerabilities.kev_added IS 'Day it entered CISA''s Known Exploited Vulnerabilities; NULL when it is not there.';
COMMENT ON COLUMN vulnerabilities.exploits IS 'Exploit-DB ids.';
COMMENT ON COLUMN vulnerabilities.is_rejected IS 'Taken back by its source: matches nothing.';
CREATE INDEX vulnerabilities_score_idx ON vulnerabilities (cvss_score DESC NULLS LAST, id);
CREATE INDEX vulnerabilities_severity_idx ON vulnerabilities (severity, cvss_score DESC NULLS LAST, id);
CREATE INDEX vulnerabilities_published_idx ON vulnerabilities (published_date DESC NULLS LAST, id);
CREATE INDEX vulnerabilities_kev_idx ON vulnerabilities (kev_added DESC) WHERE kev_added IS NOT NULL;
CREATE INDEX vulnerabilities_text_idx ON vulnerabilities
    USING gin (to_tsvector('english', title || ' ' || coalesce(description, '')));

CREATE TABLE advisories (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    advisory_id text NOT NULL,
    title text,
    details text,
    severity text CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    published timestamptz,
    modified timestamptz,
    withdrawn timestamptz,
    vulnerabilities text[] NOT NULL,
    vectors text[],
    links text[],
    content_hash uuid,
    UNIQUE (source, advisory_id)
);
COMMENT ON TABLE advisories IS 'One record of one source about which versions of which packages are affected.';
COMMENT ON COLUMN advisories.vulnerabilities IS 'CVE ids where it has any, else its own id.';
COMMENT ON COLUMN advisories.content_hash IS '128 bits over the record and its packages: an unchanged record is not written again.';
CREATE INDEX advisories_vulnerabilities_idx ON advisories USING gin (vulnerabilities);
CREATE INDEX advisories_modified_idx ON advisories (source, modified DESC);

CREATE TABLE advisory_packages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    advisory_id bigint NOT NULL REFERENCES advisories ON DELETE CASCADE,
    ecosystem text NOT NULL,
    name text NOT NULL,
    introduced text,
    fixed text,
    last_affected text,
    versions text[],
    state text NOT NULL DEFAULT 'affected'
        CHECK (state IN (
            'affected', 'not_affected', 'no_advisory', 'postponed', 'ignored', 'end_of_life', 'undetermined')),
    note text,
    urgency text
);
COMMENT ON TABLE advisory_packages IS 'A package of an ecosystem and one range of affected versions; several ranges are several rows.';
COMMENT ON COLUMN advisory_packages.ecosystem IS 'Family and release, debian:12, or a registry, npm.';
COMMENT ON COLUMN advisory_packages.name IS 'The source package where the ecosystem''s advisories are by source.';
COMMENT ON COLUMN advisory_packages.versions IS 'Affected versions listed one by one, besides the range.';
CREATE INDEX advisory_packages_advisory_idx ON advisory_packages (advisory_id);
CREATE INDEX advisory_packages_name_idx ON advisory_packages (ecosystem, name);

CREATE TABLE known_exploited (
    cve text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    date_added date NOT NULL,
    due_date date,
    known_ransomware boolean NOT NULL DEFAULT false,
    required_action text NOT NULL DEFAULT ''
);
COMMENT ON TABLE known_exploited IS 'CISA''s Known Exploited Vulnerabilities catalogue.';

CREATE TABLE epss_scores (
    cve text COLLATE "C" PRIMARY KEY,
    probability real NOT NULL CHECK (probability BETWEEN 0 AND 1),
    percentile real NOT NULL CHECK (percentile BETWEEN 0 AND 1),
    score_date date
);
COMMENT ON TABLE epss_scores IS 'FIRST''s EPSS file: probability of exploitation within 30 days.';

CREATE TABLE exploits (
    cve text COLLATE "C" PRIMARY KEY,
    ids text[] NOT NULL
);
COMMENT ON TABLE exploits IS 'Public exploits known for a CVE (Exploit-DB ids).';

CREATE TABLE intelligence_sources (
    source text PRIMARY KEY,
    content_date timestamptz,
    imported_at timestamptz NOT NULL,
    checked_at timestamptz,
    records bigint NOT NULL DEFAULT 0,
    licence text,
    lacks text,
    origin text NOT NULL
);
COMMENT ON TABLE intelligence_sources IS 'How old each source''s data is, where it came from and what it lacks.';
COMMENT ON COLUMN intelligence_sources.content_date IS 'The data''s own date, not that of the import.';
COMMENT ON COLUMN intelligence_sources.checked_at IS 'When an update last found that nothing is newer.';
COMMENT ON COLUMN intelligence_sources.records IS 'Of the feeds that make up the source, as they were last loaded.';
COMMENT ON COLUMN intelligence_sources.lacks IS 'What a reader must know is missing, as a sentence.';
COMMENT ON COLUMN intelligence_sources.origin IS 'bundled, download or file.';

CREATE TABLE intelligence_imports (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    source text NOT NULL,
    feed text NOT NULL,
    origin text NOT NULL,
    checksum text,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
    records bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    content_date timestamptz,
    error text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
COMMENT ON TABLE intelligence_imports IS 'Each run of an import: which feeds are in, and why one is not.';
COMMENT ON COLUMN intelligence_imports.feed IS 'The file''s name: a source may be made up of several.';
COMMENT ON COLUMN intelligence_imports.checksum IS 'SHA-256 of the file: one that is done is not loaded again.';
COMMENT ON COLUMN intelligence_imports.state IS 'Set to done in the transaction that loads the feed.';
CREATE INDEX intelligence_imports_feed_idx ON intelligence_imports (source, feed, started_at DESC);

CREATE SEQUENCE index_revision;
COMMENT ON SEQUENCE index_revision IS 'Advanced by every change of the catalogues: a scan index of another revision is out of date.';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE INDEX vulnerabilities_cve_trigram_idx ON vulnerabilities USING gin (cve_id gin_trgm_ops);
        CREATE INDEX vulnerabilities_title_trigram_idx ON vulnerabilities USING gin (title gin_trgm_ops);
    END IF;
END
$$;

GRANT SELECT ON
    vulnerabilities, advisories, advisory_packages, known_exploited, epss_scores, exploits,
    intelligence_sources, intelligence_imports, index_revision
TO garrison_app, garrison_system;

COMMIT;
