import Domain
import FoundationEssentials
import Risk

/// A change of policy to look at before it is made: what is nil stays as it is.
public struct PolicyChange: Sendable {
    public var weights: RiskWeights?
    public var deadlines: DeadlinePolicy?
    /// An exception as if it were active.
    public var granting: ExceptionRequest?
    /// An exception as if it had ended.
    public var ending: ExceptionID?

    public init(
        weights: RiskWeights? = nil, deadlines: DeadlinePolicy? = nil, granting: ExceptionRequest? = nil,
        ending: ExceptionID? = nil
    ) {
        self.weights = weights
        self.deadlines = deadlines
        self.granting = granting
        self.ending = ending
    }
}

/// A tenant's findings in numbers, a finding being a vulnerability on an endpoint.
public struct PolicyFigures: Sendable, Equatable {
    public var open = 0
    public var excepted = 0
    public var overdue = 0
    public var dueSoon = 0
    /// Missed deadlines of the last 90 days: of findings that are open, and of those that were
    /// remediated too late.
    public var breaches = 0
    /// Open findings by the band of their risk.
    public var critical = 0
    public var high = 0
    public var medium = 0
    public var low = 0
    /// Endpoints by status.
    public var healthyEndpoints = 0
    public var atRiskEndpoints = 0
    public var criticalEndpoints = 0

    public init() {}
}

/// What a change of policy changes.
public struct PolicyDiff: Sendable, Equatable {
    /// A vulnerability's place in the list by risk, before and after; nil where it is open nowhere.
    public struct Move: Sendable, Equatable {
        public let cve: String
        public let rankBefore: Int?
        public let rankAfter: Int?
        /// The highest risk on an endpoint.
        public let riskBefore: Double
        public let riskAfter: Double
        public let openBefore: Int
        public let openAfter: Int
        public let overdueBefore: Int
        public let overdueAfter: Int

        package init(
            cve: String, rankBefore: Int?, rankAfter: Int?, riskBefore: Double, riskAfter: Double, openBefore: Int,
            openAfter: Int, overdueBefore: Int, overdueAfter: Int
        ) {
            self.cve = cve
            self.rankBefore = rankBefore
            self.rankAfter = rankAfter
            self.riskBefore = riskBefore
            self.riskAfter = riskAfter
            self.openBefore = openBefore
            self.openAfter = openAfter
            self.overdueBefore = overdueBefore
            self.overdueAfter = overdueAfter
        }
    }

    public let before: PolicyFigures
    public let after: PolicyFigures
    /// Findings and endpoints that anything changes for.
    public let findings: Int
    public let endpoints: Int
    /// The vulnerabilities that it changes anything for, the greatest change of risk first; the first 100.
    public let moves: [Move]
    public let movedVulnerabilities: Int
    /// The first of the list by risk.
    public let topBefore: [String]
    public let topAfter: [String]

    package init(
        before: PolicyFigures, after: PolicyFigures, findings: Int, endpoints: Int, moves: [Move],
        movedVulnerabilities: Int, topBefore: [String], topAfter: [String]
    ) {
        self.before = before
        self.after = after
        self.findings = findings
        self.endpoints = endpoints
        self.moves = moves
        self.movedVulnerabilities = movedVulnerabilities
        self.topBefore = topBefore
        self.topAfter = topAfter
    }
}

/// Adds up findings under one policy.
struct PolicyTally {
    struct Vulnerability: Equatable {
        var risk = 0.0
        var open = 0
        var excepted = 0
        var overdue = 0
    }

    let now: Date
    let warningDays: Int
    private(set) var figures = PolicyFigures()
    private(set) var vulnerabilities: [UUID: Vulnerability] = [:]

    init(at now: Date, warningDays: Int) {
        self.now = now
        self.warningDays = warningDays
    }

    mutating func add(_ rows: some Collection<StoredFinding>, endpoints: Int) {
        for row in rows { add(row, endpoints) }
        let open = rows.filter(\.isOpen)
        let score = RiskModel.endpointScore(openFindingRisks: open.lazy.map(\.risk))
        let status = RiskModel.status(
            score: score, worst: open.lazy.map(\.risk).max() ?? 0,
            hasKnownExploited: open.contains(where: \.isKnownExploited))
        switch status {
        case .healthy: figures.healthyEndpoints += endpoints
        case .atRisk: figures.atRiskEndpoints += endpoints
        case .critical: figures.criticalEndpoints += endpoints
        }
    }

    private mutating func add(_ row: StoredFinding, _ endpoints: Int) {
        var sum = vulnerabilities[row.vulnerability] ?? Vulnerability()
        let due = row.priority.dueAt
        let window = now.addingTimeInterval(-FindingAssessment.memory)
        if let due, due <= row.remediatedAt ?? now, due >= window || row.isOpen { figures.breaches += endpoints }
        if row.status == .exception {
            figures.excepted += endpoints
            sum.excepted += endpoints
        }
        if row.isOpen {
            figures.open += endpoints
            sum.open += endpoints
            sum.risk = max(sum.risk, row.risk)
            if let due, due <= now {
                figures.overdue += endpoints
                sum.overdue += endpoints
            } else if let due, due <= now.addingTimeInterval(Double(warningDays) * 86_400) {
                figures.dueSoon += endpoints
            }
            switch RiskModel.band(row.risk) {
            case .critical: figures.critical += endpoints
            case .high: figures.high += endpoints
            case .medium: figures.medium += endpoints
            case .low, nil: figures.low += endpoints
            }
        }
        vulnerabilities[row.vulnerability] = sum
    }

    /// Open vulnerabilities by risk; those of one risk by their names.
    func ranking(_ names: [UUID: String]) -> [UUID] {
        vulnerabilities.filter { $0.value.open > 0 }
            .map { (id: $0.key, risk: $0.value.risk, name: names[$0.key] ?? "") }
            .sorted { ($1.risk, $0.name) < ($0.risk, $1.name) }
            .map(\.id)
    }
}
