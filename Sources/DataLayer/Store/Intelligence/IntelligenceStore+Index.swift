import Domain
import FoundationEssentials
import Postgres
import Scanner

extension IntelligenceStore {
    /// Builds the scan index of everything that is loaded, as of one moment.
    /// - Throws: `StoreError.noIntelligence` when no advisory is loaded.
    public func buildIndex() async throws -> ScanIndex {
        try await store.owner.transaction(tenant: nil) { connection in
            _ = try await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            let reader = IndexReader(connection: connection)
            return try await reader.build()
        }
    }
}

/// Reads the catalogues through cursors, so that memory stays bounded by the index itself.
private struct IndexReader {
    let connection: Connection

    private static let chunk = 20_000

    func build() async throws -> ScanIndex {
        var builder = ScanIndexBuilder()
        var advisories = 0
        try await each(
            """
            SELECT a.source, a.advisory_id, a.vulnerabilities, coalesce(a.title, ''), a.severity, a.published,
              a.modified, a.vectors, p.ecosystem, p.name, p.introduced, p.fixed, p.last_affected, p.versions, p.state,
              p.note, p.urgency, a.id
            FROM advisories AS a
            JOIN advisory_packages AS p ON p.advisory_id = a.id
            WHERE a.withdrawn IS NULL
            ORDER BY a.id, p.ecosystem, p.name
            """, into: AdvisoryAssembler()
        ) { advisory in
            advisories += 1
            builder.add(.advisory(advisory))
        }
        guard advisories > 0 else { throw StoreError.noIntelligence }
        try await addVulnerabilities(&builder)
        return builder.finish()
    }

    private func each(
        _ sql: String, into assembler: consuming AdvisoryAssembler, _ body: (Advisory) -> Void
    ) async throws {
        var assembler = assembler
        try await rows(of: sql) { row in
            if let complete = try assembler.add(row) { body(complete) }
        }
        if let last = assembler.finish() { body(last) }
    }

    private func addVulnerabilities(_ builder: inout ScanIndexBuilder) async throws {
        var records: [IntelligenceRecord] = []
        try await rows(
            of: """
                SELECT cve_id, source, title, cvss_vector, cvss_score::float8, published_date::timestamptz, is_rejected,
                  epss::float8, epss_percentile::float8, kev_added::text, kev_due::text, kev_ransomware, exploits
                FROM vulnerabilities
                """
        ) { row in
            let id: String = try row.decode(0)
            records.append(
                .vulnerability(
                    VulnerabilityRecord(
                        id: id, source: IntelligenceSource(rawValue: try row.decode(1)) ?? .osv, title: try row.decode(2),
                        vector: try row.decode(3), score: try row.decode(4), published: try row.decode(5),
                        isRejected: try row.decode(6))))
            if let probability = try row.decode(7, as: Double?.self) {
                records.append(
                    .exploitPrediction(
                        ExploitPrediction(
                            cve: id, probability: probability, percentile: try row.decode(8, as: Double?.self) ?? 0)))
            }
            if let added = try row.decode(9, as: String?.self) {
                records.append(
                    .knownExploited(
                        KnownExploited(
                            cve: id, name: "", dateAdded: added, dueDate: try row.decode(10),
                            knownRansomware: try row.decode(11, as: Bool?.self) ?? false, requiredAction: "")))
            }
            let exploits: [String] = try row.decode(12, as: [String]?.self) ?? []
            if !exploits.isEmpty { records.append(.exploits(ExploitList(cve: id, exploits: exploits))) }
            if records.count > Self.chunk {
                for record in records { builder.add(record) }
                records.removeAll(keepingCapacity: true)
            }
        }
        for record in records { builder.add(record) }
    }

    private func rows(of sql: String, _ body: (Row) throws -> Void) async throws {
        _ = try await connection.query("DECLARE index_rows NO SCROLL CURSOR FOR \(sql)")
        while true {
            let rows = try await connection.query("FETCH \(Self.chunk) FROM index_rows")
            for row in rows { try body(row) }
            if rows.count < Self.chunk { break }
        }
        _ = try await connection.query("CLOSE index_rows")
    }
}

/// Puts the rows of one advisory together again.
private struct AdvisoryAssembler {
    private var current: (id: Int64, advisory: Advisory)?

    /// Takes a row in the query's order; gives the advisory before it when that is complete.
    mutating func add(_ row: Row) throws -> Advisory? {
        let id: Int64 = try row.decode(17)
        let package = try Self.package(row)
        if current?.id == id {
            current?.advisory.affected.append(package)
            return nil
        }
        let complete = current?.advisory
        var advisory = Advisory(
            id: try row.decode(1), source: IntelligenceSource(rawValue: try row.decode(0)) ?? .osv,
            vulnerabilities: try row.decode(2), title: try row.decode(3),
            severity: (try row.decode(4, as: String?.self)).flatMap(Severity.init(rawValue:)),
            vectors: try row.decode(7, as: [String]?.self) ?? [], published: try row.decode(5),
            modified: try row.decode(6))
        advisory.affected = [package]
        current = (id, advisory)
        return complete
    }

    func finish() -> Advisory? { current?.advisory }

    private static func package(_ row: Row) throws -> AffectedPackage {
        let introduced: String? = try row.decode(10)
        let fixed: String? = try row.decode(11)
        let lastAffected: String? = try row.decode(12)
        let versions: [String] = try row.decode(13, as: [String]?.self) ?? []
        let state = PackageState(rawValue: try row.decode(14)) ?? .affected
        let hasRange = introduced != nil || fixed != nil || lastAffected != nil
        return AffectedPackage(
            ecosystem: Ecosystem(osv: try row.decode(8)), name: try row.decode(9),
            ranges: hasRange ? [VersionRange(introduced: introduced, fixed: fixed, lastAffected: lastAffected)] : [],
            versions: versions, state: state, note: try row.decode(15), urgency: try row.decode(16))
    }
}
