import Domain

/// How bad OSV publishers say a record is.
enum OSVSeverity {
    /// One element of a `severity` list.
    static func entry(_ reader: JSONReader) throws -> (type: String, score: String) {
        var type = ""
        var score = ""
        try reader.object { key in
            if key == "type" { type = try reader.string() }
            if key == "score" { score = try reader.stringOrNumber() }
        }
        return (type, score)
    }

    /// The words of GitHub, Red Hat and its rebuilds, SUSE and Ubuntu.
    static func parse(_ word: String) -> Severity? {
        switch word.lowercased() {
        case "critical": .critical
        case "high", "important": .high
        case "medium", "moderate": .medium
        case "low", "negligible": .low
        default: nil
        }
    }

    /// Red Hat's rebuilds put it before the title: `Important: webkit2gtk3 security update`.
    static func prefix(of title: String) -> Severity? {
        guard let colon = title.firstIndex(of: ":") else { return nil }
        return parse(String(title[..<colon]))
    }

    static func isDistributionAdvisory(_ id: String) -> Bool {
        distributionPrefixes.contains { id.hasPrefix($0) }
    }

    private static let distributionPrefixes = [
        "ALSA-", "ALBA-", "ALEA-", "RLSA-", "RLBA-", "RLEA-", "RXSA-", "RHSA-", "RHBA-", "RHEA-", "ELSA-", "DSA-",
        "DLA-",
        "DTSA-", "USN-", "LSN-", "UBUNTU-CVE-", "SUSE-", "openSUSE-", "MGASA-", "ALAS", "OESA-", "CGA-", "BELL-SA-",
        "AZL-",
    ]
}
