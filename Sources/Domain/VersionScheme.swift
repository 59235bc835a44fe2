/// A version ordering, named as the `compare-versions` command names it.
public enum VersionScheme: String, Codable, Sendable, CaseIterable {
    case deb, rpm, apk, semver, pep440, maven, npm, gem, nuget, packagist, windows, pacman, gentoo
    case cran, pub, hackage, openssl, jvm, generic

    /// The stable code used in a scan index file; never renumber.
    public var code: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }

    public init?(code: UInt8) {
        guard Int(code) < Self.allCases.count else { return nil }
        self = Self.allCases[Int(code)]
    }
}
