import FoundationEssentials
import Postgres

extension IntelligenceStore {
    /// A day on which the EPSS score of a CVE was another than on the day before.
    public struct PredictionChange: Sendable, Equatable {
        /// `2025-04-22`.
        public let day: String
        /// 0…1: probability of exploitation within 30 days.
        public let probability: Double
        /// 0…1, rank among all scored CVEs on that day.
        public let percentile: Double

        package init(day: String, probability: Double, percentile: Double) {
            self.day = day
            self.probability = probability
            self.percentile = percentile
        }
    }

    /// How a CVE's EPSS score went, oldest first: days without a row are as the one before.
    /// - Parameter limit: of the newest changes, at most.
    public func predictionTrend(of cve: String, limit: Int = 400) async throws -> [PredictionChange] {
        try await store.app.query(
            """
            SELECT score_date::text, probability::float8, percentile::float8
            FROM (
              SELECT *
              FROM epss_history
              WHERE cve = $1
              ORDER BY score_date DESC
              LIMIT $2
            ) AS newest
            ORDER BY score_date
            """, [.text(cve), .int(limit)], tenant: nil
        ).map { row in
            PredictionChange(
                day: try row.decode(0), probability: try row.decode(1), percentile: try row.decode(2))
        }
    }

    /// The day of a CVE's newest EPSS score, `2025-04-22`; nil where it has none, or one without a day.
    public func lastPrediction(of cve: String) async throws -> String? {
        try await store.app.query("SELECT score_date::text FROM epss_scores WHERE cve = $1", [.text(cve)], tenant: nil)
            .first.flatMap { try $0.decode(0, as: String?.self) }
    }
}
