import Domain

/// Tells feeds apart by how they begin.
public enum FeedFormat {
    /// How much of a feed is looked at.
    public static let sampleSize = 64 << 10

    /// The source whose format the first bytes of a decompressed feed are in; nil when it is none that
    /// is known. JSON is told by where its keys stand, tables by their header.
    public static func detect(_ sample: [UInt8]) -> IntelligenceSource? {
        let start = sample.drop { JSONByte.isSpace($0) || [0xEF, 0xBB, 0xBF].contains($0) }
        guard let first = start.first else { return nil }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? json(sample) : table(Array(start))
    }

    private static func json(_ sample: [UInt8]) -> IntelligenceSource? {
        let sketch = JSONSketch(sample)
        let shape = shapes.first { shape in shape.signs.contains { $0.allSatisfy(sketch.keys.contains) } }?.source
        return shape.flatMap { publisher(of: $0, sketch) }
    }

    /// Formats that several publish are told apart by who says so: Ubuntu's OSV records by their ids, CSAF
    /// documents by the publisher that they name.
    private static func publisher(of shape: IntelligenceSource, _ sketch: JSONSketch) -> IntelligenceSource? {
        switch shape {
        case .osv: UbuntuImporter.isID(sketch.texts["id"] ?? "") ? .ubuntu : .osv
        case .redhat: sketch.texts["document/publisher/namespace"]?.contains("redhat.com") == true ? .redhat : nil
        default: shape
        }
    }

    /// Whether a feed that looks like `found` may be read as `named`: Ubuntu's records are OSV's, too.
    static func isAlso(_ found: IntelligenceSource?, _ named: IntelligenceSource) -> Bool {
        found == named || Set([found, named]) == [.osv, .ubuntu]
    }

    /// What each feed shows of itself, whatever the order of its keys: all paths of one line.
    private static let shapes: [(source: IntelligenceSource, signs: [[String]])] = [
        (.vulndb, [["results/vulndb_id"]]),
        (.cve, [["containers/cna"], ["containers/adp"], ["cveMetadata/cveId"]]),
        (.redhat, [["document/csaf_version"], ["document/tracking", "product_tree"]]),
        (.alpine, [["distroversion", "packages"], ["packages/pkg/secfixes"]]),
        (.kev, [["vulnerabilities/cveID"], ["vulnerabilities/dateAdded"], ["catalogVersion"]]),
        (
            .nvd,
            [
                ["vulnerabilities/cve/id"], ["vulnerabilities/cve/configurations"],
                ["vulnerabilities/cve/descriptions"],
                ["resultsPerPage", "vulnerabilities[]"], ["cve/id"], ["cve/configurations"], ["cve/descriptions"],
                ["id", "vulnStatus"], ["id", "sourceIdentifier"], ["configurations/nodes"], ["id", "configurations[]"],
                ["id", "descriptions[]"],
            ]
        ),
        (
            .osv,
            [
                ["schema_version"], ["affected/package/ecosystem"], ["affected/ranges/events"],
                ["affected/package/name"], ["id", "modified", "affected[]"], ["id", "modified", "details"],
                ["id", "modified", "published"], ["id", "modified", "withdrawn"],
            ]
        ),
        (
            .msrc,
            [
                ["ProductTree", "Vulnerability"], ["ProductTree/FullProductName[]"],
                ["DocumentTitle", "DocumentTracking"],
            ]
        ),
        (.apple, [["OSVersions/SecurityReleases"], ["releases/os_type"], ["UpdateHash", "OSVersions[]"]]),
        (.debian, [["*/*/releases/*"], ["*/*/releases", "*/*/scope"]]),
        (.exploitDB, [["CVE-*[]"]]),
    ]

    private static func table(_ sample: [UInt8]) -> IntelligenceSource? {
        let lines = sample.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).prefix(2).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let first = lines.first else { return nil }
        if isAlpineYAML(sample) { return .alpine }
        if first.hasPrefix("#model_version") || lines.contains(where: { $0.hasPrefix("cve,epss") }) { return .epss }
        let columns = Set(first.split(separator: ",").map { $0.filter { $0 != "\"" } })
        if columns.contains("cveID") { return .kev }
        return columns.isSuperset(of: ["id", "codes"]) ? .exploitDB : nil
    }

    /// Its header is some lines of `key: value` in any order, before the packages.
    private static func isAlpineYAML(_ sample: [UInt8]) -> Bool {
        let lines = sample.prefix(4096).split(separator: 0x0A)
        return lines.contains { $0.starts(with: "distroversion:".utf8) }
            && lines.contains { $0.starts(with: "packages:".utf8) }
    }
}
