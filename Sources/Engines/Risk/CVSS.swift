/// The Common Vulnerability Scoring System, versions 2.0, 3.0, 3.1 and 4.0, after FIRST's
/// specifications. Published scores are never trusted: they are recomputed from the vector.
public enum CVSS {
    /// More bytes than any valid vector needs (the longest of 4.0 takes under 250).
    static let maximumLength = 512

    /// The scores of a vector. Without a `CVSS:` prefix it is read as 2.0, also within the
    /// parentheses that older NVD feeds put around it.
    public static func parse(_ vector: String) throws(CVSSError) -> CVSSScore {
        guard vector.utf8.count <= maximumLength else { throw .tooLong(vector.utf8.count) }
        guard vector.utf8.contains(where: { $0 != 0x20 }) else { throw .empty }
        guard vector.utf8.starts(with: "CVSS:".utf8) else { return try CVSS2.score(vector) }
        let version = vector.utf8.dropFirst(5).prefix { $0 != UInt8(ascii: "/") }
        switch String(Substring(version)) {
        case "3.0": return try CVSS3.score(vector, version: .v3)
        case "3.1": return try CVSS3.score(vector, version: .v31)
        case "4.0": return try CVSS4.score(vector)
        case let other: throw .unknownVersion(other.quotable)
        }
    }
}
