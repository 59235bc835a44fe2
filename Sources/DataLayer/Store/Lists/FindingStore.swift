import Domain
import FoundationEssentials
import Postgres
import Risk

extension Store {
    /// Findings as pages and routes read them.
    public var findings: FindingStore { FindingStore(database: app, cache: cache) }
}

/// Reads findings, and changes their status.
public struct FindingStore: Sendable {
    let database: Database
    let cache: TenantCache

    /// A finding on one endpoint with what is known of its vulnerability.
    public struct View: Sendable {
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
        public let explanation: Explanation
        public let history: [StatusChange]
        /// What the tenant's policies make of it.
        package let priority: StoredFinding.Priority
        /// The exception that has set it aside; nil where a person did so directly.
        public var exception: ExceptionID? { priority.exception.map { ExceptionID($0) } }
        /// What its urgency is decided by.
        package let facts: PriorityFacts?
        /// What CISA says of the vulnerability.
        package let assessment: SSVCEvidence.Assessment

        package init(
            endpoint: EndpointID, hostname: String, cve: String, title: String, severity: Severity? = nil,
            cvss: Double? = nil, epss: Double? = nil, isKnownExploited: Bool, exploitCount: Int, packages: [String],
            installed: String, fixed: String? = nil, state: PackageState, riskScore: Double, status: FindingStatus,
            detectedAt: Date, remediatedAt: Date? = nil, explanation: Explanation, history: [StatusChange],
            priority: StoredFinding.Priority = .init(), facts: PriorityFacts? = nil,
            assessment: SSVCEvidence.Assessment = .init()
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
            self.explanation = explanation
            self.history = history
            self.priority = priority
            self.facts = facts
            self.assessment = assessment
        }
    }

    static let select = """
        SELECT e.id, e.hostname, v.cve_id, v.title, coalesce(f.severity, v.severity), v.cvss_score::float8, v.epss::float8,
          v.kev_added IS NOT NULL, v.exploit_count, f.packages, f.installed, f.fixed, f.state, f.risk_score::float8,
          f.status, f.detected_at, f.remediated_at, f.explanation, f.history, f.ssvc, f.timeline, f.due_at,
          f.exception_id, f.cvss, f.epss, f.exploits, f.vector, \(SSVCEvidence.Assessment.columns), f.vex_id
        \(source)
        """

    /// Endpoints with their findings.
    static let source = """
        FROM endpoints AS e
        JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
        JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
        """

    /// Where a list of an endpoint's findings goes on: behind this finding.
    public struct Position: Sendable {
        public let isRemediated: Bool
        public let riskScore: Double
        public let cve: String

        public init(isRemediated: Bool, riskScore: Double, cve: String) {
            self.isRemediated = isRemediated
            self.riskScore = riskScore
            self.cve = cve
        }

        /// Behind this finding.
        public init(_ last: View) {
            self.init(isRemediated: last.status == .remediated, riskScore: last.riskScore, cve: last.cve)
        }
    }

    /// The findings of an endpoint: open ones by risk, then the remediated.
    public func ofEndpoint(
        _ id: EndpointID, status: FindingStatus? = nil, limit: Int = 1000, after: Position? = nil, tenant: TenantID
    ) async throws -> [View] {
        var conditions = Conditions(tenant: tenant, column: "e.tenant_id")
        conditions.add("e.id = ?", .id(id))
        if let status { conditions.add("f.status = ?", .text(status.rawValue)) }
        if let after {
            let (isLast, risk) = (Value.bool(after.isRemediated), Value.float8(after.riskScore))
            conditions.add(
                """
                ((f.status = 'remediated') > ? OR ((f.status = 'remediated') = ?
                    AND (f.risk_score < ? OR (f.risk_score = ? AND v.cve_id > ?))))
                """, isLast, isLast, risk, risk, .text(after.cve))
        }
        let limit = conditions.bind(.int(limit))
        let rows = try await database.query(
            """
            \(Self.select)
            WHERE \(conditions.sql)
            ORDER BY (f.status = 'remediated'), f.risk_score DESC, v.cve_id
            LIMIT \(limit)
            """, conditions.parameters, tenant: tenant)
        return try rows.map(View.init)
    }

