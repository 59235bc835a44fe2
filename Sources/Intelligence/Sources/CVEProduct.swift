import Domain
import Versions

/// One element of a container's `affected` while its keys are being read.
struct CVEProduct {
    static let unnamed = "products without a registry's package or a CPE name"

    private var name = ""
    private var collection = ""
    private var vendor = ""
    private var product = ""
    private var criteria: [String] = []
    private var platforms: [String] = []
    private var bounds: [CVEBounds] = []

    private static let most = 10_000

    mutating func take(_ key: String, _ reader: JSONReader) throws {
        switch key {
        case "packageName": name = try reader.string()
        case "collectionURL": collection = try reader.string()
        case "vendor": vendor = try reader.optionalString() ?? ""
        case "product": product = try reader.optionalString() ?? ""
        case "cpes": try reader.array { criteria.append(try reader.string()) }
        case "platforms": try reader.array { platforms.append(try reader.string()) }
        case "versions":
            try reader.array {
                var version = CVEVersion()
                try reader.object { try version.take($0, reader) }
                guard version.isAffected, bounds.count < Self.most, let meant = version.bounds else { return }
                bounds.append(meant)
            }
        default: break
        }
    }

    /// Nil when no registry that is known has it, or nothing is said of its versions.
    var package: AffectedPackage? {
        let versions = bounds.compactMap(\.version)
        let ranges = bounds.filter { $0.version == nil }.compactMap(\.range)
        guard !name.isEmpty, let family = Self.family(of: collection), !(ranges.isEmpty && versions.isEmpty) else {
            return nil
        }
        return AffectedPackage(
            ecosystem: Ecosystem(family: family), name: family == "maven" ? name.replacing("/", with: ":") : name,
            ranges: ranges, versions: versions)
    }

    /// The products that its CPE names name, in the versions that it lists.
    var named: [ProductRange] {
        let names = Set(criteria.compactMap { CPEFields(CVEProductName.formatted($0)) }.map { $0.fields })
        let wanted = Set(names.flatMap { CVEProductName.criteria($0, on: platforms) }).sorted()
        return ranges(of: wanted)
    }

    /// The product that its vendor and name tell in words.
    var worded: [ProductRange] { ranges(of: CVEProductName.criteria(vendor: vendor, product: product, on: platforms)) }

    private func ranges(of names: [String]) -> [ProductRange] {
        guard names.count * bounds.count <= Self.most else { return [] }
        return names.flatMap { name in
            bounds.map { bounds in
                ProductRange(
                    criteria: name, startIncluding: bounds.startIncluding, startExcluding: bounds.startExcluding,
                    endIncluding: bounds.endIncluding, endExcluding: bounds.endExcluding)
            }
        }
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
