import Domain
import FoundationEssentials
import Postgres
import Risk

/// A finding as lists over a whole tenant show it.
public struct FindingRow: Sendable {
    public let endpoint: EndpointID
    public let hostname: String
    public let cve: String
    public let title: String
    public let severity: Severity?
    public let cvss: Double?
    public let epss: Double?
    public let isKnownExploited: Bool
    public let exploitCount: Int
    public let packages: [String]
    public let installed: String
    public let fixed: String?
    public let state: PackageState
    public let riskScore: Double
    public let status: FindingStatus
    public let detectedAt: Date
    public let remediatedAt: Date?
    public let ssvc: SSVC.Decision?
    public let timeline: RemediationTimeline?
    public let dueAt: Date?
    public let exception: ExceptionID?
    /// The VEX statement that hides it.
    public let vex: VEXStatementID?
    let vulnerability: UUID
    let set: UUID

    package init(
        endpoint: EndpointID, hostname: String, cve: String, title: String, severity: Severity? = nil,
        cvss: Double? = nil, epss: Double? = nil, isKnownExploited: Bool = false, exploitCount: Int = 0,
        packages: [String], installed: String, fixed: String? = nil, state: PackageState = .affected,
        riskScore: Double, status: FindingStatus, detectedAt: Date, remediatedAt: Date? = nil,
        ssvc: SSVC.Decision? = nil, timeline: RemediationTimeline? = nil, dueAt: Date? = nil,
        exception: ExceptionID? = nil, vex: VEXStatementID? = nil, vulnerability: UUID = UUID(), set: UUID = UUID()
    ) {
        self.endpoint = endpoint
        self.hostname = hostname
        self.cve = cve
        self.title = title
        self.severity = severity
        self.cvss = cvss
        self.epss = epss
        self.isKnownExploited = isKnownExploited
        self.exploitCount = exploitCount
        self.packages = packages
        self.installed = installed
        self.fixed = fixed
        self.state = state
        self.riskScore = riskScore
        self.status = status
        self.detectedAt = detectedAt
        self.remediatedAt = remediatedAt
        self.ssvc = ssvc
        self.timeline = timeline
        self.dueAt = dueAt
        self.exception = exception
        self.vex = vex
        self.vulnerability = vulnerability
        self.set = set
    }

    static let columns = """
        e.id, e.hostname, v.cve_id, v.title, f.severity, v.cvss_score::float8, v.epss::float8, f.known_exploited,
          v.exploit_count, f.packages, f.installed, f.fixed, f.state, f.risk_score::float8, f.status, f.detected_at,
          f.remediated_at, f.ssvc, f.timeline, f.due_at, f.exception_id, f.vulnerability_id, f.finding_set_id,
          f.vex_id
        """

    /// How many they are.
    static let width = 24

    init(_ row: Row) throws {
        self.init(
            endpoint: try row.decode(0), hostname: try row.decode(1), cve: try row.decode(2), title: try row.decode(3),
            severity: (try row.decode(4, as: String?.self)).flatMap(Severity.init(rawValue:)),
            cvss: try row.decode(5), epss: try row.decode(6), isKnownExploited: try row.decode(7),
            exploitCount: try row.decode(8), packages: try row.decode(9), installed: try row.decode(10),
            fixed: try row.decode(11), state: PackageState(rawValue: try row.decode(12)) ?? .affected,
            riskScore: try row.decode(13), status: FindingStatus(rawValue: try row.decode(14)) ?? .open,
            detectedAt: try row.decode(15), remediatedAt: try row.decode(16),
            ssvc: (try row.decode(17, as: String?.self)).flatMap(SSVC.Decision.init(rawValue:)),
            timeline: (try row.decode(18, as: String?.self)).flatMap(RemediationTimeline.init(rawValue:)),
            dueAt: try row.decode(19), exception: try row.decode(20), vex: try row.decode(23),
            vulnerability: try row.decode(21), set: try row.decode(22))
    }
}
