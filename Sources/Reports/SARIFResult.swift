import Domain

/// A vulnerability as SARIF's `reportingDescriptor` (section 3.49).
struct SARIFRule: Encodable {
    let id: String
    let shortDescription: SARIF.Message
    let helpUri: String
    let properties: Properties

    struct Properties: Encodable {
        /// 0.0–10.0, as code hosts read it for their own bands.
        let severity: String
        let tags = ["security", "vulnerability"]

        enum CodingKeys: String, CodingKey {
            case tags
            case severity = "security-severity"
        }
    }

    init(_ finding: Finding) {
        id = finding.id
        shortDescription = SARIF.Message(text: "\(finding.id) in \(finding.explanation.package)")
        helpUri = VulnerabilityPage.address(of: finding.id)
        properties = Properties(severity: "\(finding.cvss ?? finding.risk / 10)")
    }
}

/// A finding as SARIF's `result` (section 3.27).
struct SARIFResult: Encodable {
    let ruleId: String
    let ruleIndex: Int
    let level: String
    let message: SARIF.Message
    let locations: [Location]
    let partialFingerprints: [String: String]

    struct Location: Encodable {
        let physicalLocation: PhysicalLocation
        let logicalLocations: [LogicalLocation]
    }

    struct PhysicalLocation: Encodable {
        let artifactLocation: ArtifactLocation
    }

    struct ArtifactLocation: Encodable {
        let uri: String
    }

    struct LogicalLocation: Encodable {
        let fullyQualifiedName: String
        let kind = "package"
    }

    init(_ finding: Finding, rule: Int, origin: String) {
        let artifact = ArtifactLocation(uri: Self.reference(origin))
        let packages = finding.packages.map { LogicalLocation(fullyQualifiedName: $0) }
        let fix = finding.fixed.map { "Update to \($0)." } ?? "There is no fixed version."
        ruleId = finding.id
        ruleIndex = rule
        level = Self.level(finding.severity)
        message = SARIF.Message(text: "\(finding.explanation.sentence) \(fix)")
        locations = [
            Location(physicalLocation: PhysicalLocation(artifactLocation: artifact), logicalLocations: packages)
        ]
        // The same finding after an upgrade that does not fix it stays the same alert.
        partialFingerprints = ["vulnerabilityAndPackage/v1": "\(finding.id):\(finding.explanation.package)"]
    }

    private static func level(_ severity: Severity?) -> String {
        switch severity {
        case .critical, .high: "error"
        case .medium: "warning"
        case .low, nil: "note"
        }
    }

    /// A URI reference (RFC 3986) to the file, which may have any name.
    private static func reference(_ path: String) -> String {
        guard path != "-" else { return "stdin" }
        return path.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "/"), UInt8(ascii: "~"):
                String(Unicode.Scalar(byte))
            default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

/// Where the public description of a vulnerability is.
enum VulnerabilityPage {
    static func address(of id: String) -> String {
        id.hasPrefix("CVE-") ? "https://www.cve.org/CVERecord?id=\(id)" : "https://osv.dev/vulnerability/\(id)"
    }
}
