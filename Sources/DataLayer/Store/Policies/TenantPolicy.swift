import Domain
import FoundationEssentials
import Postgres
import Risk

/// An exception that is in force.
package struct ActiveException: Sendable, Equatable {
    package let id: UUID
    package let kind: ExceptionKind
    package let scope: ExceptionScope
    package let owner: String
    package let reason: String
    package let expiresAt: Date

    package init(
        id: UUID, kind: ExceptionKind, scope: ExceptionScope, owner: String, reason: String, expiresAt: Date
    ) {
        self.id = id
        self.kind = kind
        self.scope = scope
        self.owner = owner
        self.reason = reason
        self.expiresAt = expiresAt
    }

    /// What the history of a finding says of it.
    var sentence: String { "\(kind.label): \(reason)" }
}

extension ExceptionKind {
    /// In words.
    public var label: String { rawValue.replacing("_", with: " ") }
}

/// All that a tenant has decided about its findings, at one moment.
package struct TenantPolicy: Sendable {
    package var weights = RiskWeights.standard
    package var deadlines = DeadlinePolicy.standard
    package var granting = ExceptionPolicy.standard
    /// The one that lasts longest first: where several cover a finding, it is the one shown.
    package var exceptions: [ActiveException] = []
    /// What others say of its findings.
    package var vex = VEXRegister()

    package init() {}

    /// - Parameters:
    ///   - now: exceptions that end by then are not in force any more, whether or not the worker has got
    ///     round to them.
    ///   - vulnerabilities: those whose findings will be judged; nil for all.
    static func load(
        _ connection: Connection, tenant: TenantID, at now: Date, vulnerabilities: [UUID]? = nil
    ) async throws -> TenantPolicy {
        let own = statements(tenant: tenant, at: now)
        let results = try await connection.run(
            own + VEXRegister.queries(tenant: tenant, vulnerabilities: vulnerabilities))
        var policy = try TenantPolicy(results: results[..<own.count])
        policy.vex = try VEXRegister(results: results[own.count...])
        return policy
    }

    /// What the tenant itself has decided.
    static func statements(tenant: TenantID, at now: Date) -> [Statement] {
        [
            Statement(
                """
                SELECT DISTINCT ON (kind) kind, body
                FROM policies
                WHERE tenant_id = $1
                ORDER BY kind, version DESC
                """, [.id(tenant)]),
            Statement(
                """
                SELECT id, kind, vulnerability_id, package, endpoint_id, tag, owner, reason, expires_at
                FROM exceptions
                WHERE tenant_id = $1 AND state = 'active' AND expires_at > $2
                ORDER BY expires_at DESC, id
                """, [.id(tenant), .timestamptz(now)]),
        ]
    }

    init(results: ArraySlice<Rows>) throws {
        for row in results[results.startIndex] {
            let body = Data(try row.rows.bytes(row.index, 1))
            let decoder = JSONDecoder()
            switch PolicyStore.Kind(rawValue: try row.decode(0)) {
            case .weights: weights = try decoder.decode(RiskWeights.self, from: body)
            case .deadlines: deadlines = try decoder.decode(DeadlinePolicy.self, from: body)
            case .granting: granting = try decoder.decode(ExceptionPolicy.self, from: body)
            case nil: break
            }
        }
        exceptions = try results[results.startIndex + 1].map(ActiveException.init)
    }
}

extension ActiveException {
    init(_ row: Row) throws {
        self.init(
            id: try row.decode(0), kind: ExceptionKind(rawValue: try row.decode(1)) ?? .accepted,
            scope: ExceptionScope(
                vulnerability: try row.decode(2), package: try row.decode(3), endpoint: try row.decode(4),
                tag: try row.decode(5)), owner: try row.decode(6), reason: try row.decode(7),
            expiresAt: try row.decode(8))
    }
}
