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
    private let host: VEXHost

    /// - Parameters:
    ///   - names: those of the host: its hostname, FQDN and device id.
    ///   - system: the ecosystem of its own packages.
    public init(_ statements: [VEXStatement], names: [String], system: Ecosystem) {
        var byVulnerability: [String: [VEXStatement]] = [:]
        for statement in statements {
            for id in statement.vulnerabilities { byVulnerability[id.uppercased(), default: []].append(statement) }
        }
        self.statements = byVulnerability
        host = VEXHost(names: names, system: system)
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
    public func statement(on finding: Finding) -> VEXStatement? { statement(on: finding.id, in: VEXSubject(finding)) }

    private func statement(on vulnerability: String, in subject: VEXSubject) -> VEXStatement? {
        let fitting = (statements[vulnerability.uppercased()] ?? []).filter { statement in
            statement.products.contains { host.isMeant(by: $0, subject) }
        }
        return fitting.enumerated().max { left, right in
            (left.element.date ?? .distantPast, left.offset) < (right.element.date ?? .distantPast, right.offset)
        }?.element
    }

    /// What a statement that hides a finding has decided on it, for a package that would be reported.
    public func disposition(_ vulnerability: String, _ package: InstalledPackage, _ why: Explanation) -> Disposition? {
        let subject = VEXSubject(packages: [package.name], installed: why.installed, explanation: why)
        guard let statement = statement(on: vulnerability, in: subject), statement.hidesFindings else { return nil }
        return Disposition(statement)
    }
}

extension Disposition {
    /// That of a statement that hides a finding.
    package init(_ statement: VEXStatement) {
        self.init(
            kind: .vex, authority: statement.author.isEmpty ? "an unnamed author" : statement.author,
            reason: statement.decision)
    }
}

extension VEXStatement {
    /// `VEX of Example Inc., 2024-03-01: not_affected (component_not_present)`.
    public var sentence: String {
        let day = date.map { ", \(String($0.formatted(.iso8601).prefix(10)))" } ?? ""
        return "VEX of \(author.isEmpty ? "an unnamed author" : author)\(day): \(decision)"
    }

    /// `not_affected (component_not_present)`.
    public var decision: String { status.rawValue + (reason.map { " (\($0))" } ?? "") }
}
