import Domain
import FoundationEssentials
import Postgres
import Risk

extension Store {
    /// Findings that are set aside for a time.
    public var exceptions: ExceptionStore { ExceptionStore(store: self) }
}

/// Grants, ends and lists exceptions. Each change, its audit event and what it does to findings are one
/// transaction.
public struct ExceptionStore: Sendable {
    let store: Store

    /// Asks for an exception; it is active at once where the tenant asks for no second person.
    /// - Throws: `StoreError.invalid` naming the field, `.notFound` for an unknown CVE or endpoint.
    public func request(
        _ request: ExceptionRequest, by principal: Principal, at now: Date = Date()
    ) async throws -> ExceptionRecord {
        let id = ExceptionID.make(at: now)
        try await change(principal.tenant, at: now) { connection, policy in
            try request.check(policy.granting, at: now)
            let scope = try await scope(of: request, connection, tenant: principal.tenant)
            let isActive = !policy.granting.needsApproval
            try await connection.run([
                Statement(
                    """
                    INSERT INTO exceptions
                      (tenant_id, id, kind, state, vulnerability_id, package, endpoint_id, tag, reason, owner,
                       requested_by, requester_id, decided_by, decided_at, expires_at, created_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                    """,
                    [
                        .id(principal.tenant), .id(id), .text(request.kind.rawValue),
                        .text(isActive ? "active" : "requested"), .of(scope.vulnerability), .of(scope.package),
                        .of(scope.endpoint), .of(scope.tag), .text(request.reason),
                        .text(request.owner ?? principal.name), .text(principal.name),
                        .of(Locked.person(principal)), isActive ? .text(principal.name) : .null,
                        isActive ? .timestamptz(now) : .null,
                        .timestamptz(request.expiresAt), .timestamptz(now),
                    ]),
                AuditEntry(
                    isActive ? "exception.grant" : "exception.request", object: id.description,
                    detail: Self.detail(request), by: principal
                ).statement(),
            ])
            return isActive ? [scope] : []
        }
        return try await find(id, tenant: principal.tenant)
    }

    /// Approves or rejects what another person has requested.
    /// - Throws: `StoreError.notFound`; `.conflict` when it does not wait for approval any more, or
    ///   the decider is the requester, be it by a token.
    public func decide(
        _ id: ExceptionID, approve: Bool, by principal: Principal, at now: Date = Date()
    ) async throws -> ExceptionRecord {
        try await change(principal.tenant, at: now) { connection, _ in
            let row = try await locked(id, connection, tenant: principal.tenant)
            guard row.state == .requested, row.expiresAt > now else {
                throw StoreError.conflict(kind: "exception", reason: "This exception does not wait for approval.")
            }
            guard !row.isRequested(by: principal) else {
                throw StoreError.conflict(
                    kind: "exception", reason: "Whoever requests an exception cannot decide on it: ask a second person."
                )
            }
            try await connection.run([
                Statement(
                    """
                    UPDATE exceptions
                    SET state = $3, decided_by = $4, decided_at = $5
                    WHERE tenant_id = $1 AND id = $2
                    """,
                    [
                        .id(principal.tenant), .id(id), .text(approve ? "active" : "rejected"),
                        .text(principal.name), .timestamptz(now),
                    ]),
                AuditEntry(approve ? "exception.approve" : "exception.reject", object: id.description, by: principal)
                    .statement(),
            ])
            return approve ? [row.scope] : []
        }
        return try await find(id, tenant: principal.tenant)
    }

    /// Ends an exception, or withdraws a request, before its time.
    /// - Throws: `StoreError.notFound`; `.conflict` when it has ended.
    public func revoke(_ id: ExceptionID, by principal: Principal, at now: Date = Date()) async throws {
        try await change(principal.tenant, at: now) { connection, _ in
            let row = try await locked(id, connection, tenant: principal.tenant)
            guard row.state == .active || row.state == .requested else {
                throw StoreError.conflict(kind: "exception", reason: "This exception has ended already.")
            }
            try await connection.run([
                Self.end([id], as: .revoked, by: principal.name, tenant: principal.tenant, at: now),
                AuditEntry("exception.revoke", object: id.description, by: principal).statement(),
            ])
            return [row.scope]
        }
    }

    /// Ends every exception, of any tenant, whose time is over; its findings are open again.
    /// - Returns: how many ended.
    @discardableResult
    public func expire(at now: Date = Date()) async throws -> Int {
        var ended = 0
        for tenant in try await store.tenants.list() {
            let due = try await store.app.query(
                "SELECT FROM exceptions WHERE tenant_id = $1 AND state IN ('active', 'requested') AND expires_at <= $2",
                [.id(tenant.id), .timestamptz(now)], tenant: tenant.id)
            if !due.isEmpty { ended += try await expire(tenant.id, at: now) }
        }
        return ended
    }

