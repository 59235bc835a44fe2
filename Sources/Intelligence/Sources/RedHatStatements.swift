import Domain
import Versions

/// A document's statements, by package instead of by build: what is fixed since which build, affected, not
/// affected or not known yet.
struct RedHatStatements {
    private let document: CSAFDocument
    private let affected: [[AffectedPackage]]

    /// A package of a release, in one module stream or in none.
    private struct Key: Hashable {
        let ecosystem: Ecosystem
        let name: String
        let module: String?
    }

    fileprivate struct Statement {
        var rank = 0
        var fixed: String?
        var state = PackageState.undetermined
        var urgency: String?
        var isSource = false
    }

    /// - Parameter summary: counts what is not used.
    init(_ document: CSAFDocument, _ summary: inout FeedSummary) {
        self.document = document
        var affected: [[AffectedPackage]] = []
        for vulnerability in document.vulnerabilities {
            affected.append(Self.affected(by: vulnerability, document.products, &summary))
        }
        self.affected = affected
    }

    /// One advisory for all vulnerabilities of which the same is said; the first has the document's id.
    mutating func advisories() -> [Advisory] {
        var groups: [(affected: [AffectedPackage], members: [Int])] = []
        for index in document.vulnerabilities.indices {
            if let place = groups.firstIndex(where: { $0.affected == affected[index] }) {
                groups[place].members.append(index)
            } else {
                groups.append((affected[index], [index]))
            }
        }
        return groups.enumerated().map { position, group in
            advisory(group.members.map { document.vulnerabilities[$0] }, group.affected, isFirst: position == 0)
        }
    }

    private func advisory(
        _ vulnerabilities: [CSAFVulnerability], _ affected: [AffectedPackage], isFirst: Bool
    ) -> Advisory {
        let first = vulnerabilities[0]
        let isSingle = vulnerabilities.count == 1
        return Advisory(
            id: isFirst ? document.id : "\(document.id)/\(first.cve)", source: .redhat,
            vulnerabilities: vulnerabilities.compactMap { CVE.id($0.cve) },
            title: isSingle && !first.title.isEmpty ? first.title : document.title, details: first.details,
            severity: vulnerabilities.compactMap(\.severity).max() ?? document.severity,
            vectors: isSingle ? first.vectors : [], published: document.published, modified: document.modified,
            withdrawn: document.isWithdrawn ? document.modified ?? document.published : nil, affected: affected,
            references: first.references)
    }

    private static func affected(
        by vulnerability: CSAFVulnerability, _ products: RedHatProducts, _ summary: inout FeedSummary
    ) -> [AffectedPackage] {
        var statements: [Key: Statement] = [:]
        for status in CSAFVulnerability.Status.allCases {
            for id in vulnerability.products[status, default: []] {
                switch products.resolve(id) {
                case .failure(let reason): summary.setAside(reason.part)
                case .success((let ecosystem, let package)):
                    let key = Key(ecosystem: ecosystem, name: package.name, module: package.module)
                    let plan = vulnerability.plans[id]
                    statements[key, default: Statement()].add(status, package, plan)
                }
            }
        }
        let binaries = Set(statements.filter { !$0.value.isSource }.map(\.key.ecosystem))
        // Packages are installed by their binaries' names. A document without any names its sources.
        let kept = statements.filter { !$0.value.isSource || !binaries.contains($0.key.ecosystem) }
        return kept.map { key, statement in statement.package(key.ecosystem, key.name, key.module) }
            .sorted {
                ($0.ecosystem.description, $0.name, $0.note ?? "") < ($1.ecosystem.description, $1.name, $1.note ?? "")
            }
    }
}

extension RedHatStatements.Statement {
    /// Architectures and minor releases may differ. A fix says the most, then that it is affected, that it is
    /// looked at, and last that it is not affected, which is then only so for some.
    fileprivate mutating func add(
        _ status: CSAFVulnerability.Status, _ package: RedHatPackage, _ plan: (category: String, details: String)?
    ) {
        let newRank = Self.rank(status)
        if rank == 0 { isSource = package.isSource } else { isSource = isSource && package.isSource }
        guard newRank >= rank else { return }
        let isFirst = newRank > rank
        rank = newRank
        switch status {
        case .fixed:
            state = .affected
            // One line of builds: all after the first that has the fix have it.
            if let version = package.version { fixed = isFirst ? version : Self.lower(fixed, version) }
        case .affected: (state, urgency) = Self.planned(plan)
        case .notAffected: state = .notAffected
        case .underInvestigation: state = .undetermined
        }
    }

    fileprivate func package(_ ecosystem: Ecosystem, _ name: String, _ module: String?) -> AffectedPackage {
        let isUnaffected = state == .notAffected || rank == Self.rank(.fixed) && fixed == nil
        return AffectedPackage(
            ecosystem: ecosystem, name: name,
            ranges: isUnaffected ? [] : [VersionRange(introduced: "0", fixed: fixed)],
            state: isUnaffected ? .notAffected : state, note: module.map { "module:\($0)" }, urgency: urgency)
    }

    private static func rank(_ status: CSAFVulnerability.Status) -> Int {
        switch status {
        case .notAffected: 1
        case .underInvestigation: 2
        case .affected: 3
        case .fixed: 4
        }
    }

    private static func lower(_ version: String?, _ other: String) -> String {
        guard let version, Versions.compare(other, version, scheme: .rpm) != .less else { return other }
        return version
    }

    /// What Red Hat plans, which it writes out. https://access.redhat.com/security/updates/classification
    private static func planned(_ plan: (category: String, details: String)?) -> (PackageState, String?) {
        guard let plan else { return (.affected, nil) }
        let words = plan.details.count <= 64 ? plan.details : nil
        switch plan.details.lowercased() {
        case "out of support scope": return (.endOfLife, words)
        case "will not fix": return (.ignored, words)
        case "fix deferred": return (.postponed, words)
        default: return (plan.category == "no_fix_planned" ? .ignored : .affected, words)
        }
    }
}
