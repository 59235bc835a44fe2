import Domain
import FoundationEssentials
import Risk

/// A finding as the database keeps it: its current state and when it was seen and fixed.
package struct StoredFinding: Sendable, Equatable {
    package var vulnerability: UUID
    package var packages: [String]
    package var installed: String
    package var fixed: String?
    package var state: PackageState
    package var risk: Double
    package var isKnownExploited: Bool
    package var severity: Severity?
    package var status: FindingStatus
    package var detectedAt: Date
    package var remediatedAt: Date?
    package var explanation: [UInt8]
    package var history: [StatusChange]
    /// The name that was looked up, and where.
    package var package: String
    package var ecosystem: String
    /// What the scan knew of the vulnerability; nil where it was before such was noted.
    package var facts: PriorityFacts?
    /// What follows from the tenant's policies; see `FindingAssessment`.
    package var priority = Priority()

    package struct Priority: Sendable, Equatable {
        package var ssvc: SSVC.Decision?
        package var timeline: RemediationTimeline?
        package var dueAt: Date?
        package var exception: UUID?
        package var vex: UUID?
        /// When a notice told that it is due soon, and that it is overdue; see `DeadlineDigest`.
        package var dueSoonNoticedAt: Date?
        package var overdueNoticedAt: Date?

        package init(
            ssvc: SSVC.Decision? = nil, timeline: RemediationTimeline? = nil, dueAt: Date? = nil,
            exception: UUID? = nil, vex: UUID? = nil, dueSoonNoticedAt: Date? = nil, overdueNoticedAt: Date? = nil
        ) {
            self.ssvc = ssvc
            self.timeline = timeline
            self.dueAt = dueAt
            self.exception = exception
            self.vex = vex
            self.dueSoonNoticedAt = dueSoonNoticedAt
            self.overdueNoticedAt = overdueNoticedAt
        }
    }

    package init(
        vulnerability: UUID, packages: [String], installed: String, fixed: String?, state: PackageState, risk: Double,
        isKnownExploited: Bool, severity: Severity? = nil, status: FindingStatus, detectedAt: Date,
        remediatedAt: Date?, explanation: [UInt8], history: [StatusChange] = [], package: String = "",
        ecosystem: String = "", facts: PriorityFacts? = nil, priority: Priority = Priority()
    ) {
        self.vulnerability = vulnerability
        self.packages = packages
        self.installed = installed
        self.fixed = fixed
        self.state = state
        self.risk = risk
        self.isKnownExploited = isKnownExploited
        self.status = status
        self.detectedAt = detectedAt
        self.remediatedAt = remediatedAt
        self.explanation = explanation
        self.history = history
        self.severity = severity
        self.package = package
        self.ecosystem = ecosystem
        self.facts = facts
        self.priority = priority
    }

    /// Whether it counts towards the endpoint's risk.
    package var isOpen: Bool { status == .open || status == .inProgress }
}

/// One change of a finding's status.
public struct StatusChange: Sendable, Equatable, Codable {
    public var at: Date
    public var from: FindingStatus?
    public var to: FindingStatus
    /// Who: `scan`, or the person's or token's name.
    public var by: String
    public var reason: String

    public init(at: Date, from: FindingStatus?, to: FindingStatus, by: String, reason: String) {
        self.at = at
        self.from = from
        self.to = to
        self.by = by
        self.reason = reason
    }
}

/// What a scan changes in the findings of one history: a pure function, so that it can be tested
/// without a database.
package struct FindingMerge: Sendable, Equatable {
    /// All findings afterwards, by vulnerability.
    package private(set) var rows: [UUID: StoredFinding]
    /// The vulnerabilities whose row is new or differs from before.
    package private(set) var changed: Set<UUID> = []

    /// - Parameters:
    ///   - stored: the findings so far, by vulnerability.
    ///   - matched: what the scanner finds now, of several on one vulnerability the one that counts first; `status`,
    ///     dates and history of these are ignored.
    ///   - now: the time of the scan.
    ///   - assess: what the tenant's policies make of a finding that matches.
    package init(
        stored: [UUID: StoredFinding], matched: [StoredFinding], at now: Date,
        assess: (StoredFinding) -> StoredFinding = { $0 }
    ) {
        rows = stored
        var seen = Set<UUID>(minimumCapacity: matched.count)
        for finding in matched where seen.insert(finding.vulnerability).inserted {
            if let old = stored[finding.vulnerability] {
                update(old, with: finding, at: now, assess)
            } else {
                insert(finding, at: now, assess)
            }
        }
        for (id, old) in stored where !seen.contains(id) && old.status != .remediated {
            remediate(old, at: now)
        }
    }

    /// The same findings under other policies: nothing is found and nothing remediated.
    package init(stored: [UUID: StoredFinding], assess: (StoredFinding) -> StoredFinding) {
        rows = stored
        for (id, old) in stored {
            let row = assess(old)
            guard row != old else { continue }
            rows[id] = row
            changed.insert(id)
        }
    }

    private mutating func insert(_ finding: StoredFinding, at now: Date, _ assess: (StoredFinding) -> StoredFinding) {
        var row = finding
        row.status = .open
        row.detectedAt = now
        row.remediatedAt = nil
        row.history = [StatusChange(at: now, from: nil, to: .open, by: "scan", reason: "first seen")]
        rows[row.vulnerability] = assess(row)
        changed.insert(row.vulnerability)
    }

    private mutating func update(
        _ old: StoredFinding, with finding: StoredFinding, at now: Date, _ assess: (StoredFinding) -> StoredFinding
    ) {
        var row = finding
        row.status = old.status
        row.detectedAt = old.detectedAt
        row.remediatedAt = old.remediatedAt
        row.history = old.history
        row.priority = old.priority
        if old.status == .remediated {
            // Vulnerable again, by a downgrade or a corrected advisory: a new detection.
            row.status = .open
            row.detectedAt = now
            row.remediatedAt = nil
            row.history.append(
                StatusChange(at: now, from: .remediated, to: .open, by: "scan", reason: "vulnerable again"))
        }
        row = assess(row)
        guard row != old else { return }
        rows[row.vulnerability] = row
        changed.insert(row.vulnerability)
    }

    private mutating func remediate(_ old: StoredFinding, at now: Date) {
        var row = old
        row.status = .remediated
        row.remediatedAt = now
        row.priority.exception = nil
        row.priority.vex = nil
        row.history.append(
            StatusChange(at: now, from: old.status, to: .remediated, by: "scan", reason: "no longer vulnerable"))
        rows[row.vulnerability] = row
        changed.insert(row.vulnerability)
    }
}
