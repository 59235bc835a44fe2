import Domain
import Inventories
import Scanner

extension CycloneDXReport.Component {
    /// What a finding is in, as it was looked up: the source package on Debian, the product of a CPE name.
    init(affected finding: Finding) {
        let why = finding.explanation
        let system = Ecosystem(osv: why.ecosystem)
        if system.family == ProductName.ecosystem {
            self.init(product: why.package, version: finding.installed)
        } else if let url = PackageURL(lookedUp: why.package, version: finding.installed, in: system) {
            let text = url.description
            self.init(type: "library", bomRef: text, name: why.package, version: finding.installed, purl: text)
        } else {
            let isSystem = system.family == "windows" || OperatingSystem.appleSystems.contains(system.family)
            self.init(
                type: isSystem ? "operating-system" : "library",
                bomRef: "\(why.ecosystem)/\(why.package)@\(finding.installed)", name: why.package,
                version: finding.installed)
        }
    }

    /// - Parameter product: `a:vendor:product`, in the spelling of CPE names.
    private init(product: String, version: String) {
        let fields = product.split(separator: ":", omittingEmptySubsequences: false)
        let type = ["o": "operating-system", "h": "device"][fields.first ?? ""] ?? "application"
        let name = ProductName.name(key: product, version: version.isEmpty ? nil : version)
        self.init(
            type: type, bomRef: name, name: String(fields.last ?? "").replacing("\\", with: ""),
            version: version)
        if fields.count == 3 { cpe = name }
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
