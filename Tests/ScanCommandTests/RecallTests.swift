import Foundation
import TestSupport
import Testing

/// What is found of real applications where NVD has nothing to say: Fixtures/recall has 672 vulnerabilities as NVD
/// lists them and as the CVE list and CISA do, and six machines with applications of three ages.
@Suite("Recall without NVD", .blocking)
struct RecallTests {
    /// Stated in docs/scanner.md.
    private static let floor = 0.85
    private static let hosts = ["old", "year-old", "recent"].flatMap { ["\($0)-mac", "\($0)-windows"] }

    /// `CVE package`, of each host, with this intelligence.
    private func findings(_ feeds: [String]) throws -> Set<String> {
        try Scratch.with { folder in
            for feed in feeds {
                try FileManager.default.copyItem(
                    atPath: Fixture.path("recall/\(feed)"), toPath: folder.appendingPathComponent(feed).path)
            }
            let index = folder.appendingPathComponent("feeds.index").path
            let made = try Program.run(garrison: ["intel", "index", folder.path, "--output", index])
            try #require(made.status == 0, "\(made.complaints)")
            var found = Set<String>()
            for host in Self.hosts {
                let outcome = try Program.run(garrison: [
                    "scan", "--inventory", Fixture.path("recall/\(host).json"), "--intel", index,
                ])
                try #require(outcome.status == 0, "\(outcome.complaints)")
                for finding in try JSONDecoder().decode([PrintedFinding].self, from: outcome.output) {
                    found.insert("\(host) \(finding.id) \(finding.package)")
                }
            }
            return found
        }
    }

    @Test("with NVD switched off, the CVE list alone finds most of what both find of applications")
    func applications() throws {
        let both = try findings(["nvd.ndjson.gz", "cve.ndjson.gz"])
        let without = try findings(["cve.ndjson.gz"])
        try #require(both.count > 500)
        let recall = Double(without.intersection(both).count) / Double(both.count)
        #expect(recall >= Self.floor, "\(recall) of \(both.count); without NVD \(without.count)")
        // What NVD has looked at and found unaffected is told of few besides.
        #expect(
            Double(without.subtracting(both).count) < 0.1 * Double(both.count), "\(without.subtracting(both).count)")
    }
}
