import Domain
import FoundationEssentials

/// What an SBOM yields: a host's inventory as far as the document goes, and what could not be
/// matched to any package.
public struct SoftwareBill: Sendable, Hashable {
    /// The document's format and version: `CycloneDX 1.5`, `SPDX-2.3`.
    public var format: String
    public var inventory: Inventory
    /// Components that cannot be looked up in any advisory source: counted, never dropped unseen.
    public var unidentifiedCount: Int
    /// The first hundred of them, with the reason.
    public var unidentified: [UnidentifiedComponent]
}

/// A component without a usable package URL.
public struct UnidentifiedComponent: Sendable, Hashable {
    public var name: String
    public var version: String?
    /// Half a sentence: `has no package URL`.
    public var reason: String
}

/// Collects the components of one SBOM, and decides on the operating system at the end.
struct SoftwareBillBuilder {
    let format: String
    let limits: DocumentLimits
    /// The system that the document names outright.
    var namedSystem: OperatingSystem?
    var name: String?
    var serial: String?
    private var packages: [InstalledPackage] = []
    private var seen: Set<String> = []
    private var unidentified: [UnidentifiedComponent] = []
    private var unidentifiedCount = 0
    private var qualifiedSystems: [OperatingSystem: Int] = [:]
    private var families: [String: Int] = [:]

    init(format: String, limits: DocumentLimits) {
        self.format = format
        self.limits = limits
    }

    /// Adds a component by its package URL. `source` is what the document says besides the URL.
    mutating func add(
        purl text: String, name: String, version: String?, source: (name: String, version: String?)?
    ) throws(DocumentError) {
        let url: PackageURL
        do { url = try PackageURL(text) } catch {
            return addUnidentified(name: name, version: version, reason: "has a package URL that \(error.reason)")
        }
        noteSystem(of: url)
        guard var package = url.installedPackage else {
            return addUnidentified(name: name, version: version, reason: "has a package URL without a version")
        }
        if let fault = Self.fault(package, limits) {
            return addUnidentified(name: name, version: version, reason: "has a name or version that \(fault)")
        }
        if let source { package.setSource(source.name, version: source.version ?? package.sourceVersion) }
        // The same package may be listed once for each place it was found at.
        guard seen.insert("\(text)\0\(package.source ?? "")\0\(package.sourceVersion ?? "")").inserted else { return }
        guard packages.count < limits.packages else { throw .tooMany("packages", limit: limits.packages) }
        packages.append(package)
    }

    mutating func addUnidentified(name: String, version: String?, reason: String) {
        unidentifiedCount += 1
        guard unidentified.count < 100 else { return }
        unidentified.append(UnidentifiedComponent(name: name, version: version, reason: reason))
    }

    func finish() -> SoftwareBill {
        let host = name.flatMap { $0.isEmpty ? nil : $0 } ?? "sbom"
        let system = system()
        var inventory = Inventory(
            collectedAt: .now, deviceID: "sbom:\(serial ?? host)", hostname: host,
            os: system ?? OperatingSystem(type: "unknown", id: "unknown", name: "unknown", version: ""))
        inventory.packages = packages
        inventory.notes = notes(system)
        return SoftwareBill(
            format: format, inventory: inventory, unidentifiedCount: unidentifiedCount, unidentified: unidentified)
    }

    private mutating func noteSystem(of url: PackageURL) {
        guard PackageURL.distributionTypes.contains(url.type) else { return }
        if let namespace = url.namespace { families[namespace, default: 0] += 1 }
        guard let distro = url.qualifiers["distro"] ?? url.qualifiers["distro_name"],
            let system = Distribution.operatingSystem(qualifier: distro, namespace: url.namespace)
        else { return }
        qualifiedSystems[system, default: 0] += 1
    }

    /// The named system, else the one that most packages are of; the first by name when equal.
    private func system() -> OperatingSystem? {
        if let namedSystem { return namedSystem }
        let most = qualifiedSystems.max {
            ($0.value, $1.key.id, $1.key.version) < ($1.value, $0.key.id, $0.key.version)
        }
        if let most { return most.key }
        let family = families.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return family.map { Distribution.operatingSystem(name: $0.key, version: "") }
    }

    private func notes(_ system: OperatingSystem?) -> [CollectionNote] {
        var notes: [CollectionNote] = []
        if !families.isEmpty, system?.version.isEmpty != false {
            notes.append(
                CollectionNote(
                    item: "os",
                    reason: "The document names no release of its distribution, so its advisories cannot be told."))
        }
        if qualifiedSystems.count > 1 {
            let names = qualifiedSystems.keys.map { "\($0.id) \($0.version)" }.sorted().joined(separator: ", ")
            notes.append(CollectionNote(item: "os", reason: "The packages are of several releases: \(names)."))
        }
        if unidentifiedCount > 0 {
            notes.append(
                CollectionNote(
                    item: "packages",
                    reason: "Components that could not be identified and were not scanned: \(unidentifiedCount)."))
        }
        if packages.isEmpty, unidentifiedCount == 0 {
            notes.append(CollectionNote(item: "packages", reason: "The document lists no components."))
        }
        return notes
    }

    private static func fault(_ package: InstalledPackage, _ limits: DocumentLimits) -> String? {
        for text in [package.name, package.version, package.architecture, package.source, package.sourceVersion] {
            if let text, let fault = DocumentField.fault(text, limit: limits.identifierBytes) { return fault }
        }
        return package.name.isEmpty || package.version.isEmpty ? "is empty" : nil
    }
}
