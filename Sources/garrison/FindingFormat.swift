import ArgumentParser
import Domain
import FoundationEssentials
import Scanner

/// How `garrison scan` prints what it found.
enum FindingFormat: String, ExpressibleByArgument, CaseIterable {
    case json, table, sarif, cyclonedx

    func render(_ report: ScanReport, target: ScanTarget) -> [UInt8] {
        switch self {
        case .json: FindingJSON.render(report.findings)
        case .table: FindingTable.render(report)
        case .sarif: SARIF.render(report.findings)
        case .cyclonedx: CycloneDXReport.render(report.findings, target: target)
        }
    }
}

/// The contract of `garrison scan --format json`: an array with these keys, the riskiest first.
enum FindingJSON {
    private struct Item: Encodable {
        let id: String
        let package: String
        let packages: [String]
        let installed: String
        let fixed: String?
        let severity: String?
        let cvss: Double?
        let epss: Double?
        let kev: Bool
        let exploits: Int
        let risk: Double
        let state: String
        let explanation: Explanation

        enum CodingKeys: String, CodingKey {
            case id, package, packages, installed, fixed, severity, cvss, epss, kev, exploits, risk, state, explanation
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(id, forKey: .id)
            try values.encode(package, forKey: .package)
            try values.encode(packages, forKey: .packages)
            try values.encode(installed, forKey: .installed)
            // Unknown values are null rather than absent: readers test one key.
            try values.encode(fixed, forKey: .fixed)
            try values.encode(severity, forKey: .severity)
            try values.encode(cvss, forKey: .cvss)
            try values.encode(epss, forKey: .epss)
            try values.encode(kev, forKey: .kev)
            try values.encode(exploits, forKey: .exploits)
            try values.encode(risk, forKey: .risk)
            try values.encode(state, forKey: .state)
            try values.encode(explanation, forKey: .explanation)
        }
    }

    static func render(_ findings: [Finding]) -> [UInt8] {
        let items = findings.map { finding in
            Item(
                id: finding.id, package: finding.packages.first ?? "", packages: finding.packages,
                installed: finding.installed, fixed: finding.fixed, severity: finding.severity?.rawValue,
                cvss: finding.cvss, epss: finding.epss, kev: finding.isKnownExploited, exploits: finding.exploitCount,
                risk: finding.risk, state: finding.state.rawValue, explanation: finding.explanation)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(items) else { return Array("[]\n".utf8) }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}
