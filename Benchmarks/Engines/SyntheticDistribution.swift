import Domain
import Scanner

/// A distribution's advisories and hosts, of real size and made up, the same in every run: 4,000
/// source packages and 60,000 pairs of one and a CVE, few packages having many (as kernels and
/// browsers do). Of the pairs 85 % are fixed in the current versions, 10 % are not yet installed
/// fixes, 5 % have no fix.
struct SyntheticDistribution: Sendable {
    struct Source: Sendable {
        let name: String
        let version: String
    }

    struct Row: Sendable {
        let source: Int
        let cve: String
        let fixed: String?
    }

    static let ecosystem = Ecosystem(family: "debian", release: "12")
    private static let sourceCount = 4_000
    private static let rowCount = 60_000
    private static let cveCount = 45_000

    let sources: [Source]
    let rows: [Row]

    init() {
        var random = SeededRandom(seed: 42)
        sources = (0..<Self.sourceCount).map { number in
            let upstream = (0..<3).map { _ in "\(Int.random(in: 0...20, using: &random))" }.joined(separator: ".")
            let revision = Int.random(in: 1...9, using: &random)
            return Source(name: "source\(number)", version: "\(upstream)-\(revision)+deb12u\(revision % 4)")
        }
        rows = Self.rows(of: sources, &random)
    }

    private static func rows(of sources: [Source], _ random: inout SeededRandom) -> [Row] {
        var seen = Set<Int>()
        var rows: [Row] = []
        while rows.count < rowCount {
            // The square of a uniform number falls on the first packages far more often.
            let place = Double.random(in: 0..<1, using: &random)
            let source = Int(place * place * Double(sources.count))
            let cve = Int.random(in: 0..<cveCount, using: &random)
            guard seen.insert(source * cveCount + cve).inserted else { continue }
            let version = sources[source].version
            let fixed: String? =
                switch Int.random(in: 0..<100, using: &random) {
                case 0..<85: "\(version)~0"
                case 85..<95: "\(version)+deb99u1"
                default: nil
                }
            rows.append(Row(source: source, cve: "CVE-\(2005 + cve % 22)-\(1000 + cve)", fixed: fixed))
        }
        return rows
    }

    func index() -> ScanIndex {
        var builder = ScanIndexBuilder()
        for row in rows {
            let package = AffectedPackage(
                ecosystem: Self.ecosystem, name: sources[row.source].name,
                ranges: [VersionRange(introduced: "0", fixed: row.fixed)])
            builder.add(
                .advisory(Advisory(id: row.cve, source: .debian, vulnerabilities: [row.cve], affected: [package])))
        }
        return builder.finish()
    }

    /// Binary packages of `count` sources spread over the distribution, each with its current version.
    func host(packages count: Int) -> [InstalledPackage] {
        stride(from: 0, to: sources.count, by: max(1, sources.count / count)).prefix(count).map { place in
            package(place, version: sources[place].version)
        }
    }

    /// Every source in three versions: what a fleet's endpoints are made of.
    var titles: [SoftwareTitle] {
        sources.indices.flatMap { place in
            ["", "~1", "+deb12u9"].map { suffix in
                SoftwareTitle(
                    system: Self.ecosystem, package: package(place, version: sources[place].version + suffix))
            }
        }
    }

    private func package(_ place: Int, version: String) -> InstalledPackage {
        InstalledPackage(
            type: "deb", name: "binary\(place)", version: version, architecture: "amd64", source: sources[place].name)
    }
}

/// SplitMix64.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
