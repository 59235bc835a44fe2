import Domain
import FoundationEssentials

/// Applies VEX statements to the findings of one host. Of several statements on a finding the newest counts; of
/// two with one date the later in order.
public struct VEXFilter: Sendable {
    /// A finding that a statement takes out of sight; it stays known with its reason.
    public struct Hidden: Sendable, Hashable {
        public let finding: Finding
        public let statement: VEXStatement
    }

    private let statements: [String: [VEXStatement]]
    private let names: Set<String>
    private let system: Ecosystem

    /// - Parameters:
    ///   - names: those of the host: its hostname, FQDN and device id.
    ///   - system: the ecosystem of its own packages.
    public init(_ statements: [VEXStatement], names: [String], system: Ecosystem) {
        var byVulnerability: [String: [VEXStatement]] = [:]
        for statement in statements {
            for id in statement.vulnerabilities { byVulnerability[id.uppercased(), default: []].append(statement) }
        }
        self.statements = byVulnerability
        self.names = Set(names.map { $0.lowercased() })
        self.system = system
    }

    /// The findings that stay, those affected or under investigation with a note, and those that are hidden.
    public func apply(_ findings: [Finding]) -> (visible: [Finding], hidden: [Hidden]) {
        var visible: [Finding] = []
        var hidden: [Hidden] = []
        for finding in findings {
            guard let statement = statement(on: finding) else {
                visible.append(finding)
                continue
            }
            if statement.hidesFindings {
                hidden.append(Hidden(finding: finding, statement: statement))
            } else {
                var noted = finding
                noted.explanation.notes.append(statement.sentence)
                visible.append(noted)
            }
        }
        return (visible, hidden)
    }

    /// The statement that counts for a finding.
    public func statement(on finding: Finding) -> VEXStatement? {
        let fitting = (statements[finding.id.uppercased()] ?? []).filter { statement in
            statement.products.contains { isOf($0, finding) }
        }
        return fitting.enumerated().max { left, right in
            (left.element.date ?? .distantPast, left.offset) < (right.element.date ?? .distantPast, right.offset)
        }?.element
    }

    private func isOf(_ product: VEXProduct, _ finding: Finding) -> Bool {
        if let container = product.container, !isHost(container) { return false }
        return isPackage(product.component, of: finding) || product.container == nil && isNamed(product.component)
    }

    /// The host by a name of its own, or the system that runs on it.
    private func isHost(_ identity: VEXIdentity) -> Bool {
        if isNamed(identity) { return true }
        guard let cpe = identity.cpe, let release = Self.system(cpe) else { return false }
        return release == system
    }

    private func isNamed(_ identity: VEXIdentity) -> Bool {
        names.contains(identity.id.lowercased())
            || identity.package.map { names.contains($0.name.lowercased()) } == true
                && identity.family == nil
    }

    /// `cpe:/o:redhat:enterprise_linux:9::baseos`, `cpe:2.3:o:debian:debian_linux:12:*:…`.
    private static func system(_ cpe: String) -> Ecosystem? {
        let parts = cpe.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let fields = cpe.hasPrefix("cpe:2.3:") ? Array(parts.dropFirst(3)) : Array(parts.dropFirst(2))
        guard fields.count >= 3 else { return nil }
        let family = systems["\(fields[0]):\(fields[1])"]
        return family.map { Ecosystem(family: $0, release: fields[2]) }
    }

    private static let systems = [
        "redhat:enterprise_linux": "redhat", "debian:debian_linux": "debian", "canonical:ubuntu_linux": "ubuntu",
        "almalinux:almalinux": "almalinux", "rocky:rocky": "rocky", "oracle:linux": "oracle",
        "alpinelinux:alpine_linux": "alpine",
    ]

    private func isPackage(_ identity: VEXIdentity, of finding: Finding) -> Bool {
        let why = finding.explanation
        if let package = identity.package {
            let found = Ecosystem(osv: why.ecosystem)
            let home = PackageLookup.ecosystem(of: package, system: system)
            guard found.family == (identity.family ?? home.family) else { return false }
            let names = [why.package] + finding.packages
            let name = PackageName.canonical(package.name, family: found.family)
            guard names.contains(package.name) || names.contains(name) else { return false }
            return package.version.isEmpty || package.version == finding.installed
        }
        guard let cpe = identity.cpe else { return false }
        return isProduct(cpe, finding)
    }

    /// A CPE's product and, where it has one, its version.
    private func isProduct(_ cpe: String, _ finding: Finding) -> Bool {
        let parts = cpe.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let fields = cpe.hasPrefix("cpe:2.3:") ? Array(parts.dropFirst(4)) : Array(parts.dropFirst(3))
        guard let product = fields.first?.lowercased(), !product.isEmpty, product != "*" else { return false }
        let names = ([finding.explanation.package] + finding.packages).map { $0.lowercased() }
        let version = fields.count > 1 ? fields[1].replacing("\\", with: "") : "*"
        return names.contains(product) && (["*", "-", ""].contains(version) || version == finding.installed)
    }
}

extension VEXStatement {
    /// `VEX of Example Inc., 2024-03-01: not_affected (component_not_present)`.
    public var sentence: String {
        let day = date.map { ", \(String($0.formatted(.iso8601).prefix(10)))" } ?? ""
        let reason = justification.map { " (\($0))" } ?? ""
        return "VEX of \(author.isEmpty ? "an unnamed author" : author)\(day): \(status.rawValue)\(reason)"
    }
}
