import Domain
import Versions

/// What a condition ("running on …") is asked of: a host's system and the products on it.
struct HostPlatform: Sendable {
    let system: Ecosystem
    let kernelRelease: String?
    /// The versions of the products on it, by their keys; nil where only one package is looked at.
    let products: [String: [String]]?
    /// The system's own title, where it is one product: Windows, Apple's systems.
    let title: InstalledPackage?

    init(
        system: Ecosystem, kernelRelease: String? = nil, products: [String: [String]]? = nil,
        title: InstalledPackage? = nil
    ) {
        self.title = title
        self.system = system
        self.kernelRelease = kernelRelease
        self.products = products
    }

    var family: SystemFamily? { SystemFamily(of: system) }

    /// Whether the host has the product, in the version that is meant.
    func has(_ range: ProductRange) -> Truth {
        guard let fields = CPEFields(range.criteria) else { return .unknown }
        switch fields.part {
        case "o": return runs(fields, range)
        case "a":
            guard let products else { return .unknown }
            let versions = products[ProductName.key(of: fields)] ?? []
            return .any(versions.map { ProductVersion($0).isIn(range, fields) })
        default: return .unknown
        }
    }

    private func runs(_ fields: CPEFields, _ range: ProductRange) -> Truth {
        let wanted = SystemFamily(vendor: fields.vendor, product: fields.product)
        guard let family else { return .unknown }
        guard wanted == family else { return .no }
        if wanted == .linux { return runsLinux(fields, range) }
        if wanted == .windows { return runsWindows(fields) }
        // NVD writes NA where it means no version in particular.
        if fields.version == "-" { return .yes }
        let version = title?.version ?? system.release
        return version.isEmpty ? .unknown : ProductVersion(version).isIn(range, fields)
    }

    private func runsLinux(_ fields: CPEFields, _ range: ProductRange) -> Truth {
        guard let distribution = SystemFamily.distribution(vendor: fields.vendor, product: fields.product) else {
            if fields.version == "-" { return .yes }
            guard let kernelRelease else { return isUnbounded(fields, range) ? .yes : .unknown }
            return ProductVersion(kernelRelease).isIn(range, fields)
        }
        guard distribution == system.family else { return .no }
        if fields.version == "-" || isUnbounded(fields, range) { return .yes }
        let release = Ecosystem(family: distribution, release: CPEFields.plain(fields.version)).release
        return Truth(release == system.release)
    }

    private func isUnbounded(_ fields: CPEFields, _ range: ProductRange) -> Bool {
        fields.version == "*" && range.startIncluding == nil && range.startExcluding == nil
            && range.endIncluding == nil && range.endExcluding == nil
    }

    /// `windows` is any of them; `windows_11_23h2` is one of a host that says which it is.
    private func runsWindows(_ fields: CPEFields) -> Truth {
        guard fields.product != "windows" else { return .yes }
        guard let release = WindowsRelease(title?.name ?? system.release) else { return .unknown }
        return release.isNamed(fields.product)
    }
}
