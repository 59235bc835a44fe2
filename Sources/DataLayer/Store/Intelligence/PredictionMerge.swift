import Postgres

/// Staged EPSS scores into the current ones and into their history. Files may come in any order of days: an
/// older day's scores never take the place of newer ones, and the history is as if they had come in order.
struct PredictionMerge {
    let connection: Connection

    func run() async throws {
        _ = try await connection.run([
            Statement(Self.latest), Statement("ANALYZE latest_epss"), Statement(Self.current),
            Statement(Self.following), Statement(Self.changes), Statement(Self.days), Statement("ANALYZE epss_scores"),
        ])
    }

    /// One row for each CVE and day, with the probability that the history gives for the day before.
    private static let latest = """
        CREATE TEMP TABLE latest_epss ON COMMIT DROP AS
        SELECT DISTINCT ON (s.cve, s.score_date) s.*, h.probability AS before, h.percentile AS before_percentile
        FROM stage_epss AS s
        LEFT JOIN LATERAL (
          SELECT probability, percentile
          FROM epss_history AS h
          WHERE h.cve = s.cve AND h.score_date < s.score_date
          ORDER BY h.score_date DESC
          LIMIT 1
        ) AS h ON s.score_date IS NOT NULL
        ORDER BY s.cve, s.score_date, s.ctid DESC
        """

    private static let current = """
        INSERT INTO epss_scores AS e (cve, probability, percentile, score_date)
        SELECT DISTINCT ON (cve) cve, probability, percentile, score_date
        FROM latest_epss
        ORDER BY cve, score_date DESC NULLS LAST
        ON CONFLICT (cve) DO UPDATE
        SET probability = excluded.probability, percentile = excluded.percentile, score_date = excluded.score_date
        WHERE (e.score_date <= excluded.score_date OR e.score_date IS NULL OR excluded.score_date IS NULL)
          AND (e.probability, e.percentile, e.score_date)
            IS DISTINCT FROM (excluded.probability, excluded.percentile, excluded.score_date)
        """

    /// A day that comes after the one that follows it: there, the score goes back to what it was before.
    private static let following = """
        INSERT INTO epss_history (cve, score_date, probability, percentile)
        SELECT l.cve, n.score_date, l.before, l.before_percentile
        FROM latest_epss AS l
        CROSS JOIN LATERAL (
          SELECT d.score_date FROM epss_days AS d WHERE d.score_date > l.score_date ORDER BY d.score_date LIMIT 1
        ) AS n
        WHERE l.before IS DISTINCT FROM l.probability AND l.before IS NOT NULL
          AND NOT EXISTS (SELECT FROM epss_days AS d WHERE d.score_date = l.score_date)
        ON CONFLICT (cve, score_date) DO NOTHING
        """

    private static let changes = """
        INSERT INTO epss_history AS h (cve, score_date, probability, percentile)
        SELECT cve, score_date, probability, percentile
        FROM (
          SELECT l.*, lag(probability) OVER (PARTITION BY cve ORDER BY score_date) AS previous
          FROM latest_epss AS l
          WHERE score_date IS NOT NULL
        ) AS l
        WHERE coalesce(previous, before) IS DISTINCT FROM probability
        ON CONFLICT (cve, score_date) DO UPDATE
        SET probability = excluded.probability, percentile = excluded.percentile
        WHERE (h.probability, h.percentile) IS DISTINCT FROM (excluded.probability, excluded.percentile)
        """

    private static let days = """
        INSERT INTO epss_days (score_date)
        SELECT DISTINCT score_date
        FROM latest_epss
        WHERE score_date IS NOT NULL
        ON CONFLICT DO NOTHING
        """
}
