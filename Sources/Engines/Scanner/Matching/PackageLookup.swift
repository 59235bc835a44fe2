import Domain

/// What is looked up for an installed package. Packages with the same lookup have the same matches.
struct PackageLookup: Hashable, Sendable {
    /// `debian:12`, `npm`.
    var ecosystem: String
    var scheme: VersionScheme
    /// The source package's name where the ecosystem's advisories are by source.
    var name: String
    /// A second name under which some sources file the package: an rpm kernel's source.
    var otherName: String?
    var version: String
    /// The RPM module stream it comes from.
    var module: String?
    /// Further names of a product; it is affected under any of them.
    var aliases: [String] = []
    /// What a product is a part of, `visual_studio_code`.
    var target: String?
    /// The system that a product runs on: a part of what is matched.
    var system: Ecosystem?

    /// - Parameter system: the host's own ecosystem, to which `deb`, `rpm` and `apk` packages belong.
    init(_ package: InstalledPackage, system: Ecosystem, role: KernelRole) {
        let home = Self.ecosystem(of: package, system: system)
        ecosystem = home.description
        scheme = home.scheme
        module = package.module.flatMap { $0.isEmpty ? nil : $0 }
        if case .image(let image) = role {
            (name, otherName, version) = (image.lookupName, image.otherName, package.version)
        } else if Self.isMatchedBySource(home) {
            name = package.source ?? package.name
            version = Self.sourceVersion(package, scheme: home.scheme)
        } else {
            name = PackageName.canonical(package.name, family: home.family)
            version = Self.version(package.version, family: home.family)
        }
    }

    /// A product that is known by its CPE names.
    init(_ identity: SoftwareIdentity, version: String, system: Ecosystem) {
        ecosystem = ProductName.ecosystem
        scheme = .generic
        name = identity.keys.first ?? ""
        aliases = Array(identity.keys.dropFirst())
        self.version = Self.numbered(version)
        target = identity.target
        self.system = system
    }

    /// Whether no package database or registry knows packages of this type: applications, programs,
    /// extensions.
    static func isProduct(_ package: InstalledPackage, system: Ecosystem) -> Bool {
        if package.isWindowsPart || OperatingSystem.appleSystems.contains(package.type) { return false }
        let home = ecosystem(of: package, system: system)
        return home != system && !home.isRegistry
    }

    /// Debian's, Ubuntu's and Alpine's advisories name source packages.
    static func isMatchedBySource(_ ecosystem: Ecosystem) -> Bool {
        ecosystem.scheme == .deb || ecosystem.scheme == .apk
    }

    /// The ecosystem whose advisories speak of packages of this type.
    static func ecosystem(of package: InstalledPackage, system: Ecosystem) -> Ecosystem {
        let (type, version) = (package.type, package.version)
        return switch type {
        case "deb", "rpm", "apk", "alpm", "pacman", "ebuild", "portage": system
        case "composer": Ecosystem(family: "packagist")
        case "swift": Ecosystem(family: "swifturl")
        case "macos", "ios", "ipados", "watchos", "tvos", "visionos": Ecosystem(family: type, release: version)
        case "python", "wheel": Ecosystem(family: "pypi")
        default: Ecosystem(osv: type)
        }
    }

    /// A rebuild without source changes (`2.5.1-4+b2`) has the source's version without its suffix.
    private static func sourceVersion(_ package: InstalledPackage, scheme: VersionScheme) -> String {
        if let version = package.sourceVersion, !version.isEmpty { return version }
        guard scheme == .deb, let plus = package.version.lastIndex(of: "+") else { return package.version }
        let suffix = package.version[plus...].dropFirst()
        guard suffix.first == "b", suffix.count > 1, suffix.dropFirst().allSatisfy(\.isNumber) else {
            return package.version
        }
        return String(package.version[..<plus])
    }

    /// Some installers put the name before the version, and a remark behind it: `Jenkins 2.426.1`,
    /// `Python 3.11.4 (64-bit)`.
    private static func numbered(_ version: String) -> String {
        let words = version.split(separator: " ")
        guard words.count > 1, let first = words.firstIndex(where: { $0.first?.isNumber == true }), first > 0 else {
            return version
        }
        return words[first...].prefix { !$0.hasPrefix("(") }.joined(separator: " ")
    }

    /// Go writes `v1.2.3` in module files and `1.2.3` in advisories; Apple puts a letter behind a version.
    private static func version(_ version: String, family: String) -> String {
        if OperatingSystem.appleSystems.contains(family) { return AppleVersion.comparable(version) }
        return family == "go" && version.hasPrefix("v") ? String(version.dropFirst()) : version
    }
}
