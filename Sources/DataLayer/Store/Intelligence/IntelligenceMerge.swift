import Domain
import Postgres

/// The set-based end of an import: staged records into the catalogues. Idempotent: staging the same
/// records again changes no row.
struct IntelligenceMerge {
    let connection: Connection

    func run() async throws {
        _ = try await connection.run([
            Statement("ANALYZE stage_advisories"), Statement("ANALYZE stage_packages"), Statement("ANALYZE stage_epss"),
            Statement(Self.advisories), Statement(Self.packages), Statement(Self.vulnerabilities),
            Statement(Self.mentioned), Statement(Self.kev), Statement(Self.epss), Statement(Self.exploits),
            Statement("ANALYZE epss_scores"), Statement(Self.enrich), Statement("ANALYZE vulnerabilities"),
            Statement("ANALYZE advisories"), Statement("ANALYZE advisory_packages"),
        ])
    }

    /// Of several records with one id the last counts. A record whose content is as before is left
    /// alone; `changed_advisories` holds the others.
    private static let advisories = """
        CREATE TEMP TABLE changed_advisories ON COMMIT DROP AS
        WITH contents AS (
          SELECT source, advisory_id, md5(string_agg(p::text, E'\\n' ORDER BY p::text)) AS packages
          FROM stage_packages AS p
          GROUP BY source, advisory_id
        ), latest AS (
          SELECT DISTINCT ON (a.source, a.advisory_id) a.*,
            md5(concat_ws(E'\\n', a.title, a.severity, a.published, a.modified, a.withdrawn, a.vulnerabilities,
              a.vectors, c.packages, a.applicability))::uuid AS content_hash
          FROM stage_advisories AS a
          LEFT JOIN contents AS c USING (source, advisory_id)
          ORDER BY a.source, a.advisory_id, a.position DESC
        ), written AS (
          INSERT INTO advisories AS t
            (source, advisory_id, title, severity, published, modified, withdrawn, vulnerabilities, vectors,
             applicability, content_hash)
          SELECT source, advisory_id, title, severity, published, modified, withdrawn, vulnerabilities,
            coalesce(vectors, '{}'), applicability, content_hash
          FROM latest
          ON CONFLICT (source, advisory_id) DO UPDATE
          SET title = excluded.title, severity = excluded.severity, published = excluded.published,
              modified = excluded.modified, withdrawn = excluded.withdrawn,
              vulnerabilities = excluded.vulnerabilities, vectors = excluded.vectors,
              applicability = excluded.applicability, content_hash = excluded.content_hash
          WHERE t.content_hash IS DISTINCT FROM excluded.content_hash
          RETURNING id, source, advisory_id
        )
        SELECT id, source, advisory_id FROM written
        """

    private static let packages = """
        WITH removed AS (
          DELETE FROM advisory_packages AS p
          USING changed_advisories AS c
          WHERE p.advisory_id = c.id
        )
        INSERT INTO advisory_packages
          (advisory_id, ecosystem, name, introduced, fixed, last_affected, versions, state, note, urgency)
        SELECT DISTINCT c.id, p.ecosystem, p.name, p.introduced, p.fixed, p.last_affected, coalesce(p.versions, '{}'),
          p.state, p.note, p.urgency
        FROM stage_packages AS p
        JOIN changed_advisories AS c USING (source, advisory_id)
        """

    /// NVD's words and scores stand over others'; another source fills what is missing.
    private static let vulnerabilities = """
        INSERT INTO vulnerabilities AS v
          (cve_id, title, description, cvss_score, cvss_vector, cvss_version, severity, source, published_date,
           modified_date, is_rejected)
        SELECT DISTINCT ON (cve_id) cve_id, coalesce(nullif(title, ''), cve_id), nullif(description, ''), score, vector,
          version, severity, source, published, modified, is_rejected
        FROM stage_vulnerabilities
        ORDER BY cve_id, (source = 'nvd') DESC, (score IS NOT NULL) DESC, position DESC
        ON CONFLICT (cve_id) DO UPDATE
        SET title = CASE WHEN excluded.title = v.cve_id THEN v.title
              WHEN excluded.source = 'nvd' OR v.title = v.cve_id THEN excluded.title ELSE v.title END,
            description = CASE WHEN excluded.source = 'nvd' THEN coalesce(excluded.description, v.description)
              ELSE coalesce(v.description, excluded.description) END,
            cvss_score = CASE WHEN excluded.source = 'nvd' THEN coalesce(excluded.cvss_score, v.cvss_score)
              ELSE coalesce(v.cvss_score, excluded.cvss_score) END,
            cvss_vector = CASE WHEN excluded.source = 'nvd' THEN coalesce(excluded.cvss_vector, v.cvss_vector)
              ELSE coalesce(v.cvss_vector, excluded.cvss_vector) END,
            cvss_version = CASE WHEN excluded.source = 'nvd' THEN coalesce(excluded.cvss_version, v.cvss_version)
              ELSE coalesce(v.cvss_version, excluded.cvss_version) END,
            severity = CASE WHEN excluded.source = 'nvd' THEN coalesce(excluded.severity, v.severity)
              ELSE coalesce(v.severity, excluded.severity) END,
            source = CASE WHEN excluded.source = 'nvd' THEN excluded.source ELSE v.source END,
            published_date = coalesce(excluded.published_date, v.published_date),
            modified_date = greatest(v.modified_date, excluded.modified_date),
            is_rejected = excluded.is_rejected,
            updated_at = now()
        """

