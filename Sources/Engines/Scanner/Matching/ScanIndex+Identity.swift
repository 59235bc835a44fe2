import Domain
import Versions

extension ScanIndex {
    /// What is looked up for a package; nil for software that nothing identifies.
    func lookup(_ package: InstalledPackage, system: Ecosystem, role: KernelRole) -> PackageLookup? {
        guard isProduct(package, system: system) else {
            return PackageLookup(package, system: system, role: role)
        }
        guard case .identified(let identity) = identification(of: package, system: system), !identity.keys.isEmpty
        else {
            return nil
        }
        return PackageLookup(identity, version: package.version, system: system)
    }

    /// Whether the package is known by a CPE name and not by a registry's. What the index has an
    /// ecosystem for is of a registry, whether or not the program knows it.
    func isProduct(_ package: InstalledPackage, system: Ecosystem) -> Bool {
        PackageLookup.isProduct(package, system: system)
            && !covers(PackageLookup.ecosystem(of: package, system: system))
    }

    /// A CPE name that the reporter gives is believed.
    func identification(of package: InstalledPackage, system: Ecosystem) -> Identification {
        if let cpe = package.cpe, let identity = SoftwareIdentity(reported: cpe) { return .identified(identity) }
        return identifier.identify(SoftwareDescription(package, system: system))
    }
}

extension SoftwareIdentity {
    /// Nil for what is no CPE name of a product.
    init?(reported cpe: String) {
        guard let name = try? CPEName(parsing: cpe), let fields = CPEFields(name.formattedString),
            fields.vendor != "*", fields.product != "*"
        else { return nil }
        let target = fields.fields[8]
        self.init(
            cpe: name.formattedString, purl: nil, confidence: 1, evidence: ["the reporter's own CPE name"],
            keys: [ProductName.key(of: fields)], target: target == "*" || target == "-" ? nil : CPEFields.plain(target))
    }
}

extension ScanIndex {
    /// Why no advisory can speak of a package: nothing identifies it, or its ecosystem has none.
    /// Nil for packages that are judged.
    public func unmatched(_ package: InstalledPackage, system: Ecosystem) -> UnmatchedSoftware? {
        guard isProduct(package, system: system) else {
            let home = PackageLookup.ecosystem(of: package, system: system)
            if covers(home) { return nil }
            return UnmatchedSoftware(package, .candidates([], reason: "No advisories are loaded for \(home)."))
        }
        let identification = identification(of: package, system: system)
        if case .identified(let identity) = identification, !identity.keys.isEmpty { return nil }
        return UnmatchedSoftware(package, identification)
    }
}
