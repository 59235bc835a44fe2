import Domain
import FoundationEssentials
import Postgres
import Risk

/// Records on their way into the catalogues: temporary tables of the importing transaction, filled
/// batch by batch and merged once at the end. Whatever ends the transaction early leaves nothing.
struct IntelligenceStage {
    let connection: Connection

    func create() async throws {
        for table in Self.tables { _ = try await connection.query(table) }
    }

    private static let tables = [
        """
        CREATE TEMP TABLE stage_advisories (
          position bigint GENERATED ALWAYS AS IDENTITY, source text, advisory_id text, title text, severity text,
          published timestamptz, modified timestamptz, withdrawn timestamptz, vulnerabilities text[], vectors text[],
          applicability text, feed text
        ) ON COMMIT DROP
        """,
        """
        CREATE TEMP TABLE stage_packages (
          source text, advisory_id text, ecosystem text, name text, introduced text, fixed text, last_affected text,
          versions text[], state text, note text, urgency text
        ) ON COMMIT DROP
        """,
        """
        CREATE TEMP TABLE stage_vulnerabilities (
          position bigint GENERATED ALWAYS AS IDENTITY, cve_id text COLLATE "C", source text, title text, description text,
          vector text, score float8, version text, severity text, published timestamptz, modified timestamptz,
          is_rejected boolean, feed text, ssvc_exploitation text, ssvc_automatable boolean,
          ssvc_technical_impact text, ssvc_assessed timestamptz
        ) ON COMMIT DROP
        """,
        """
        CREATE TEMP TABLE stage_kev (
          cve text COLLATE "C", name text, date_added date, due_date date, ransomware boolean, required_action text
        ) ON COMMIT DROP
        """,
        """
        CREATE TEMP TABLE stage_epss (
          cve text COLLATE "C", probability real, percentile real, score_date date
        ) ON COMMIT DROP
        """,
        "CREATE TEMP TABLE stage_exploits (cve text COLLATE \"C\", ids text[]) ON COMMIT DROP",
        PatchMerge.table, PatchDerivation.table, IntelligenceChanges.table,
        "CREATE TEMP TABLE stage_retired (cve text COLLATE \"C\") ON COMMIT DROP",
    ]

    /// Adds a batch: one statement a table, all in one round trip.
    /// - Parameter feed: what the list of sources calls the feed; nil: as the source of each record.
    func add(_ records: [IntelligenceRecord], feed: String? = nil) async throws {
        var columns = StageColumns(feed: feed)
        for record in records { columns.append(record) }
        let statements = columns.statements
        if !statements.isEmpty { _ = try await connection.run(statements) }
    }
}
