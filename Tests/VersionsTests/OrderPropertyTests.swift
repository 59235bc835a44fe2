import Domain
import TestSupport
import Testing
import Versions

@Suite("An ordering is an order", .blocking)
struct OrderPropertyTests {
    /// Families per scheme; each of 40 versions gives 1,600 comparisons and 64,000 triples.
    static let families: UInt64 = 60

    @Test("reflexive, antisymmetric and transitive over generated versions", arguments: VersionScheme.allCases)
    func isPreorder(scheme: VersionScheme) {
        for seed in 0..<Self.families {
            var generator = VersionGenerator(seed: seed)
            let versions = generator.family(of: 40) { Versions.isValid($0, scheme: scheme) == nil }
            #expect(versions.count == 40)
            let orders = versions.map { a in versions.map { b in Versions.compare(a, b, scheme: scheme) } }
            for i in versions.indices {
                #expect(orders[i][i] == .equal, "\(versions[i]) equals itself")
                for j in versions.indices where orders[i][j] != orders[j][i]?.reversed {
                    Issue.record("\(versions[i]) and \(versions[j]) disagree when turned round")
                }
            }
            for triple in violations(orders, equalIsTransitive: scheme != .pacman) {
                Issue.record("not transitive: \(triple.map { versions[$0] })")
            }
        }
    }

    /// Triples a, b, c with a ≤ b ≤ c but a > c; where `equal` is no equivalence, a < b < c but not
    /// a < c.
    private func violations(_ orders: [[VersionOrder?]], equalIsTransitive: Bool) -> [[Int]] {
        var found: [[Int]] = []
        for i in orders.indices {
            for j in orders.indices {
                guard let first = orders[i][j], equalIsTransitive ? first != .greater : first == .less else { continue }
                for k in orders.indices {
                    guard let second = orders[j][k], equalIsTransitive ? second != .greater : second == .less else {
                        continue
                    }
                    let expected: VersionOrder = first == .less || second == .less ? .less : .equal
                    if orders[i][k] != expected { found.append([i, j, k]) }
                }
            }
        }
        return Array(found.prefix(3))
    }

    @Test("a comparison has an answer exactly when both sides are valid", arguments: VersionScheme.allCases)
    func validity(scheme: VersionScheme) {
        var generator = VersionGenerator(seed: 99)
        let versions = generator.family(of: 300)
        for (a, b) in zip(versions, versions.dropFirst()) {
            let areValid = Versions.isValid(a, scheme: scheme) == nil && Versions.isValid(b, scheme: scheme) == nil
            #expect((Versions.compare(a, b, scheme: scheme) != nil) == areValid, "\(a) and \(b)")
        }
    }

    @Test("bytes and strings give the same answer", arguments: VersionScheme.allCases)
    func bytesAgree(scheme: VersionScheme) {
        var generator = VersionGenerator(seed: 5)
        let versions = generator.family(of: 200)
        for (a, b) in zip(versions, versions.dropFirst()) {
            let byBytes = Array(a.utf8).withUnsafeBytes { x in
                Array(b.utf8).withUnsafeBytes { y in Versions.compare(x, y, scheme: scheme) }
            }
            #expect(byBytes == Versions.compare(a, b, scheme: scheme))
        }
    }
}
