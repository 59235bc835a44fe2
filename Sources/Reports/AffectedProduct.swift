import Domain
import Inventories
import Scanner

/// What a finding is in, as it was looked up: the source package on Debian, the product of a CPE name.
package struct AffectedProduct: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case library, application, device
        case operatingSystem = "operating-system"
    }

    package let kind: Kind
    package let name: String
    package let version: String
    package let purl: String?
    package let cpe: String?
    /// Stands for it in a document.
    package let reference: String

    package init(_ finding: Finding) {
        self.init(
            package: finding.explanation.package, version: finding.installed, ecosystem: finding.explanation.ecosystem)
    }

    package init(package: String, version: String, ecosystem: String) {
        let system = Ecosystem(osv: ecosystem)
        self.version = version
        if ecosystem == IntelligenceSource.reported.rawValue {
            (kind, name, purl, cpe) = (.application, package, nil, nil)
            reference = "\(ecosystem)/\(package)"
        } else if system.family == ProductName.ecosystem {
            let fields = package.split(separator: ":", omittingEmptySubsequences: false)
            kind = ["o": .operatingSystem, "h": .device][fields.first ?? ""] ?? .application
            name = String(fields.last ?? "").replacing("\\", with: "")
            reference = ProductName.name(key: package, version: version.isEmpty ? nil : version)
            cpe = fields.count == 3 ? reference : nil
            purl = nil
        } else if let url = PackageURL(lookedUp: package, version: version, in: system) {
            (kind, name, cpe) = (.library, package, nil)
            reference = url.description
            purl = reference
        } else {
            let isSystem = system.family == "windows" || OperatingSystem.appleSystems.contains(system.family)
            (kind, name, purl, cpe) = (isSystem ? .operatingSystem : .library, package, nil, nil)
            reference = "\(ecosystem)/\(package)@\(version)"
        }
    }
}

extension CycloneDXReport.Component {
    init(_ product: AffectedProduct) {
        self.init(
            type: product.kind.rawValue, bomRef: product.reference, name: product.name, version: product.version,
            purl: product.purl, cpe: product.cpe)
    }
}

extension PackageURL {
    /// The types of registries that are called otherwise here.
    private static let registryTypes = ["packagist": "composer", "go": "golang", "swifturl": "swift"]

    /// The URL of what was looked up in an ecosystem; nil where its packages have none.
    init?(lookedUp name: String, version: String, in system: Ecosystem) {
        let types: [VersionScheme: String] = [.deb: "deb", .rpm: "rpm", .apk: "apk", .pacman: "alpm"]
        let type: String? =
            system.isDistribution ? types[system.scheme] : Self.registryTypes[system.family] ?? system.family
        guard system.isRegistry, system.family != "windows", let type else { return nil }
        self.init(InstalledPackage(type: type, name: name, version: version), system: system)
        if type == "deb" { qualifiers["arch"] = "source" }
    }
}
