import Domain
import FoundationEssentials

/// One release of one of Apple's systems.
struct AppleRelease {
    /// `macos`, `ios`, …
    var system = ""
    var name = ""
    /// `15.7.8`; `13.4.1 (c)` for a Rapid Security Response.
    var version = ""
    var released: Date?
    var link: String?
    var vulnerabilities: [String] = []
    var exploited: Set<String> = []

    /// More than this names no release; the most are some 200.
    static let most = 5000

    /// A release in a system's feed.
    mutating func take(feed key: String, _ reader: JSONReader) throws {
        switch key {
        case "UpdateName": name = try reader.stringOrSkip() ?? ""
        case "ProductVersion": version = try reader.stringOrSkip() ?? ""
        case "ReleaseDate": released = try reader.stringOrSkip().flatMap(Timestamp.parse)
        case "SecurityInfo": link = try reader.stringOrSkip()
        case "ActivelyExploitedCVEs": exploited = Set(try MSRCText.strings(reader).compactMap { CVE.id($0) })
        case "CVEs": try takeVulnerabilities(reader)
        default: break
        }
    }

    /// An object with a key for each, a list in the list of all releases.
    private mutating func takeVulnerabilities(_ reader: JSONReader) throws {
        var found: [String] = []
        if try reader.peek() == .object {
            try reader.object { key in
                if let cve = CVE.id(key), found.count < Self.most { found.append(cve) }
            }
        } else {
            found = try MSRCText.strings(reader).prefix(Self.most).compactMap { CVE.id($0) }
        }
        vulnerabilities = found
    }

    /// A release in the list of all.
    mutating func take(list key: String, _ reader: JSONReader) throws {
        switch key {
        case "os_type": system = try reader.stringOrSkip() ?? ""
        case "name": name = try reader.stringOrSkip() ?? ""
        case "version": version = try reader.stringOrSkip() ?? ""
        case "release_date": released = try reader.stringOrSkip().flatMap(Timestamp.parse)
        case "url": link = try reader.stringOrSkip()
        case "cves": try takeVulnerabilities(reader)
        case "cve_context": try takeContext(reader)
        default: break
        }
    }

    private mutating func takeContext(_ reader: JSONReader) throws {
        guard try reader.peek() == .object else { return }
        var found: Set<String> = []
        try reader.object { key in
            guard let cve = CVE.id(key), try reader.peek() == .object else { return }
            try reader.object { key in
                if key == "exploited", try reader.peek() == .bool, try reader.bool() { found.insert(cve) }
            }
        }
        exploited = found
    }
}
