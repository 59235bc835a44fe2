import Domain
import Presentation
import Store
import Testing

extension EscapingTests {
    /// The pages about what sources say, which are made from what the database answers.
    static var coverage: [(name: String, html: HTML)] {
        let disagreement = Disagreement(
            endpoint: .make(), hostname: attack, riskScore: 1, fields: [.name], weight: 5, sources: [attack])
        let gap = CoverageGap(
            endpoint: .make(), hostname: attack, osType: attack, riskScore: 1, lastSeen: Sample.past,
            sources: [attack])
        let coverage = SourceCoverage(
            connector: .make(), source: attack, kind: attack, isImplicit: false, endpoints: 1)
        return [
            ("disagreements", CoveragePage.render([disagreement])), ("no disagreement", CoveragePage.render([])),
            ("coverage", CoveragePage.render([coverage], gaps: [gap], chosen: coverage.connector)),
        ]
    }
}
