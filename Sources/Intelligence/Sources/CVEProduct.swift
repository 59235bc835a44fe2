import Domain

/// One element of a container's `affected` while its keys are being read.
struct CVEProduct {
    static let unnamed = "products without a registry's package"

    private var name = ""
    private var collection = ""
    private var ranges: [VersionRange] = []
    private var versions: [String] = []

    private static let most = 10_000

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "packageName": name = try reader.string()
        case "collectionURL": collection = try reader.string()
        case "versions":
            try reader.array {
                var version = CVEVersion()
                try reader.object { try version.take($0, reader) }
                guard version.isAffected, ranges.count + versions.count < Self.most else { return }
                if let range = version.range { ranges.append(range) } else { versions.append(version.version) }
            }
        default: break
        }
    }

    /// Nil when no registry that is known has it, or nothing is said of its versions.
    var package: AffectedPackage? {
        guard !name.isEmpty, let family = Self.family(of: collection), !(ranges.isEmpty && versions.isEmpty) else {
            return nil
        }
        return AffectedPackage(
            ecosystem: Ecosystem(family: family), name: family == "maven" ? name.replacing("/", with: ":") : name,
            ranges: ranges, versions: versions)
    }

    private static func family(of url: String) -> String? {
        guard let host = url.split(separator: "/").dropFirst().first else { return nil }
        return registries[host.lowercased()]
    }

    private static let registries = [
        "registry.npmjs.org": "npm", "www.npmjs.com": "npm", "pypi.org": "pypi", "pypi.python.org": "pypi",
        "repo.maven.apache.org": "maven", "repo1.maven.org": "maven", "crates.io": "cargo", "rubygems.org": "gem",
        "packagist.org": "packagist", "repo.packagist.org": "packagist", "www.nuget.org": "nuget",
        "api.nuget.org": "nuget", "nuget.org": "nuget", "pkg.go.dev": "go", "proxy.golang.org": "go",
        "hex.pm": "hex", "repo.hex.pm": "hex", "pub.dev": "pub", "cran.r-project.org": "cran",
    ]
}

/// One element of a product's `versions`.
private struct CVEVersion {
    private(set) var version = ""
    private var status = ""
    private var type = ""
    private var lessThan: String?
    private var lessThanOrEqual: String?

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "version": version = try reader.string()
        case "status": status = try reader.string()
        case "versionType": type = try reader.string()
        case "lessThan": lessThan = try reader.string()
        case "lessThanOrEqual": lessThanOrEqual = try reader.string()
        default: break
        }
    }

    /// Commits are no versions that anything is installed by.
    var isAffected: Bool { status == "affected" && type != "git" && !version.isEmpty }

    /// Nil for a version alone. `*` as an end means all that follow; `n/a` and words in place of the first
    /// version mean the first there is.
    var range: VersionRange? {
        let isNumber = version.contains { $0.isNumber }
        let start = isNumber ? version : "0"
        if let end = lessThan { return VersionRange(introduced: start, fixed: Self.bound(end)) }
        if let end = lessThanOrEqual { return VersionRange(introduced: start, lastAffected: Self.bound(end)) }
        return isNumber ? nil : VersionRange(introduced: "0")
    }

    private static func bound(_ text: String) -> String? { text.contains { $0.isNumber } ? text : nil }
}
