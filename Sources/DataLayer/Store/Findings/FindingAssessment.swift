import Domain
import FoundationEssentials
import Risk
import Scanner

/// What a tenant's policies make of the findings of a group of endpoints: risk, SSVC, deadline, and
/// whether an exception or a VEX statement covers them. A pure function, so that what a change of policy would do can
/// be shown before it is done.
package struct FindingAssessment: Sendable {
    let weights: RiskWeights
    let deadlines: DeadlinePolicy
    /// Those that cover the endpoints, the one to prefer first.
    let exceptions: [ActiveException]
    let vex: VEXRegister
    /// The endpoints, as statements name them.
    let host: VEXHost
    let exposure: Exposure
    let criticality: AssetCriticality
    /// CISA's assessments, by vulnerability.
    let assessments: [UUID: SSVCEvidence.Assessment]
    let now: Date

    package init(
        weights: RiskWeights = .standard, deadlines: DeadlinePolicy = .standard, exceptions: [ActiveException] = [],
        vex: VEXRegister = VEXRegister(), host: VEXHost = VEXHost(names: [String](), system: Ecosystem(family: "")),
        exposure: Exposure = .internal, criticality: AssetCriticality = .normal,
        assessments: [UUID: SSVCEvidence.Assessment] = [:], at now: Date
    ) {
        self.weights = weights
        self.deadlines = deadlines
        self.exceptions = exceptions
        self.vex = vex
        self.host = host
        self.exposure = exposure
        self.criticality = criticality
        self.assessments = assessments
        self.now = now
    }

    init(policy: TenantPolicy, group: ScanGroup, assessments: [UUID: SSVCEvidence.Assessment], at now: Date) {
        self.init(
            weights: policy.weights, deadlines: policy.deadlines,
            exceptions: policy.exceptions.filter { $0.scope.covers(endpoint: group.named, tags: group.tags) },
            vex: policy.vex,
            host: VEXHost(names: group.named.flatMap { policy.vex.hosts[$0] } ?? [], system: group.ecosystem),
            exposure: group.exposure, criticality: group.criticality, assessments: assessments, at: now)
    }

    /// How long a remediated finding goes on being measured against the deadlines.
    package static let memory = 90 * 86_400.0

    /// A remediated finding keeps its state: an exception that ends, or a policy that changes, does not
    /// bring it back.
    package func assess(_ finding: StoredFinding) -> StoredFinding {
        var row = finding
        if row.status != .remediated {
            setAside(&row)
            rate(&row)
        }
        if row.remediatedAt.map({ now.timeIntervalSince($0) <= Self.memory }) ?? true { setDeadline(&row) }
        return row
    }

    /// A finding of before its facts were noted keeps what it has.
    private func rate(_ row: inout StoredFinding) {
        guard let facts = row.facts else { return }
        let factors = RiskFactors(
            cvss: facts.cvss, severity: row.severity, epss: facts.epss, isKnownExploited: row.isKnownExploited,
            exploitCount: facts.exploitCount, exposure: exposure, criticality: criticality)
        // As it is stored: single precision.
        row.risk = Double(Float(RiskModel.score(factors, weights: weights)))
        let evidence = facts.evidence(
            assessments[row.vulnerability] ?? .init(), isKnownExploited: row.isKnownExploited, severity: row.severity)
        row.priority.ssvc = evidence.decision(criticality)
        row.priority.timeline = evidence.timeline(isKnownExploited: row.isKnownExploited, exposure)
    }

    /// An exception and a VEX statement may cover the same finding; it counts again when neither does.
    private func setAside(_ row: inout StoredFinding) {
        let cover = exceptions.first {
            $0.scope.covers(vulnerability: row.vulnerability, packages: row.packages, source: row.package)
        }
        let statement = vex.hiding(row, on: host)
        let isCovered = row.priority.exception != nil || row.priority.vex != nil
        switch row.status {
        case .open, .inProgress:
            if let cover {
                change(&row, to: .exception, by: cover.owner, cover.sentence)
            } else if let statement {
                change(&row, to: .exception, by: statement.actor, statement.statement.sentence)
            }
        case .exception where isCovered:
            guard cover == nil, statement == nil else { break }
            if row.priority.vex == nil {
                change(&row, to: .open, by: "exception", "the exception has ended")
            } else {
                change(&row, to: .open, by: "VEX", "no VEX statement hides it any more")
            }
        // Where nothing stands behind it, a person set it aside, and a person ends it.
        case .exception, .remediated: return
        }
        row.priority.exception = cover?.id
        row.priority.vex = statement?.id
    }

    private func change(_ row: inout StoredFinding, to status: FindingStatus, by actor: String, _ reason: String) {
        row.history.append(StatusChange(at: now, from: row.status, to: status, by: actor, reason: reason))
        row.status = status
    }

    private func setDeadline(_ row: inout StoredFinding) {
        row.priority.dueAt =
            row.status == .exception
            ? nil
            : deadlines.due(
                severity: row.severity, isKnownExploited: row.isKnownExploited, criticality: criticality,
                detectedAt: row.detectedAt, paused: StatusChange.paused(row.history, since: row.detectedAt))
    }
}

extension StatusChange {
    /// Seconds under exceptions that have ended, of those since a detection.
    package static func paused(_ history: [StatusChange], since detection: Date) -> Double {
        var paused = 0.0
        var start: Date?
        for change in history {
            if change.to == .exception, start == nil {
                start = max(change.at, detection)
            } else if change.to != .exception, let begun = start {
                paused += max(0, change.at.timeIntervalSince(begun))
                start = nil
            }
        }
        return paused
    }
}
