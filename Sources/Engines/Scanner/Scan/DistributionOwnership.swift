import Domain
import Versions

/// Which language packages a distribution's packages brought: `requests` 2.28.1 is what
/// python3-requests 2.28.1+dfsg-1 holds. They are judged as the distribution's, whose fixes are
/// backported, and not a second time by the registry's records.
struct DistributionOwnership {
    /// Upstream versions of the distribution's packages, by name.
    private var upstream: [String: [(name: String, version: String)]] = [:]

    /// Nil where the distribution has no records or the host no language packages.
    init?(_ target: ScanTarget, index: ScanIndex) {
        let system = target.ecosystem
        guard target.packages.contains(where: { Self.prefixes[Self.family($0, system)] != nil }), index.covers(system)
        else { return nil }
        for package in target.packages where PackageLookup.ecosystem(of: package, system: system) == system {
            let version = Self.upstream(package.version)
            for name in Set([package.name, package.source ?? package.name]) {
                upstream[name, default: []].append((package.name, version))
            }
        }
    }

    /// The distribution's package that holds it; nil for what was installed beside.
    func owner(of package: InstalledPackage) -> String? {
        guard let prefixes = Self.prefixes[package.type == "python" ? "pypi" : package.type] else { return nil }
        let plain = PackageName.canonical(package.name, family: package.type).replacing("@", with: "")
            .replacing("/", with: "-").lowercased()
        for prefix in prefixes {
            for candidate in upstream[prefix + plain] ?? []
            where Versions.compare(candidate.version, package.version, scheme: .generic) == .equal {
                return candidate.name
            }
        }
        return nil
    }

    private static func family(_ package: InstalledPackage, _ system: Ecosystem) -> String {
        PackageLookup.ecosystem(of: package, system: system).family
    }

    /// How distributions name the packages of a registry.
    private static let prefixes: [String: [String]] = [
        "pypi": ["python3-", "python-", "", "python3.11-", "python3.12-", "python3.9-"],
        "npm": ["node-", "nodejs-", ""], "gem": ["ruby-", "rubygem-", ""],
        "packagist": ["php-"], "composer": ["php-"],
    ]

    /// Without epoch, revision and what the distribution adds (`+dfsg`, `~deb12u1`).
    private static func upstream(_ version: String) -> String {
        var text = version[...]
        if let colon = text.firstIndex(of: ":") { text = text[text.index(after: colon)...] }
        if let dash = text.lastIndex(of: "-") { text = text[..<dash] }
        return String(text.prefix { $0 != "+" && $0 != "~" })
    }
}