    /// One vulnerability on the endpoints that have or had it, by their names.
    public func ofVulnerability(
        _ cve: String, limit: Int, after: String? = nil, tenant: TenantID
    ) async throws -> ListPage<View> {
        var conditions = Conditions(tenant: tenant, column: "e.tenant_id")
        conditions.add("v.cve_id = ?", .text(cve))
        let total = ListTotal(
            Statement(
                """
                SELECT count(*)
                FROM vulnerabilities AS v
                JOIN findings AS f ON f.vulnerability_id = v.id AND f.tenant_id = $1
                JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
                WHERE \(conditions.sql)
                """, conditions.parameters), cache: cache, tenant: tenant)
        if let after {
            let cursor = try Cursor(after)
            conditions.add("(e.hostname, e.id) > (?, ?)", .text(cursor.value), .uuid(cursor.id))
        }
        let limitPlace = conditions.bind(.int(limit + 1))
        let page = Statement(
            """
            \(Self.select)
            WHERE \(conditions.sql)
            ORDER BY e.hostname, e.id
            LIMIT \(limitPlace)
            """, conditions.parameters)
        let (rows, count) = try await total.run(page, database)
        var items = try rows.map(View.init)
        let hasMore = items.count > limit
        if hasMore { items.removeLast() }
        let next = hasMore ? items.last.map { Cursor(value: $0.hostname, id: $0.endpoint.uuid).text } : nil
        return ListPage(items: items, total: count, next: next)
    }

    /// One finding.
    public func finding(_ cve: String, on endpoint: EndpointID, tenant: TenantID) async throws -> View {
        let rows = try await database.query(
            "\(Self.select)\nWHERE e.tenant_id = $1 AND e.id = $2 AND v.cve_id = $3",
            [.id(tenant), .id(endpoint), .text(cve)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "finding", id: cve) }
        return try View(row)
    }

    /// The findings that matter most over the whole tenant: one line a vulnerability.
    public func top(_ limit: Int, tenant: TenantID) async throws -> [VulnerabilityStore.Summary] {
        try await VulnerabilityStore(database: database, cache: cache)
            .list(VulnerabilityStore.Query(limit: limit), tenant: tenant).items
    }
}

extension FindingStore.View {
    init(_ row: Row) throws {
        let decoder = JSONDecoder()
        self.init(
            endpoint: try row.decode(0), hostname: try row.decode(1), cve: try row.decode(2), title: try row.decode(3),
            severity: (try row.decode(4, as: String?.self)).flatMap(Severity.init(rawValue:)),
            cvss: try row.decode(5), epss: try row.decode(6), isKnownExploited: try row.decode(7),
            exploitCount: try row.decode(8), packages: try row.decode(9), installed: try row.decode(10),
            fixed: try row.decode(11), state: PackageState(rawValue: try row.decode(12)) ?? .affected,
            riskScore: try row.decode(13), status: FindingStatus(rawValue: try row.decode(14)) ?? .open,
            detectedAt: try row.decode(15), remediatedAt: try row.decode(16),
            explanation: try decoder.decode(Explanation.self, from: Data(row.rows.bytes(row.index, 17))),
            history: try StatusChange.decode(row.rows.bytes(row.index, 18)),
            priority: StoredFinding.Priority(
                ssvc: (try row.decode(19, as: String?.self)).flatMap(SSVC.Decision.init(rawValue:)),
                timeline: (try row.decode(20, as: String?.self)).flatMap(RemediationTimeline.init(rawValue:)),
                dueAt: try row.decode(21), exception: try row.decode(22), vex: try row.decode(30)),
            facts: try PriorityFacts(stored: row, from: 23),
            assessment: try SSVCEvidence.Assessment(row, from: 27))
    }
}
