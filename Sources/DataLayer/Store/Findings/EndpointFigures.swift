import Domain
import Risk

/// What an endpoint's open findings make of it.
struct EndpointFigures: Equatable {
    let score: Double
    let status: EndpointStatus
    let open: Int
    let excepted: Int
    let worst: Severity?

    init(openRisks: [Double], hasKnownExploited: Bool, excepted: Int) {
        let highest = openRisks.max() ?? 0
        score = RiskModel.endpointScore(openFindingRisks: openRisks)
        status = RiskModel.status(score: score, worst: highest, hasKnownExploited: hasKnownExploited)
        open = openRisks.count
        self.excepted = excepted
        worst = RiskModel.band(highest)
    }

    init(_ findings: some Collection<StoredFinding>) {
        let open = findings.filter(\.isOpen)
        self.init(
            openRisks: open.map(\.risk), hasKnownExploited: open.contains(where: \.isKnownExploited),
            excepted: findings.count { $0.status == .exception })
    }
}
