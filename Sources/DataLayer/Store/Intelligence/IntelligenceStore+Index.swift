import Domain
import FoundationEssentials
import Postgres
import Scanner

extension IntelligenceStore {
    /// Builds the scan index of everything that is loaded, as of one moment.
    /// - Throws: `StoreError.noIntelligence` when no advisory is loaded.
    public func buildIndex() async throws -> ScanIndex { try await buildRevisedIndex().index }

    /// As `buildIndex`, with the revision that it is of.
    public func buildRevisedIndex() async throws -> RevisedIndex {
        try await store.owner.transaction(tenant: nil) { connection in
            let reader = IndexReader(connection: connection)
            try await reader.begin()
            return RevisedIndex(index: try await reader.build(), revision: try await reader.revision())
        }
    }
}

/// Reads the catalogues through cursors, so that memory stays bounded by the index itself.
struct IndexReader {
    let connection: Connection

    private static let chunk = 20_000

    /// All that is read afterwards is of one moment.
    func begin() async throws {
        _ = try await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    }

    func revision() async throws -> Int64 {
        try await connection.query(IntelligenceStore.newestRevision)[0].decode(0)
    }

    func build() async throws -> ScanIndex {
        var builder = ScanIndexBuilder()
        try await addAdvisories(&builder)
        try await addVulnerabilities(&builder)
        try await addPatches(&builder)
        return builder.finish()
    }

    private func addAdvisories(_ builder: inout ScanIndexBuilder) async throws {
        try await open(Self.advisories())
        var assembler = AdvisoryAssembler()
        while let rows = try await fetch() {
            for row in rows {
                if let complete = try assembler.add(row) { builder.add(.advisory(complete)) }
            }
        }
        guard let last = assembler.last else { throw StoreError.noIntelligence }
        builder.add(.advisory(last))
    }

    /// - Parameter condition: of those wanted, aliased `a`, in SQL.
    static func advisories(where condition: String = "true") -> String {
        """
        SELECT a.source, a.advisory_id, a.vulnerabilities, coalesce(a.title, ''), a.severity, a.published,
          a.modified, a.vectors, p.ecosystem, p.name, p.introduced, p.fixed, p.last_affected, p.versions, p.state,
          p.note, p.urgency, a.id, a.applicability
        FROM advisories AS a
        LEFT JOIN advisory_packages AS p ON p.advisory_id = a.id
        WHERE a.withdrawn IS NULL AND (p.id IS NOT NULL OR a.applicability IS NOT NULL) AND \(condition)
        ORDER BY a.id, p.ecosystem, p.name, p.introduced
        """
    }

    func addPatches(_ builder: inout ScanIndexBuilder) async throws {
        try await open(Self.patches)
        while let rows = try await fetch() {
            for row in rows {
                let source = try row.decode(3, as: String?.self).flatMap(IntelligenceSource.init(rawValue:)) ?? .msrc
                builder.add(
                    .patch(
                        Patch(
                            id: try row.decode(0), source: source, supersedes: try row.decode(2),
                            builds: try row.decode(1))))
            }
        }
    }

    private static let patches = """
        SELECT p.kb_number, p.builds, coalesce(array_agg(s.superseded) FILTER (WHERE s.superseded IS NOT NULL), '{}'),
          p.source
        FROM patches AS p
        LEFT JOIN patch_supersedence AS s USING (kb_number)
        WHERE p.kind = 'windows_update'
        GROUP BY p.id
        """

    private func addVulnerabilities(_ builder: inout ScanIndexBuilder) async throws {
        try await open(Self.vulnerabilities)
        while let rows = try await fetch() {
            for row in rows {
                for record in try VulnerabilityRow(row).records { builder.add(record) }
            }
        }
    }

    static let vulnerabilities = """
        SELECT cve_id, source, title, cvss_vector, cvss_score::float8, published_date::timestamptz, is_rejected,
          epss::float8, epss_percentile::float8, kev_added::text, kev_due::text, kev_ransomware, exploits
        FROM vulnerabilities
        """

