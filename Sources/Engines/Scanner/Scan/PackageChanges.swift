import Domain
import Versions

/// Which of a host's packages a patch brings to another version.
package struct PackageChanges {
    private let system: Ecosystem
    /// Of the host's system.
    private let fixes: [PatchedPackage]

    package init(_ patched: [PatchedPackage], on system: Ecosystem) {
        self.system = system
        fixes = patched.filter { $0.ecosystem == system }
    }

    /// In the order of their names. Of a package of which several versions are installed the newest counts: where that
    /// has the fix, another has it besides. Packages that have a kernel's release in their name are left out: a new
    /// kernel is a new package, which its metapackage brings.
    package func changes(of packages: [InstalledPackage]) -> [PackageChange] {
        var newest: [Place: (package: InstalledPackage, fix: PatchedPackage)] = [:]
        for package in packages {
            guard let fix = fix(for: package) else { continue }
            let place = Place(name: package.name, architecture: package.architecture)
            if let other = newest[place], isOlder(package.version, than: other.package.version) { continue }
            newest[place] = (package, fix)
        }
        return newest.values.compactMap { change($0.package, $0.fix) }
            .sorted { ($0.name, $0.architecture ?? "") < ($1.name, $1.architecture ?? "") }
    }

    /// Whether any of a host's packages is what the patch brings, or newer: a kernel is a new package beside the one that
    /// runs.
    package func areIn(_ packages: [InstalledPackage]) -> Bool {
        packages.contains { package in
            guard PackageLookup.ecosystem(of: package, system: system) == system else { return false }
            let names = Self.names(package, system: system)
            let version = PackageLookup(package, system: system, role: .none).version
            return fixes.contains { fix in
                names.contains(fix.name) && Self.stream(package.module ?? "") == Self.stream(fix.stream)
                    && !isOlder(version, than: fix.fixed)
            }
        }
    }

    private struct Place: Hashable {
        let name: String
        let architecture: String?
    }

    private func fix(for package: InstalledPackage) -> PatchedPackage? {
        guard PackageLookup.ecosystem(of: package, system: system) == system, !Self.isVersionedKernel(package) else {
            return nil
        }
        let names = Self.names(package, system: system)
        return fixes.first { fix in
            names.contains(fix.name) && Self.stream(package.module ?? "") == Self.stream(fix.stream)
        }
    }

    private static func names(_ package: InstalledPackage, system: Ecosystem) -> Set<String> {
        let lookup = PackageLookup(package, system: system, role: .none)
        var names: Set<String> = [lookup.name]
        if system.scheme == .deb { names.insert(DebianKernel.source(lookup.name)) }
        if case .image(let image) = KernelRole(package, system: system) {
            names.formUnion([image.lookupName] + [image.otherName].compactMap { $0 })
        }
        return names
    }

    private func change(_ package: InstalledPackage, _ fix: PatchedPackage) -> PackageChange? {
        let isWrapped = system.scheme == .deb && DebianKernel.source(package.source ?? "") != package.source ?? ""
        // Of a metapackage the source is its own, and tells nothing.
        let compared =
            isWrapped ? kernelVersion(package.version) : PackageLookup(package, system: system, role: .none).version
        guard isOlder(compared, than: fix.fixed) else { return nil }
        let isKnown = isWrapped ? system.family == "debian" : isNumberedAsSource(package, compared)
        return PackageChange(
            name: package.name, architecture: package.architecture, installed: package.version,
            version: isKnown ? fix.fixed : nil)
    }

    /// Ubuntu's metapackages put the kernel's release into one number: `5.15.0.91.88` is of `5.15.0-91`.
    private func kernelVersion(_ version: String) -> String {
        let parts = version.split(separator: ".")
        guard system.family != "debian", parts.count > 3, !version.contains("-") else { return version }
        return parts.prefix(3).joined(separator: ".") + "-" + parts[3]
    }

    /// Rebuilds (`+b2`) aside.
    private func isNumberedAsSource(_ package: InstalledPackage, _ source: String) -> Bool {
        guard PackageLookup.isMatchedBySource(system) else { return true }
        return package.version == source || package.version.hasPrefix(source + "+b")
    }

    private func isOlder(_ version: String, than other: String) -> Bool {
        Versions.compare(version, other, scheme: system.scheme) == .less
    }

    /// `linux-image-6.1.0-18-amd64`, `linux-headers-5.15.0-91`.
    private static func isVersionedKernel(_ package: InstalledPackage) -> Bool {
        guard package.type == "deb", DebianKernel.isKernelSource(package.source ?? package.name) else { return false }
        return package.name.split(separator: "-").dropFirst().contains { word in
            word.first?.isNumber == true && word.contains(".")
        }
    }

    /// Name and stream of `nodejs:18:8090020231206:a75119d5`.
    private static func stream(_ label: String) -> String {
        label.split(separator: ":", maxSplits: 2).prefix(2).joined(separator: ":")
    }
}