    private func expire(_ tenant: TenantID, at now: Date) async throws -> Int {
        let clock = Principal(tenant: tenant, role: .admin, subject: .system, name: "clock")
        var count = 0
        try await change(tenant, at: now) { connection, _ in
            let rows = try await connection.query(
                """
                SELECT \(Locked.columns)
                FROM exceptions
                WHERE tenant_id = $1 AND state IN ('active', 'requested') AND expires_at <= $2
                ORDER BY id
                FOR UPDATE
                """, [.id(tenant), .timestamptz(now)]
            ).map(Locked.init)
            count = rows.count
            try await connection.run(
                [Self.end(rows.map(\.id), as: .expired, by: clock.name, tenant: tenant, at: now)]
                    + (try rows.map {
                        try AuditEntry("exception.expire", object: $0.id.description, by: clock).statement()
                    }))
            return rows.map(\.scope)
        }
        return count
    }

    private static func end(
        _ ids: [ExceptionID], as state: ExceptionRecord.State, by actor: String, tenant: TenantID, at now: Date
    ) -> Statement {
        Statement(
            """
            UPDATE exceptions
            SET state = $3, ended_by = $4, ended_at = $5
            WHERE tenant_id = $1 AND id = ANY($2)
            """,
            [.id(tenant), .uuidArray(ids.map(\.uuid)), .text(state.rawValue), .text(actor), .timestamptz(now)])
    }

    /// Runs a change, then judges the findings in the scopes that it returns by what is in force after it.
    private func change(
        _ tenant: TenantID, at now: Date,
        _ body: (Connection, TenantPolicy) async throws -> [ExceptionScope]
    ) async throws {
        try await store.app.transaction(tenant: tenant) { connection in
            try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
            let before = try await TenantPolicy.load(connection, tenant: tenant, at: now)
            let scopes = try await body(connection, before)
            if !scopes.isEmpty {
                let policy = try await TenantPolicy.load(connection, tenant: tenant, at: now)
                let pass = Reassessment(connection: connection, tenant: tenant, now: now, policy: policy)
                try await pass.write(try await pass.sets(in: scopes))
            }
            try await connection.run([ChangeNotice.statement(tenant)])
        }
        store.cache.invalidate(tenant)
    }

    func scope(
        of request: ExceptionRequest, _ connection: Connection, tenant: TenantID
    ) async throws -> ExceptionScope {
        var scope = ExceptionScope(package: request.package, endpoint: request.endpoint?.uuid, tag: request.tag)
        if let cve = request.cve {
            let rows = try await connection.query("SELECT id FROM vulnerabilities WHERE cve_id = $1", [.text(cve)])
            guard let row = rows.first else { throw StoreError.notFound(kind: "vulnerability", id: cve) }
            scope.vulnerability = try row.decode(0)
        }
        if let endpoint = request.endpoint {
            let rows = try await connection.query(
                "SELECT FROM endpoints WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(endpoint)])
            if rows.isEmpty { throw StoreError.notFound(kind: "endpoint", id: endpoint.description) }
        }
        return scope
    }

    private static func detail(_ request: ExceptionRequest) -> [String: String] {
        let known: [(String, String?)] = [
            ("kind", request.kind.rawValue), ("cve_id", request.cve), ("package", request.package),
            ("endpoint_id", request.endpoint?.description), ("tag", request.tag), ("reason", request.reason),
            ("expires_at", request.expiresAt.formatted(.iso8601)),
        ]
        return Dictionary(known.compactMap { name, value in value.map { (name, $0) } }) { first, _ in first }
    }
}

/// An exception as a change needs it.
private struct Locked {
    let id: ExceptionID
    let state: ExceptionRecord.State
    let requestedBy: String
    let requester: UUID?
    let expiresAt: Date
    let scope: ExceptionScope

    static let columns = """
        id, state, requested_by, requester_id, expires_at, vulnerability_id, package, endpoint_id, tag
        """

    init(_ row: Row) throws {
        id = try row.decode(0)
        state = ExceptionRecord.State(rawValue: try row.decode(1)) ?? .expired
        requestedBy = try row.decode(2)
        requester = try row.decode(3)
        expiresAt = try row.decode(4)
        scope = ExceptionScope(
            vulnerability: try row.decode(5), package: try row.decode(6), endpoint: try row.decode(7),
            tag: try row.decode(8))
    }

    /// Whose token it is, or the token where nobody knows; nil for the machine's own account.
    static func person(_ principal: Principal) -> UUID? {
        switch principal.subject {
        case .user(let id): id.uuid
        case .token(let id): principal.person?.uuid ?? id.uuid
        case .system: nil
        }
    }

    /// Names tell people apart only where nothing else does.
    func isRequested(by principal: Principal) -> Bool {
        guard let requester, let person = Self.person(principal) else { return requestedBy == principal.name }
        return requester == person
    }
}

extension ExceptionStore {
    private func locked(_ id: ExceptionID, _ connection: Connection, tenant: TenantID) async throws -> Locked {
        let rows = try await connection.query(
            "SELECT \(Locked.columns) FROM exceptions WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
            [.id(tenant), .id(id)])
        guard let row = rows.first else { throw StoreError.notFound(kind: "exception", id: id.description) }
        return try Locked(row)
    }
}
