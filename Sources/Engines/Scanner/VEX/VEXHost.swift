import Domain

/// What a finding is in, as far as statements are held against it.
public struct VEXSubject: Sendable {
    /// The binary packages.
    let packages: [String]
    let installed: String
    /// The name that was looked up, and where.
    let package: String
    let ecosystem: Ecosystem

    public init(packages: [String], installed: String, package: String, ecosystem: String) {
        self.packages = packages
        self.installed = installed
        self.package = package
        self.ecosystem = Ecosystem(osv: ecosystem)
    }

    init(packages: [String], installed: String, explanation: Explanation) {
        self.init(
            packages: packages, installed: installed, package: explanation.package, ecosystem: explanation.ecosystem)
    }

    init(_ finding: Finding) {
        self.init(packages: finding.packages, installed: finding.installed, explanation: finding.explanation)
    }

    var names: [String] { [package] + packages }
}

/// A host, as far as statements name it or what is in it.
public struct VEXHost: Sendable {
    private let names: Set<String>
    private let system: Ecosystem

    /// - Parameters:
    ///   - names: its hostname, FQDN and device id.
    ///   - system: the ecosystem of its own packages.
    public init(names: some Sequence<String>, system: Ecosystem) {
        self.names = Set(names.map { $0.lowercased() })
        self.system = system
    }

    /// Whether a product of a statement is what a finding on this host is in.
    public func isMeant(by product: VEXProduct, _ subject: VEXSubject) -> Bool {
        if let container = product.container, !isHost(container) { return false }
        return isPackage(product.component, subject) || product.container == nil && isNamed(product.component)
    }

    /// The host by a name of its own, or the system that runs on it.
    private func isHost(_ identity: VEXIdentity) -> Bool {
        if isNamed(identity) { return true }
        guard let cpe = identity.cpe, let release = Self.system(cpe) else { return false }
        return release == system
    }

    private func isNamed(_ identity: VEXIdentity) -> Bool { !names.isDisjoint(with: identity.hostNames) }

    /// `cpe:/o:redhat:enterprise_linux:9::baseos`, `cpe:2.3:o:debian:debian_linux:12:*:…`.
    private static func system(_ cpe: String) -> Ecosystem? {
        let fields = fields(of: cpe)
        guard fields.count >= 4 else { return nil }
        let family = systems["\(fields[1]):\(fields[2])"]
        return family.map { Ecosystem(family: $0, release: fields[3]) }
    }

    private static let systems = [
        "redhat:enterprise_linux": "redhat", "debian:debian_linux": "debian", "canonical:ubuntu_linux": "ubuntu",
        "almalinux:almalinux": "almalinux", "rocky:rocky": "rocky", "oracle:linux": "oracle",
        "alpinelinux:alpine_linux": "alpine",
    ]

    /// Part, vendor, product, version and so on of either form of a CPE name.
    private static func fields(of cpe: String) -> [String] {
        let parts = cpe.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var fields = Array(parts.dropFirst(cpe.hasPrefix("cpe:2.3:") ? 2 : 1))
        if let part = fields.first { fields[0] = part.replacing("/", with: "") }
        return fields
    }

    private func isPackage(_ identity: VEXIdentity, _ subject: VEXSubject) -> Bool {
        if let package = identity.package {
            let home = PackageLookup.ecosystem(of: package, system: system)
            guard subject.ecosystem.family == (identity.family ?? home.family) else { return false }
            let name = PackageName.canonical(package.name, family: subject.ecosystem.family)
            guard subject.names.contains(package.name) || subject.names.contains(name) else { return false }
            return package.version.isEmpty || package.version == subject.installed
        }
        return identity.cpe.map { isProduct($0, subject) } ?? false
    }

    /// A CPE's product and, where it has one, its version. What is itself known by a CPE name must have its vendor, too.
    private func isProduct(_ cpe: String, _ subject: VEXSubject) -> Bool {
        let fields = Self.fields(of: cpe).map { $0.lowercased() }
        guard fields.count >= 3, !fields[2].isEmpty, fields[2] != "*" else { return false }
        let isSame =
            subject.ecosystem.family == ProductName.ecosystem
            ? subject.package.lowercased() == fields[..<3].joined(separator: ":")
            : subject.names.contains { $0.lowercased() == fields[2] }
        let version = fields.count > 3 ? fields[3].replacing("\\", with: "") : "*"
        return isSame && (["*", "-", ""].contains(version) || version == subject.installed.lowercased())
    }
}

extension VEXIdentity {
    /// The names, in lower case, of hosts that it may stand for.
    public var hostNames: Set<String> {
        var names: Set<String> = [id.lowercased()]
        if let package, family == nil { names.insert(package.name.lowercased()) }
        return names
    }
}

extension VEXProduct {
    /// The names, in lower case, of hosts that it may be about: where it is in, or it by itself.
    public var hostNames: Set<String> { (container ?? component).hostNames }
}
