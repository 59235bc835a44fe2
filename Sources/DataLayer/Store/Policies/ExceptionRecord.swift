import Domain
import FoundationEssentials
import Postgres
import Risk

/// A decision to live with findings for a time.
public struct ExceptionRecord: Sendable {
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Waits for a second person.
        case requested
        case active
        case rejected
        /// Its time is over.
        case expired
        /// Somebody has ended it before its time.
        case revoked
    }

    public let id: ExceptionID
    public let kind: ExceptionKind
    public let state: State
    public let cve: String?
    public let package: String?
    public let endpoint: EndpointID?
    public let hostname: String?
    public let tag: String?
    public let reason: String
    public let owner: String
    public let requestedBy: String
    public let decidedBy: String?
    public let decidedAt: Date?
    public let expiresAt: Date
    public let endedBy: String?
    public let endedAt: Date?
    public let createdAt: Date
    /// Findings that it keeps aside now, on all endpoints.
    public let findings: Int

    package init(
        id: ExceptionID, kind: ExceptionKind, state: State, cve: String? = nil, package: String? = nil,
        endpoint: EndpointID? = nil, hostname: String? = nil, tag: String? = nil, reason: String, owner: String,
        requestedBy: String, decidedBy: String? = nil, decidedAt: Date? = nil, expiresAt: Date, endedBy: String? = nil,
        endedAt: Date? = nil, createdAt: Date, findings: Int = 0
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.cve = cve
        self.package = package
        self.endpoint = endpoint
        self.hostname = hostname
        self.tag = tag
        self.reason = reason
        self.owner = owner
        self.requestedBy = requestedBy
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.expiresAt = expiresAt
        self.endedBy = endedBy
        self.endedAt = endedAt
        self.createdAt = createdAt
        self.findings = findings
    }

    static let select = """
        SELECT x.id, x.kind, x.state, v.cve_id, x.package, x.endpoint_id, e.hostname, x.tag, x.reason, x.owner,
          x.requested_by, x.decided_by, x.decided_at, x.expires_at, x.ended_by, x.ended_at, x.created_at,
          (SELECT count(*)
           FROM findings AS f
           JOIN endpoints AS m ON m.tenant_id = f.tenant_id AND m.finding_set_id = f.finding_set_id
           WHERE f.tenant_id = x.tenant_id AND f.exception_id = x.id)
        FROM exceptions AS x
        LEFT JOIN vulnerabilities AS v ON v.id = x.vulnerability_id
        LEFT JOIN endpoints AS e ON e.tenant_id = x.tenant_id AND e.id = x.endpoint_id
        """

    init(_ row: Row) throws {
        self.init(
            id: try row.decode(0), kind: ExceptionKind(rawValue: try row.decode(1)) ?? .accepted,
            state: State(rawValue: try row.decode(2)) ?? .expired, cve: try row.decode(3), package: try row.decode(4),
            endpoint: try row.decode(5), hostname: try row.decode(6), tag: try row.decode(7),
            reason: try row.decode(8), owner: try row.decode(9), requestedBy: try row.decode(10),
            decidedBy: try row.decode(11), decidedAt: try row.decode(12), expiresAt: try row.decode(13),
            endedBy: try row.decode(14), endedAt: try row.decode(15), createdAt: try row.decode(16),
            findings: try row.decode(17))
    }
}

/// What somebody asks to be set aside.
public struct ExceptionRequest: Sendable {
    public var kind: ExceptionKind
    public var cve: String?
    public var package: String?
    public var endpoint: EndpointID?
    public var tag: String?
    public var reason: String
    /// Who answers for it; the requester where nil.
    public var owner: String?
    public var expiresAt: Date

    public init(
        kind: ExceptionKind, cve: String? = nil, package: String? = nil, endpoint: EndpointID? = nil,
        tag: String? = nil, reason: String, owner: String? = nil, expiresAt: Date
    ) {
        self.kind = kind
        self.cve = cve
        self.package = package
        self.endpoint = endpoint
        self.tag = tag
        self.reason = reason
        self.owner = owner
        self.expiresAt = expiresAt
    }

    /// - Throws: `StoreError.invalid` naming the field at fault.
    func check(_ policy: ExceptionPolicy, at now: Date) throws(StoreError) {
        if cve == nil, package == nil {
            throw .invalid(field: "cve_id", reason: "name a vulnerability, a package or both")
        }
        if endpoint != nil, tag != nil { throw .invalid(field: "tag", reason: "name an endpoint or a tag, not both") }
        for (field, text) in [("reason", reason as String?), ("owner", owner), ("package", package), ("tag", tag)] {
            guard let text else { continue }
            if text.trimmingWhitespace().isEmpty { throw .invalid(field: field, reason: "must not be empty") }
            if text.count > 2000 { throw .invalid(field: field, reason: "has more than 2,000 characters") }
        }
        if expiresAt <= now { throw .invalid(field: "expires_at", reason: "must lie in the future") }
        if expiresAt > now.addingTimeInterval(Double(policy.maximumDays) * 86_400 + 60) {
            throw .invalid(
                field: "expires_at", reason: "an exception lasts \(policy.maximumDays) days at most in this tenant")
        }
    }
}
