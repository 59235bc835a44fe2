import Domain
import FoundationEssentials
import Scanner

/// Findings as a CycloneDX 1.6 vulnerability disclosure report (ECMA-424): components with the
/// vulnerabilities that affect them.
enum CycloneDXReport {
    private struct Document: Encodable {
        let bomFormat = "CycloneDX"
        let specVersion = "1.6"
        let version = 1
        let metadata: Metadata
        let components: [Component]
        let vulnerabilities: [Vulnerability]
    }

    private struct Metadata: Encodable {
        let component: Component
    }

    private struct Component: Encodable {
        let type: String
        let bomRef: String
        let name: String
        let version: String

        enum CodingKeys: String, CodingKey {
            case type, name, version
            case bomRef = "bom-ref"
        }
    }

    private struct Vulnerability: Encodable {
        let id: String
        let ratings: [Rating]
        let recommendation: String
        let detail: String
        let affects: [Reference]
    }

    private struct Rating: Encodable {
        let score: Double?
        let severity: String
    }

    private struct Reference: Encodable {
        let ref: String
    }

    static func render(_ findings: [Finding], target: ScanTarget) -> [UInt8] {
        let affected = Set(findings.flatMap(\.packages))
        let packages = target.packages.filter { affected.contains($0.name) }
        var references: [String: String] = [:]
        for package in packages { references[package.name] = "\(package.type):\(package.name)@\(package.version)" }
        let components = packages.map {
            Component(type: "library", bomRef: references[$0.name] ?? $0.name, name: $0.name, version: $0.version)
        }
        let host = Component(
            type: "operating-system", bomRef: "host", name: target.ecosystem.family, version: target.ecosystem.release)
        let document = Document(
            metadata: Metadata(component: host), components: components,
            vulnerabilities: findings.map { vulnerability($0, references) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(document) else { return [] }
        return Array(data) + [UInt8(ascii: "\n")]
    }

    private static func vulnerability(_ finding: Finding, _ references: [String: String]) -> Vulnerability {
        Vulnerability(
            id: finding.id,
            ratings: [Rating(score: finding.cvss, severity: finding.severity?.rawValue ?? "unknown")],
            recommendation: finding.fixed.map { "Update to \($0) or later." } ?? "No fixed version is known.",
            detail: finding.explanation.comparison,
            affects: finding.packages.map { Reference(ref: references[$0] ?? $0) })
    }
}
