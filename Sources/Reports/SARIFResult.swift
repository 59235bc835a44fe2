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
    /// 0–100, the risk; of fleets.
    private var rank: Double?
    /// Of fleets, where a result may be set aside: then all results say whether they are.
    private var suppressions: [Suppression]?
    private var properties: Properties?

    struct Suppression: Encodable {
        let kind = "external"
        let status = "accepted"
        let justification: String
    }

    struct Properties: Encodable {
        let endpoint: String
        let status: String

        enum CodingKeys: String, CodingKey {
            case status
            case endpoint = "endpoint_id"
        }
    }

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

    /// The same finding after an upgrade that does not fix it stays the same alert.
    init(_ finding: Finding, rule: Int, origin: String) {
        self.init(
            finding, rule: rule, origin: origin,
            fingerprints: ["vulnerabilityAndPackage/v1": "\(finding.id):\(finding.explanation.package)"])
    }

    private init(_ finding: Finding, rule: Int, origin: String, fingerprints: [String: String]) {
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
        partialFingerprints = fingerprints
    }

    /// Of one of many endpoints.
    init(_ finding: FleetFinding, rule: Int) {
        self.init(
            finding.finding, rule: rule, origin: finding.hostname,
            fingerprints: [
                "endpointVulnerabilityAndPackage/v1":
                    "\(finding.endpoint):\(finding.finding.id):\(finding.finding.explanation.package)"
            ])
        rank = finding.finding.risk
        suppressions =
            finding.status == .exception ? [Suppression(justification: finding.analysis?.detail ?? "set aside")] : []
        properties = Properties(endpoint: finding.endpoint.description, status: finding.status.rawValue)
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
