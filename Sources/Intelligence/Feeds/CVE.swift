/// CVE identifiers.
enum CVE {
    /// The id in upper case, or nil when `text` is none: `CVE-`, a year of four digits and a number
    /// of at least four. CVE ID syntax, in force since 2014.
    static func id(_ text: some StringProtocol) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 3, parts[0].uppercased() == "CVE", parts[1].utf8.count == 4,
            parts[2].utf8.count >= 4, parts[2].utf8.count <= 19, isNumber(parts[1]), isNumber(parts[2])
        else { return nil }
        return text.uppercased()
    }

    private static func isNumber(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy(JSONByte.isDigit)
    }
}
