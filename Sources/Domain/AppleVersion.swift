/// Versions of Apple's systems, in the form that orders them.
public enum AppleVersion {
    /// A Rapid Security Response stands between its version and the next: `13.4.1 (c)` is `13.4.1.0.3`, above
    /// `13.4.1` and below `13.4.2`. Other versions as they are.
    public static func comparable(_ version: String) -> String {
        guard let open = version.firstIndex(of: "("), version.hasSuffix(")") else { return version }
        let letter = version[version.index(after: open)...].dropLast().lowercased().utf8
        guard letter.count == 1, let first = letter.first, first >= 0x61, first <= 0x7A else { return version }
        let number = version[..<open].prefix { $0 != " " }
        // Two numbers, as 13.4, are three with a zero.
        let missing = max(0, 3 - number.split(separator: ".").count)
        return number + String(repeating: ".0", count: missing) + ".0.\(first - 0x60)"
    }
}
