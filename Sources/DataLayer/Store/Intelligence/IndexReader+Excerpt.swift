import Domain
import Postgres
import Scanner

extension IndexReader {
    /// An index of some vulnerabilities, with every record that names one of them: it says of these what the index of
    /// everything says. What it says of others counts for nothing.
    /// - Parameters:
    ///   - vulnerabilities: as `cve_id` has them.
    ///   - ecosystems: those of which any advisory speaks.
    func excerpt(of vulnerabilities: [String], ecosystems: [String]) async throws -> ScanIndex {
        var builder = ScanIndexBuilder()
        for ecosystem in Set(ecosystems.map { Ecosystem(osv: $0) }) { builder.addCoverage(of: ecosystem) }
        let named = Value.textArray(vulnerabilities)
        var assembler = AdvisoryAssembler()
        // By advisories_vulnerabilities_idx.
        let rows = try await connection.query(Self.advisories(where: "a.vulnerabilities && $1"), [named])
        for row in rows {
            if let complete = try assembler.add(row) { builder.add(.advisory(complete)) }
        }
        if let last = assembler.last { builder.add(.advisory(last)) }
        for row in try await connection.query("\(Self.vulnerabilities) WHERE cve_id = ANY($1)", [named]) {
            for record in try VulnerabilityRow(row).records { builder.add(record) }
        }
        try await addModules(named, &builder)
        if try rows.contains(where: { try $0.decode(8, as: String?.self) == "windows" }) {
            try await addPatches(&builder)
        }
        return builder.finish()
    }

    private func addModules(_ vulnerabilities: Value, _ builder: inout ScanIndexBuilder) async throws {
        for row in try await connection.query(Self.modules, [vulnerabilities]) {
            builder.addModules(
                of: try row.decode(1), in: Ecosystem(osv: try row.decode(0)),
                source: IntelligenceSource(rawValue: try row.decode(2)) ?? .osv)
        }
    }

    /// Only rpm packages have streams.
    private static let modules = """
        WITH touched AS (
          SELECT DISTINCT p.ecosystem, p.name
          FROM advisories AS a
          JOIN advisory_packages AS p ON p.advisory_id = a.id
          WHERE a.vulnerabilities && $1
        )
        SELECT DISTINCT p.ecosystem, p.name, a.source
        FROM touched
        JOIN advisory_packages AS p USING (ecosystem, name)
        JOIN advisories AS a ON a.id = p.advisory_id
        WHERE p.note LIKE '\(ModuleStream.notePrefix)%' AND a.withdrawn IS NULL AND EXISTS (
          SELECT
          FROM unnest(a.vulnerabilities) AS u (cve)
          LEFT JOIN vulnerabilities AS v ON v.cve_id = u.cve
          WHERE v.is_rejected IS NOT TRUE)
        """
}
