import Domain
import FoundationEssentials
import Inventories
import Scanner

/// Findings as a CycloneDX 1.6 vulnerability disclosure report (ECMA-424): the affected components
/// with the vulnerabilities that affect them.
package struct CycloneDXReport: Encodable {
    let bomFormat = "CycloneDX"
    let specVersion = "1.6"
    let serialNumber = "urn:uuid:\(UUID().uuidString.lowercased())"
    let version = 1
    let metadata: Metadata
    let components: [Component]
    let vulnerabilities: [CycloneDXVulnerability]

    struct Metadata: Encodable {
        let timestamp: String
        let tools: Tools
        var component: Component?
    }

    struct Tools: Encodable {
        let components: [Component]
    }

    struct Component: Encodable {
        let type: String
        let bomRef: String
        let name: String
        var version: String?
        var purl: String?
        var cpe: String?

        enum CodingKeys: String, CodingKey {
            case type, name, version, purl, cpe
            case bomRef = "bom-ref"
        }
    }

    /// - Parameter program: the version of the one that writes it.
    package init(_ findings: [Finding], target: ScanTarget, program: String) {
        let parts = AffectedComponents(findings, target: target)
        components = parts.components
        vulnerabilities = findings.enumerated().map { place, finding in
            CycloneDXVulnerability(finding, number: place + 1, references: parts.references(of: finding))
        }
        let host = Component(
            type: "operating-system", bomRef: "host", name: target.ecosystem.family, version: target.ecosystem.release)
        let tool = Component(type: "application", bomRef: "garrison", name: "garrison", version: program)
        metadata = Metadata(
            timestamp: Date.now.formatted(.iso8601), tools: Tools(components: [tool]), component: host)
    }

    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}

/// The installed packages that findings are in, each once, by their package URL.
private struct AffectedComponents {
    private(set) var components: [CycloneDXReport.Component] = []
    /// The installed packages of a name: several architectures or versions may stand side by side.
    private var installed: [String: [(package: InstalledPackage, reference: String)]] = [:]

    init(_ findings: [Finding], target: ScanTarget) {
        let affected = Set(findings.flatMap(\.packages))
        var seen = Set<String>()
        for package in target.packages where affected.contains(package.name) {
            let url = PackageURL(package, system: target.ecosystem).description
            guard seen.insert(url).inserted else { continue }
            installed[package.name, default: []].append((package, url))
            components.append(
                CycloneDXReport.Component(
                    type: "library", bomRef: url, name: package.name, version: package.version, purl: url))
        }
    }

    /// Those with the version that was compared; all of the name where the source's version was.
    func references(of finding: Finding) -> [String] {
        finding.packages.flatMap { name in
            let candidates = installed[name] ?? []
            let exact = candidates.filter {
                $0.package.version == finding.installed || $0.package.sourceVersion == finding.installed
            }
            return (exact.isEmpty ? candidates : exact).map(\.reference)
        }
    }
}
