import Domain
import Postgres

/// The set-based end of an import: staged records into the catalogues. Idempotent: staging the same
/// records again changes no row.
struct IntelligenceMerge {
    let connection: Connection

    func run() async throws {
        let changes = IntelligenceChanges(connection: connection)
        _ = try await connection.run(
            [
                "ANALYZE stage_advisories", "ANALYZE stage_packages", "ANALYZE stage_epss",
                "ANALYZE stage_vulnerabilities", Self.advisories, IntelligenceChanges.advisories,
                PatchDerivation.touchedBefore, Self.packages,
                Self.rejected, Self.records, "ANALYZE changed_vulnerabilities", IntelligenceChanges.records,
                Self.vulnerabilities,
                Self.mentioned, Self.kev, Self.exploits,
            ].map { Statement($0) })
        try await PredictionMerge(connection: connection).run()
        try await enrich()
        _ = try await connection.run(
            ([IntelligenceChanges.patches] + PatchMerge.statements).map { Statement($0) })
        try await ProductFixes(connection: connection).update()
        try await PatchDerivation(connection: connection).run()
        try await changes.record()
    }

    /// After a feed of some records the threats to these are looked at, not those to all vulnerabilities, and what the
    /// planner knows of the catalogues still holds.
    private func enrich() async throws {
        let isSmall = try await connection.query(Self.isSmall)[0].decode(0, as: Bool.self)
        if isSmall {
            _ = try await connection.run([Statement(Self.spoken), Statement(Self.enrichment(of: Self.spokenRows))])
            return
        }
        _ = try await connection.run(
            [
                Self.enrichment(of: "vulnerabilities"), Self.statistics, "ANALYZE advisories",
                "ANALYZE advisory_packages",
            ].map { Statement($0) })
    }

    /// With columns named, the words of each sampled text are not looked for again, as they are for the statistics of
    /// the index over them: that took a third of an import. Autovacuum does it in its own time.
    private static let statistics = """
        ANALYZE vulnerabilities
          (id, cve_id, cvss_score, severity, source, published_date, modified_date, epss, kev_added, exploit_count,
           is_rejected)
        """

    private static let isSmall = """
        SELECT (SELECT count(*) FROM stage_advisories) + (SELECT count(*) FROM stage_packages)
          + (SELECT count(*) FROM stage_vulnerabilities) + (SELECT count(*) FROM stage_kev)
          + (SELECT count(*) FROM stage_epss) + (SELECT count(*) FROM stage_exploits)
          + (SELECT count(*) FROM stage_retired) <= 5000
        """

    private static let spoken = """
        CREATE TEMP TABLE spoken_vulnerabilities ON COMMIT DROP AS
        SELECT cve FROM stage_kev
        UNION SELECT cve FROM stage_epss
        UNION SELECT cve FROM stage_exploits
        UNION SELECT cve FROM stage_retired
        UNION SELECT cve_id FROM stage_vulnerabilities
        UNION SELECT u.cve FROM stage_advisories AS a CROSS JOIN LATERAL unnest(a.vulnerabilities) AS u (cve)
        """

    private static let spokenRows = """
        (SELECT v.* FROM spoken_vulnerabilities AS s JOIN vulnerabilities AS v ON v.cve_id = s.cve)
        """

