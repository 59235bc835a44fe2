import Domain
import FoundationEssentials
import Postgres
import Risk
import Scanner

/// Runs the scanner for groups: each distinct combination of software and circumstances once.
struct SetMatcher: Sendable {
    let store: Store
    let tenant: TenantID
    let index: ScanIndex

    /// What the scanner says of groups.
    struct Answer: Sendable {
        /// The findings of each key, as rows to merge.
        var rows: [ScanGroup.Key: [StoredFinding]] = [:]
        /// What CISA says of their vulnerabilities.
        var assessments: [UUID: SSVCEvidence.Assessment] = [:]
    }

    func findings(for groups: [ScanGroup]) async throws -> Answer {
        let keys = Set(groups.map(\.key))
        let titles = try await titleIDs(of: Set(keys.map(\.softwareSet)))
        let packages = try await SoftwareTitles(owner: store.owner).packages(Array(Set(titles.values.joined())))
        return try await findings(for: keys) { (titles[$0] ?? []).compactMap { packages[$0] } }
    }

    /// - Parameters:
    ///   - only: the vulnerabilities whose findings are asked for; nil for all.
    ///   - packages: what is looked at of a set of software.
    func findings(
        for keys: Set<ScanGroup.Key>, only: Set<String>? = nil, packages: (UUID) -> [InstalledPackage]
    ) async throws -> Answer {
        let scanner = HostScanner(index: index)
        let reported = try await ReportedSets(store: store, tenant: tenant).load(Set(keys.compactMap(\.reportedSet)))
        var reports: [ScanGroup.Key: [Finding]] = [:]
        for key in keys {
            let target = ScanTarget(
                ecosystem: key.ecosystem, kernelRelease: key.kernelRelease, packages: packages(key.softwareSet),
                exposure: key.exposure, criticality: key.criticality)
            var found = scanner.scan(target).findings
            // What the scan finds itself it can explain.
            let known = Set(found.map(\.id))
            found += reported.findings(of: key.reportedSet, on: target).filter { !known.contains($0.id) }
            reports[key] = only.map { only in found.filter { only.contains($0.id) } } ?? found
        }
        let identifiers = try await vulnerabilityIDs(of: Set(reports.values.joined().map(\.id)))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var answer = Answer()
        for (key, findings) in reports {
            answer.rows[key] = try findings.compactMap { finding in
                guard let known = identifiers[finding.id] else { return nil }
                answer.assessments[known.id] = known.assessment
                let vector = index.vulnerability(finding.id)?.vector ?? reported.vector(of: finding)
                return try StoredFinding(finding, vector: vector, vulnerability: known.id, encoder: encoder)
            }
        }
        return answer
    }

    func titleIDs(of sets: Set<UUID>) async throws -> [UUID: [Int64]] {
        let rows = try await store.app.query(
            "SELECT hash, title_ids FROM software_sets WHERE tenant_id = $1 AND hash = ANY($2)",
            [.id(tenant), .uuidArray(Array(sets))], tenant: tenant)
        var titles: [UUID: [Int64]] = [:]
        for row in rows { titles[try row.decode(0)] = try row.decode(1, as: [Int64].self) }
        return titles
    }

    /// Vulnerabilities' ids by CVE id. Those that the index names and the catalogue lacks (an index
    /// newer than the database can) are added bare; the next import fills them.
    private func vulnerabilityIDs(of names: Set<String>) async throws -> [String: (
        id: UUID, assessment: SSVCEvidence.Assessment
    )] {
        var found = try await known(names)
        let missing = names.subtracting(found.keys).sorted()
        if !missing.isEmpty {
            _ = try await store.owner.query(
                """
                INSERT INTO vulnerabilities (cve_id, title, source)
                SELECT name, name, 'osv' FROM unnest($1::text[]) AS name
                ON CONFLICT (cve_id) DO NOTHING
                """, [.textArray(missing)], tenant: nil)
            found.merge(try await known(Set(missing))) { first, _ in first }
        }
        return found
    }

    private func known(_ names: Set<String>) async throws -> [String: (id: UUID, assessment: SSVCEvidence.Assessment)] {
        let rows = try await store.owner.query(
            "SELECT v.cve_id, v.id, \(SSVCEvidence.Assessment.columns) FROM vulnerabilities AS v WHERE v.cve_id = ANY($1)",
            [.textArray(Array(names))], tenant: nil)
        var known: [String: (id: UUID, assessment: SSVCEvidence.Assessment)] = [:]
        known.reserveCapacity(rows.count)
        for row in rows { known[try row.decode(0)] = (try row.decode(1), try SSVCEvidence.Assessment(row, from: 2)) }
        return known
    }
}

extension StoredFinding {
    init(_ finding: Finding, vector: String?, vulnerability: UUID, encoder: JSONEncoder) throws {
        self.init(
            vulnerability: vulnerability, packages: finding.packages, installed: finding.installed,
            // Scores are stored in single precision; rounded here so that a rescan sees no difference.
            fixed: finding.fixed, state: finding.state, risk: Double(Float(finding.risk)),
            isKnownExploited: finding.isKnownExploited, severity: finding.severity, status: .open,
            detectedAt: .distantPast, remediatedAt: nil, explanation: Array(try encoder.encode(finding.explanation)),
            package: finding.explanation.package, ecosystem: finding.explanation.ecosystem,
            facts: PriorityFacts(
                cvss: finding.cvss, epss: finding.epss, exploitCount: finding.exploitCount, vector: vector))
    }
}
