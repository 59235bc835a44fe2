import Domain
import TestRandomness
import Versions

/// Matching written down as plainly as possible, over records in memory: what the index must agree
/// with. Only distributions' packages by source name, without modules and kernels.
struct BruteForce {
    let advisories: [Advisory]
    let rank: [IntelligenceSource: Int] = [.debian: 0, .osv: 1, .nvd: 2]

    /// Vulnerabilities of one package version.
    func findings(_ name: String, _ version: String, on ecosystem: Ecosystem) -> Set<String> {
        let ids = Set(advisories.flatMap(\.vulnerabilities))
        return ids.filter { isAffected($0, name, version, ecosystem) }
    }

    private func isAffected(_ id: String, _ name: String, _ version: String, _ ecosystem: Ecosystem) -> Bool {
        for source in rank.keys.sorted(by: { rank[$0, default: 9] < rank[$1, default: 9] }) {
            let statements = advisories.filter { $0.source == source && $0.vulnerabilities.contains(id) }
                .flatMap { relevant(of: $0, on: name, in: ecosystem, without: version) }
            if let verdict = verdict(statements, version, ecosystem.scheme) { return verdict }
        }
        return false
    }

    /// What an advisory says of a package. Where it names the version itself as a fix, its other ranges
    /// that have a fix do not cover it.
    private func relevant(
        of advisory: Advisory, on name: String, in ecosystem: Ecosystem, without version: String
    ) -> [AffectedPackage] {
        let all = advisory.affected.filter { $0.ecosystem == ecosystem && $0.name == name }
        let isFix = all.flatMap(\.ranges).contains { range in
            range.fixed.map { Versions.compare(version, $0, scheme: ecosystem.scheme) == .equal } ?? false
        }
        guard isFix else { return all }
        return all.map { statement in
            var statement = statement
            if statement.state != .notAffected, !statement.ranges.isEmpty {
                statement.ranges = statement.ranges.map { $0.fixed == nil ? $0 : VersionRange(fixed: "0") }
            }
            return statement
        }
    }

    /// Nil when the source leaves it open.
    private func verdict(_ statements: [AffectedPackage], _ version: String, _ scheme: VersionScheme) -> Bool? {
        guard !statements.isEmpty else { return nil }
        let applying = statements.filter { covers($0, version, scheme) }
        if applying.contains(where: { $0.state == .notAffected }) { return false }
        if applying.contains(where: { $0.state != .undetermined }) { return true }
        return applying.isEmpty ? false : nil
    }

    private func covers(_ statement: AffectedPackage, _ version: String, _ scheme: VersionScheme) -> Bool {
        if statement.ranges.isEmpty, statement.versions.isEmpty { return true }
        if statement.versions.contains(where: { Versions.compare(version, $0, scheme: scheme) == .equal }) {
            return true
        }
        return statement.ranges.contains { range in
            if range.fixed == "0" { return false }
            if let fixed = range.fixed, Versions.compare(version, fixed, scheme: scheme) != .less { return false }
            if let last = range.lastAffected, Versions.compare(version, last, scheme: scheme) == .greater {
                return false
            }
            guard let introduced = range.introduced, introduced != "0" else { return true }
            return Versions.compare(version, introduced, scheme: scheme) != .less
        }
    }
}

extension Advisory {
    /// Anything, over few names and versions, so that records meet.
    static func random(_ number: Int, using generator: inout SeededRandom) -> Advisory {
        let sources: [IntelligenceSource] = [.debian, .osv, .nvd]
        let count = Int.random(in: 1...2, using: &generator)
        let ids = (0..<count).map { _ in "CVE-2024-\(Int.random(in: 1...12, using: &generator))" }
        let affected = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            AffectedPackage.random(using: &generator)
        }
        return Advisory(
            id: "ADV-\(number)", source: sources.randomElement(using: &generator) ?? .osv,
            vulnerabilities: Array(Set(ids)).sorted(), affected: affected)
    }
}

extension AffectedPackage {
    static let someNames = ["alpha", "beta", "gamma"]
    static let someVersions = [
        "0~rc1-1", "1.0-1", "1.0-1+b1", "1.0-1+deb12u1", "1.0-2", "1:0.5-1", "1.00-1", "1.2~rc1-1", "1.2-1", "2.0",
        "2.0-0", "10.1-1",
    ]

    static func random(using generator: inout SeededRandom) -> AffectedPackage {
        func version() -> String { someVersions.randomElement(using: &generator) ?? "1" }
        func range() -> VersionRange {
            let introduced = [nil, "0", version()].randomElement(using: &generator) ?? nil
            return switch Int.random(in: 0...4, using: &generator) {
            case 0: VersionRange(introduced: introduced)
            case 1: VersionRange(introduced: introduced, lastAffected: version())
            case 2: VersionRange(fixed: "0")
            default: VersionRange(introduced: introduced, fixed: version())
            }
        }
        let releases = [bookworm, Ecosystem(family: "debian", release: "11")]
        return AffectedPackage(
            ecosystem: releases.randomElement(using: &generator) ?? bookworm,
            name: someNames.randomElement(using: &generator) ?? "alpha",
            ranges: (0..<Int.random(in: 0...2, using: &generator)).map { _ in range() },
            versions: Bool.random(using: &generator) ? [] : [version(), version()],
            state: PackageState.allCases.randomElement(using: &generator) ?? .affected)
    }
}
