import Domain
import FoundationEssentials
import Postgres
import Risk

/// What a scan knew of a vulnerability, besides the finding itself, that decides how urgent it is. Kept
/// with the finding, so that it can be judged again without a scan.
package struct PriorityFacts: Sendable, Equatable {
    package var cvss: Double?
    package var epss: Double?
    package var exploitCount: Int
    package var vector: String?

    package init(cvss: Double? = nil, epss: Double? = nil, exploitCount: Int = 0, vector: String? = nil) {
        self.cvss = cvss
        self.epss = epss
        self.exploitCount = exploitCount
        self.vector = vector
    }

    /// Columns `cvss`, `epss`, `exploits` and `vector` of a finding; nil where nothing was noted.
    init?(stored row: Row, from column: Int) throws {
        guard let count = try row.decode(column + 2, as: Int?.self) else { return nil }
        self.init(
            cvss: try row.decode(column), epss: try row.decode(column + 1), exploitCount: count,
            vector: try row.decode(column + 3))
    }

    /// The evidence for SSVC on a finding.
    package func evidence(
        _ assessment: SSVCEvidence.Assessment, isKnownExploited: Bool, severity: Severity?
    ) -> SSVCEvidence {
        SSVCEvidence(
            assessment: assessment, isKnownExploited: isKnownExploited, exploitCount: exploitCount, vector: vector,
            severity: severity)
    }
}

extension SSVCEvidence.Assessment {
    /// CISA's own, of the catalogue, aliased `v`; NULL where it has made none.
    static let columns = "v.ssvc_exploitation, v.ssvc_automatable, v.ssvc_technical_impact"

    init(_ row: Row, from column: Int) throws {
        self.init(
            exploitation: (try row.decode(column, as: String?.self)).flatMap(SSVC.Exploitation.init(rawValue:)),
            isAutomatable: try row.decode(column + 1),
            impact: (try row.decode(column + 2, as: String?.self)).flatMap(SSVC.TechnicalImpact.init(rawValue:)))
    }
}
