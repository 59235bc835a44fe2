import Domain
import FoundationEssentials

/// A finding as the database keeps it: its current state and when it was seen and fixed.
package struct StoredFinding: Sendable, Equatable {
    package var vulnerability: UUID
    package var packages: [String]
    package var installed: String
    package var fixed: String?
    package var state: PackageState
    package var risk: Double
    package var isKnownExploited: Bool
    package var status: FindingStatus
    package var detectedAt: Date
    package var remediatedAt: Date?
    package var explanation: [UInt8]
    package var history: [StatusChange]

    package init(
        vulnerability: UUID, packages: [String], installed: String, fixed: String?, state: PackageState, risk: Double,
        isKnownExploited: Bool, status: FindingStatus, detectedAt: Date, remediatedAt: Date?, explanation: [UInt8],
        history: [StatusChange] = []
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
    ///   - matched: what the scanner finds now; `status`, dates and history of these are ignored.
    ///   - now: the time of the scan.
    package init(stored: [UUID: StoredFinding], matched: [StoredFinding], at now: Date) {
        rows = stored
        var seen = Set<UUID>(minimumCapacity: matched.count)
        for finding in matched {
            seen.insert(finding.vulnerability)
            if let old = stored[finding.vulnerability] {
                update(old, with: finding, at: now)
            } else {
                insert(finding, at: now)
            }
        }
        for (id, old) in stored where !seen.contains(id) && old.status != .remediated {
            remediate(old, at: now)
        }
    }

    private mutating func insert(_ finding: StoredFinding, at now: Date) {
        var row = finding
        row.status = .open
        row.detectedAt = now
        row.remediatedAt = nil
        row.history = [StatusChange(at: now, from: nil, to: .open, by: "scan", reason: "first seen")]
        rows[row.vulnerability] = row
        changed.insert(row.vulnerability)
    }

    private mutating func update(_ old: StoredFinding, with finding: StoredFinding, at now: Date) {
        var row = finding
        row.status = old.status
        row.detectedAt = old.detectedAt
        row.remediatedAt = old.remediatedAt
        row.history = old.history
        if old.status == .remediated {
            // Vulnerable again, by a downgrade or a corrected advisory: a new detection.
            row.status = .open
            row.detectedAt = now
            row.remediatedAt = nil
            row.history.append(
                StatusChange(at: now, from: .remediated, to: .open, by: "scan", reason: "vulnerable again"))
        }
        guard row != old else { return }
        rows[row.vulnerability] = row
        changed.insert(row.vulnerability)
    }

    private mutating func remediate(_ old: StoredFinding, at now: Date) {
        var row = old
        row.status = .remediated
        row.remediatedAt = now
        row.history.append(
            StatusChange(at: now, from: old.status, to: .remediated, by: "scan", reason: "no longer vulnerable"))
        rows[row.vulnerability] = row
        changed.insert(row.vulnerability)
    }
}