    /// A vulnerability that only an advisory names gets a row of its own, with the advisory's words.
    private static let mentioned = """
        INSERT INTO vulnerabilities (cve_id, title, severity, source, published_date)
        SELECT DISTINCT ON (m.cve_id) m.cve_id, coalesce(nullif(a.title, ''), m.cve_id), a.severity, a.source, a.published
        FROM stage_advisories AS a
        CROSS JOIN LATERAL unnest(a.vulnerabilities) AS m (cve_id)
        ORDER BY m.cve_id, a.published NULLS LAST, a.position
        ON CONFLICT (cve_id) DO NOTHING
        """

    private static let kev = """
        INSERT INTO known_exploited AS k (cve, name, date_added, due_date, known_ransomware, required_action)
        SELECT DISTINCT ON (cve) cve, name, date_added, due_date, ransomware, required_action
        FROM stage_kev
        ORDER BY cve, ctid DESC
        ON CONFLICT (cve) DO UPDATE
        SET name = excluded.name, date_added = excluded.date_added, due_date = excluded.due_date,
            known_ransomware = excluded.known_ransomware, required_action = excluded.required_action
        """

    private static let epss = """
        INSERT INTO epss_scores AS e (cve, probability, percentile)
        SELECT s.cve, s.probability, s.percentile
        FROM (
          SELECT DISTINCT ON (cve) cve, probability, percentile
          FROM stage_epss
          ORDER BY cve, ctid DESC
        ) AS s
        LEFT JOIN epss_scores AS k ON k.cve = s.cve
        WHERE (k.probability, k.percentile) IS DISTINCT FROM (s.probability, s.percentile)
        ON CONFLICT (cve) DO UPDATE
        SET probability = excluded.probability, percentile = excluded.percentile
        """

    private static let exploits = """
        INSERT INTO exploits AS x (cve, ids)
        SELECT cve, array_agg(DISTINCT id ORDER BY id)
        FROM stage_exploits
        CROSS JOIN LATERAL unnest(ids) AS u (id)
        GROUP BY cve
        ON CONFLICT (cve) DO UPDATE
        SET ids = (SELECT array_agg(DISTINCT id ORDER BY id) FROM unnest(x.ids || excluded.ids) AS u (id))
        WHERE NOT x.ids @> excluded.ids
        """

    /// Copies what the threat feeds say onto the vulnerabilities they speak of, where it differs.
    private static let enrich = """
        UPDATE vulnerabilities AS v
        SET epss = e.probability, epss_percentile = e.percentile, kev_added = k.date_added, kev_due = k.due_date,
            kev_ransomware = coalesce(k.known_ransomware, false), exploits = coalesce(x.ids, '{}'),
            exploit_count = coalesce(cardinality(x.ids), 0),
            exploitability = CASE WHEN k.cve IS NOT NULL THEN 'functional' WHEN x.cve IS NOT NULL
              THEN 'proof-of-concept' ELSE 'unproven' END,
            title = CASE WHEN t.title = t.cve_id AND k.name IS NOT NULL THEN k.name ELSE t.title END
        FROM vulnerabilities AS t
        LEFT JOIN epss_scores AS e ON e.cve = t.cve_id
        LEFT JOIN known_exploited AS k ON k.cve = t.cve_id
        LEFT JOIN exploits AS x ON x.cve = t.cve_id
        WHERE v.id = t.id
          AND (t.epss, t.epss_percentile, t.kev_added, t.kev_due, t.exploit_count)
            IS DISTINCT FROM (e.probability::float8, e.percentile::float8, k.date_added, k.due_date,
              coalesce(cardinality(x.ids), 0))
        """
}
