import Domain
import FoundationEssentials

/// Findings as SARIF 2.1.0 (OASIS): one rule a vulnerability, one result a finding.
enum SARIF {
    private struct Log: Encodable {
        let version = "2.1.0"
        let schema = "https://json.schemastore.org/sarif-2.1.0.json"
        let runs: [Run]

        enum CodingKeys: String, CodingKey {
            case version, runs
            case schema = "$schema"
        }
    }

    private struct Run: Encodable {
        let tool: Tool
        let results: [Result]
    }

    private struct Tool: Encodable {
        let driver: Driver
    }

    private struct Driver: Encodable {
        let name = "Garrison"
        let version = Build.version
        let rules: [Rule]
    }

    private struct Rule: Encodable {
        let id: String
        let shortDescription: Message
        let properties: [String: String]
    }

    private struct Message: Encodable {
        let text: String
    }

    private struct Result: Encodable {
        let ruleId: String
        let level: String
        let message: Message
        let locations: [Location]
    }

    private struct Location: Encodable {
        let logicalLocations: [LogicalLocation]
    }

    private struct LogicalLocation: Encodable {
        let fullyQualifiedName: String
        let kind = "package"
    }

    static func render(_ findings: [Finding]) -> [UInt8] {
        var seen = Set<String>()
        let rules = findings.filter { seen.insert($0.id).inserted }.map { finding in
            Rule(
                id: finding.id, shortDescription: Message(text: finding.id),
                properties: ["security-severity": "\(finding.cvss ?? finding.risk / 10)"])
        }
        let log = Log(runs: [Run(tool: Tool(driver: Driver(rules: rules)), results: findings.map(result))])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(log) else { return [] }
        return Array(data) + [UInt8(ascii: "\n")]
    }

    private static func result(_ finding: Finding) -> Result {
        let level =
            switch finding.severity {
            case .critical, .high: "error"
            case .medium: "warning"
            case .low, nil: "note"
            }
        let fix = finding.fixed.map { "fixed in \($0)" } ?? "no fix yet"
        let text =
            "\(finding.packages.joined(separator: ", ")) \(finding.installed): \(finding.explanation.comparison); \(fix)"
        return Result(
            ruleId: finding.id, level: level, message: Message(text: text),
            locations: finding.packages.map { Location(logicalLocations: [LogicalLocation(fullyQualifiedName: $0)]) })
    }
}