    private func open(_ sql: String) async throws {
        _ = try await connection.query("CLOSE ALL")
        _ = try await connection.query("DECLARE index_rows NO SCROLL CURSOR FOR \(sql)")
    }

    /// The next rows; nil when there are no more.
    private func fetch() async throws -> Rows? {
        let rows = try await connection.query("FETCH \(Self.chunk) FROM index_rows")
        return rows.isEmpty ? nil : rows
    }
}

/// A row of the vulnerabilities, taken apart into what each feed said.
struct VulnerabilityRow {
    let records: [IntelligenceRecord]

    init(_ row: Row) throws {
        let id: String = try row.decode(0)
        var records: [IntelligenceRecord] = [.vulnerability(try Self.vulnerability(id, row))]
        if let probability = try row.decode(7, as: Double?.self) {
            let percentile = try row.decode(8, as: Double?.self) ?? 0
            records.append(
                .exploitPrediction(ExploitPrediction(cve: id, probability: probability, percentile: percentile)))
        }
        if let added = try row.decode(9, as: String?.self) {
            records.append(
                .knownExploited(
                    KnownExploited(
                        cve: id, name: "", dateAdded: added, dueDate: try row.decode(10),
                        knownRansomware: try row.decode(11), requiredAction: "")))
        }
        let exploits: [String] = try row.decode(12)
        if !exploits.isEmpty { records.append(.exploits(ExploitList(cve: id, exploits: exploits))) }
        self.records = records
    }

    private static func vulnerability(_ id: String, _ row: Row) throws -> VulnerabilityRecord {
        VulnerabilityRecord(
            id: id, source: IntelligenceSource(rawValue: try row.decode(1)) ?? .osv, title: try row.decode(2),
            vector: try row.decode(3), score: try row.decode(4), published: try row.decode(5),
            isRejected: try row.decode(6))
    }
}

/// Puts the rows of one advisory together again.
struct AdvisoryAssembler {
    private var current: (id: Int64, advisory: Advisory)?

    /// Takes a row in the query's order; gives the advisory before it when that is complete.
    mutating func add(_ row: Row) throws -> Advisory? {
        let id: Int64 = try row.decode(17)
        let packages = try Self.packages(row)
        if current?.id == id {
            current?.advisory.affected += packages
            return nil
        }
        let complete = current?.advisory
        var advisory = Advisory(
            id: try row.decode(1), source: IntelligenceSource(rawValue: try row.decode(0)) ?? .osv,
            vulnerabilities: try row.decode(2), title: try row.decode(3),
            severity: (try row.decode(4, as: String?.self)).flatMap(Severity.init(rawValue:)),
            vectors: try row.decode(7, as: [String]?.self) ?? [], published: try row.decode(5),
            modified: try row.decode(6))
        advisory.affected = packages
        advisory.applicability = try row.decode(18, as: String?.self).map(ApplicabilityText.decode) ?? []
        current = (id, advisory)
        return complete
    }

    /// The advisory that is not complete until the rows end.
    var last: Advisory? { current?.advisory }

    /// One, or none where the advisory names products only.
    private static func packages(_ row: Row) throws -> [AffectedPackage] {
        guard let ecosystem = try row.decode(8, as: String?.self) else { return [] }
        let introduced: String? = try row.decode(10)
        let fixed: String? = try row.decode(11)
        let lastAffected: String? = try row.decode(12)
        let versions: [String] = try row.decode(13, as: [String]?.self) ?? []
        let state = PackageState(rawValue: try row.decode(14)) ?? .affected
        let hasRange = introduced != nil || fixed != nil || lastAffected != nil
        let range = VersionRange(introduced: introduced, fixed: fixed, lastAffected: lastAffected)
        return [
            AffectedPackage(
                ecosystem: Ecosystem(osv: ecosystem), name: try row.decode(9), ranges: hasRange ? [range] : [],
                versions: versions, state: state, note: try row.decode(15), urgency: try row.decode(16))
        ]
    }
}