    /// Of several records with one id the newest counts, of equally new ones the last. A record whose content is
    /// as before, or that is older than the one that is loaded, is left alone; `changed_advisories` holds the others.
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
          ORDER BY a.source, a.advisory_id, a.modified DESC NULLS LAST, a.position DESC
        ), written AS (
          INSERT INTO advisories AS t
            (source, advisory_id, title, severity, published, modified, withdrawn, vulnerabilities, vectors,
             applicability, content_hash, feed)
          SELECT source, advisory_id, title, severity, published, modified, withdrawn, vulnerabilities,
            coalesce(vectors, '{}'), applicability, content_hash, feed
          FROM latest
          ON CONFLICT (source, advisory_id) DO UPDATE
          SET title = excluded.title, severity = excluded.severity, published = excluded.published,
              modified = excluded.modified, withdrawn = excluded.withdrawn,
              vulnerabilities = excluded.vulnerabilities, vectors = excluded.vectors,
              applicability = excluded.applicability, content_hash = excluded.content_hash,
              feed = excluded.feed, recorded_at = now()
          WHERE t.content_hash IS DISTINCT FROM excluded.content_hash
            AND (t.modified <= excluded.modified OR t.modified IS NULL OR excluded.modified IS NULL)
          RETURNING id, source, advisory_id, vulnerabilities, applicability, withdrawn
        )
        SELECT w.id, w.source, w.advisory_id, w.vulnerabilities, coalesce(o.vulnerabilities, '{}') AS before,
          coalesce(w.applicability, o.applicability) IS NOT NULL
            AND (w.applicability, w.withdrawn) IS DISTINCT FROM (o.applicability, o.withdrawn) AS has_products
        FROM written AS w
        LEFT JOIN advisories AS o ON o.id = w.id
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

    /// A record that is rejected says nothing of products any more: what its source said of them is withdrawn.
    private static let rejected = IntelligenceChanges.noting(
        """
        UPDATE advisories AS a
        SET withdrawn = coalesce(v.modified, now()), modified = coalesce(v.modified, a.modified), content_hash = NULL,
            recorded_at = now()
        FROM (
          SELECT cve_id, source, least(modified, now()) AS modified
          FROM stage_vulnerabilities
          WHERE is_rejected AND source IN ('nvd', 'cve')
        ) AS v
        WHERE a.source = v.source AND a.advisory_id = v.cve_id AND a.withdrawn IS NULL
          AND (a.modified <= v.modified OR a.modified IS NULL OR v.modified IS NULL)
        """)

    /// What a source says of a vulnerability takes the place of what it said before, unless that is newer. What it
    /// does not say any more stays: supplements of a source have a part of the fields.
    private static let records = """
        CREATE TEMP TABLE changed_vulnerabilities ON COMMIT DROP AS
        WITH written AS (
          INSERT INTO vulnerability_records AS r
            (cve_id, source, feed, title, description, cvss_score, cvss_vector, cvss_version, severity, published,
             modified, is_rejected, ssvc_exploitation, ssvc_automatable, ssvc_technical_impact, ssvc_assessed)
          SELECT DISTINCT ON (cve_id, source) cve_id, source, feed, nullif(title, ''), nullif(description, ''), score,
            vector, version, severity, published, CASE WHEN modified > now() THEN now() ELSE modified END, is_rejected,
            ssvc_exploitation,
            ssvc_automatable, ssvc_technical_impact, ssvc_assessed
          FROM stage_vulnerabilities
          ORDER BY cve_id, source, modified DESC NULLS LAST, (score IS NOT NULL) DESC, position DESC
          ON CONFLICT (cve_id, source) DO UPDATE
          SET feed = excluded.feed, title = coalesce(excluded.title, r.title),
              description = coalesce(excluded.description, r.description),
              cvss_score = coalesce(excluded.cvss_score, r.cvss_score),
              cvss_vector = coalesce(excluded.cvss_vector, r.cvss_vector),
              cvss_version = coalesce(excluded.cvss_version, r.cvss_version),
              severity = coalesce(excluded.severity, r.severity),
              published = coalesce(excluded.published, r.published),
              modified = coalesce(excluded.modified, r.modified), is_rejected = excluded.is_rejected,
              ssvc_exploitation = coalesce(excluded.ssvc_exploitation, r.ssvc_exploitation),
              ssvc_automatable = coalesce(excluded.ssvc_automatable, r.ssvc_automatable),
              ssvc_technical_impact = coalesce(excluded.ssvc_technical_impact, r.ssvc_technical_impact),
              ssvc_assessed = coalesce(excluded.ssvc_assessed, r.ssvc_assessed), recorded_at = now()
          WHERE (r.modified <= excluded.modified OR r.modified IS NULL OR excluded.modified IS NULL)
            AND (r.title, r.description, r.cvss_vector, r.published, r.modified, r.is_rejected, r.ssvc_exploitation,
              r.ssvc_automatable, r.ssvc_technical_impact)
              IS DISTINCT FROM (excluded.title, excluded.description, excluded.cvss_vector, excluded.published,
              excluded.modified, excluded.is_rejected, excluded.ssvc_exploitation, excluded.ssvc_automatable,
              excluded.ssvc_technical_impact)
          RETURNING cve_id
        )
        SELECT DISTINCT cve_id FROM written
        """

    /// Each field of a vulnerability is of the first source that has it: NVD, then the CVE list, VulnDB, others.
    /// Whether it is rejected is told by the one of NVD and the CVE list that changed it last.
    private static let vulnerabilities = """
        WITH ranked AS (
          SELECT r.*, coalesce(array_position(ARRAY['nvd', 'cve', 'vulndb'], r.source), 9) AS rank
          FROM vulnerability_records AS r
          JOIN changed_vulnerabilities USING (cve_id)
        ), chosen AS (
          SELECT cve_id,
            (array_agg(title ORDER BY rank, source) FILTER (WHERE title IS NOT NULL))[1] AS title,
            (array_agg(source ORDER BY rank, source) FILTER (WHERE title IS NOT NULL))[1] AS title_source,
            (array_agg(description ORDER BY rank, source) FILTER (WHERE description IS NOT NULL))[1] AS description,
            (array_agg(source ORDER BY rank, source) FILTER (WHERE description IS NOT NULL))[1] AS description_source,
            (array_agg(cvss_score ORDER BY rank, source) FILTER (WHERE cvss_score IS NOT NULL))[1] AS score,
            (array_agg(cvss_vector ORDER BY rank, source) FILTER (WHERE cvss_score IS NOT NULL))[1] AS vector,
            (array_agg(cvss_version ORDER BY rank, source) FILTER (WHERE cvss_score IS NOT NULL))[1] AS version,
            (array_agg(severity ORDER BY cvss_score IS NULL, rank, source) FILTER (WHERE severity IS NOT NULL))[1]
              AS severity,
            (array_agg(source ORDER BY rank, source) FILTER (WHERE cvss_score IS NOT NULL))[1] AS score_source,
            (array_agg(source ORDER BY rank, source))[1] AS source,
            (array_agg(published ORDER BY rank, source) FILTER (WHERE published IS NOT NULL))[1] AS published,
            max(modified) AS modified,
            (array_agg(is_rejected ORDER BY rank > 2, modified DESC NULLS LAST, rank, source))[1] AS is_rejected,
            (array_agg(ssvc_exploitation ORDER BY rank) FILTER (WHERE ssvc_exploitation IS NOT NULL))[1]
              AS ssvc_exploitation,
            (array_agg(ssvc_automatable ORDER BY rank) FILTER (WHERE ssvc_exploitation IS NOT NULL))[1]
              AS ssvc_automatable,
            (array_agg(ssvc_technical_impact ORDER BY rank) FILTER (WHERE ssvc_exploitation IS NOT NULL))[1]
              AS ssvc_technical_impact,
            (array_agg(ssvc_assessed ORDER BY rank) FILTER (WHERE ssvc_exploitation IS NOT NULL))[1] AS ssvc_assessed,
            (array_agg(source ORDER BY rank) FILTER (WHERE ssvc_exploitation IS NOT NULL))[1] AS ssvc_source
          FROM ranked
          GROUP BY cve_id
        ), written AS (
          INSERT INTO vulnerabilities AS v
            (cve_id, title, description, cvss_score, cvss_vector, cvss_version, severity, source, published_date,
             modified_date, is_rejected, ssvc_exploitation, ssvc_automatable, ssvc_technical_impact, ssvc_assessed,
             field_sources)
          SELECT cve_id, coalesce(title, cve_id), description, score, vector, version, severity, source, published,
            modified, is_rejected, ssvc_exploitation, ssvc_automatable, ssvc_technical_impact, ssvc_assessed,
            jsonb_strip_nulls(jsonb_build_object('title', title_source, 'description', description_source, 'score',
              score_source, 'ssvc', ssvc_source))
          FROM chosen
          ON CONFLICT (cve_id) DO UPDATE
          SET title = CASE WHEN excluded.title = v.cve_id THEN v.title ELSE excluded.title END,
              description = excluded.description, cvss_score = excluded.cvss_score,
              cvss_vector = excluded.cvss_vector, cvss_version = excluded.cvss_version,
              severity = coalesce(excluded.severity, v.severity), source = excluded.source,
              published_date = coalesce(excluded.published_date, v.published_date),
              modified_date = excluded.modified_date, is_rejected = excluded.is_rejected,
              ssvc_exploitation = excluded.ssvc_exploitation, ssvc_automatable = excluded.ssvc_automatable,
              ssvc_technical_impact = excluded.ssvc_technical_impact, ssvc_assessed = excluded.ssvc_assessed,
              field_sources = excluded.field_sources, updated_at = now()
          RETURNING v.cve_id, v.is_rejected
        )
        INSERT INTO stage_changes (cve_id, is_matched, has_products)
        SELECT w.cve_id, true, true
        FROM written AS w
        JOIN vulnerabilities AS o ON o.cve_id = w.cve_id
        WHERE o.is_rejected <> w.is_rejected
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
    /// - Parameter rows: those that are looked at, in SQL.
    private static func enrichment(of rows: String) -> String {
        """
        WITH written AS (
          UPDATE vulnerabilities AS v
          SET epss = e.probability, epss_percentile = e.percentile, kev_added = k.date_added, kev_due = k.due_date,
              kev_ransomware = coalesce(k.known_ransomware, false), exploits = coalesce(x.ids, '{}'),
              exploit_count = coalesce(cardinality(x.ids), 0),
              exploitability = CASE WHEN k.cve IS NOT NULL THEN 'functional' WHEN x.cve IS NOT NULL
                THEN 'proof-of-concept' ELSE 'unproven' END,
              title = CASE WHEN t.title = t.cve_id AND k.name IS NOT NULL THEN k.name ELSE t.title END
          FROM \(rows) AS t
          LEFT JOIN epss_scores AS e ON e.cve = t.cve_id
          LEFT JOIN known_exploited AS k ON k.cve = t.cve_id
          LEFT JOIN exploits AS x ON x.cve = t.cve_id
          WHERE v.id = t.id
            AND (t.epss, t.epss_percentile, t.kev_added, t.kev_due, t.exploit_count)
              IS DISTINCT FROM (e.probability::float8, e.percentile::float8, k.date_added, k.due_date,
                coalesce(cardinality(x.ids), 0))
          RETURNING v.cve_id, (t.epss, t.kev_added IS NULL, t.exploit_count)
            IS DISTINCT FROM (v.epss, v.kev_added IS NULL, v.exploit_count) AS is_rated
        )
        INSERT INTO stage_changes (cve_id, is_matched)
        SELECT cve_id, CASE WHEN is_rated THEN false END
        FROM written
        """
    }
}
