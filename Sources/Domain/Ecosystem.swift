/// Where a package name has its meaning: a distribution's release (`debian:12`) or a language's
/// registry (`npm`). Records of one ecosystem are never compared with packages of another.
public struct Ecosystem: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Lower case, stable: `debian`, `ubuntu`, `almalinux`, `alpine`, `npm`, `pypi`, …
    public let family: String
    /// The release as the family's advisories name it (`12`, `14.04`, `9`, `3.19`); empty when the
    /// ecosystem has none.
    public let release: String
    public let scheme: VersionScheme

    public init(family: String, release: String = "") {
        self.family = family
        self.release = Self.canonicalRelease(release, family: family)
        scheme = Self.schemes[family] ?? .generic
    }

    /// Parses `debian:12`, OSV's `Debian:12`, `Ubuntu:Pro:14.04:LTS`, `Alpine:v3.19`,
    /// `Red Hat:enterprise_linux:9::appstream`, `npm`.
    /// OSV schema, "defined ecosystems".
    public init(osv text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: true).map(String.init)
        let family = Self.canonicalFamily(parts.first ?? text)
        // Support tiers ("Pro", "LTS", "FIPS") name who may install the fix, not another release.
        let release = parts.dropFirst().first { $0.contains(where: \.isNumber) } ?? ""
        self.init(family: family, release: release)
    }

    public var isDistribution: Bool { Self.distributions.contains(family) }

    /// Whether it is a distribution or a registry that advisories name packages of. Software from
    /// elsewhere (applications, programs, browser extensions) is known by its CPE name.
    public var isRegistry: Bool { isDistribution || Self.schemes[family] != nil }

    public var description: String { release.isEmpty ? family : "\(family):\(release)" }

    public init(from decoder: any Decoder) throws {
        self.init(osv: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The name used here of an OSV ecosystem, an os-release ID or a purl type/namespace.
    static func canonicalFamily(_ name: String) -> String {
        let lower = name.lowercased()
        return aliases[lower] ?? lower
    }

    /// Enterprise Linux advisories are per major release, Apple's per line of a system; Windows has a product name
    /// for each release. The others as written, `v3.19` as `3.19`.
    static func canonicalRelease(_ release: String, family: String) -> String {
        var text = Substring(release.lowercased())
        if family == "alpine", text.hasPrefix("v") { text = text.dropFirst() }
        if family == "windows" { return "" }
        let components = text.split(separator: ".")
        // macOS counted its lines behind a 10 until 2020.
        if family == "macos", components.first == "10" { return components.prefix(2).joined(separator: ".") }
        if majorOnly.contains(family), let major = components.first { return String(major) }
        if family == "alpine", components.count > 2 { return components.prefix(2).joined(separator: ".") }
        return String(text)
    }

    private static let majorOnly: Set<String> = [
        "debian", "redhat", "almalinux", "rocky", "centos", "oracle", "macos", "ios", "ipados", "watchos", "tvos",
        "visionos",
    ]

    private static let distributions: Set<String> = [
        "debian", "ubuntu", "redhat", "almalinux", "rocky", "centos", "oracle", "fedora", "amazon", "suse",
        "opensuse", "alpine", "wolfi", "chainguard", "arch", "gentoo", "photon", "mariner", "azurelinux",
    ]

    private static let aliases: [String: String] = [
        "red hat": "redhat", "rhel": "redhat", "rocky linux": "rocky", "alma": "almalinux", "ol": "oracle",
        "amzn": "amazon", "sles": "suse", "opensuse-leap": "opensuse", "crates.io": "cargo", "rubygems": "gem",
        "golang": "go",
    ]

    private static let schemes: [String: VersionScheme] = [
        "debian": .deb, "ubuntu": .deb, "redhat": .rpm, "almalinux": .rpm, "rocky": .rpm, "centos": .rpm,
        "oracle": .rpm, "fedora": .rpm, "amazon": .rpm, "suse": .rpm, "opensuse": .rpm, "photon": .rpm,
        "mariner": .rpm, "azurelinux": .rpm, "alpine": .apk, "wolfi": .apk, "chainguard": .apk, "arch": .pacman,
        "gentoo": .gentoo, "npm": .npm, "pypi": .pep440, "maven": .maven, "gem": .gem, "nuget": .nuget,
        "packagist": .packagist, "go": .semver, "cargo": .semver, "hex": .semver, "pub": .pub, "cran": .cran,
        "hackage": .hackage, "swifturl": .semver, "windows": .windows,
    ]
}
