import Domain
import FoundationEssentials
import Postgres
import Risk

extension Store {
    /// How tenants rank findings, set deadlines and grant exceptions.
    public var policies: PolicyStore { PolicyStore(store: self) }
}

/// A part of a tenant's policy that is kept in versions.
public protocol VersionedPolicy: Codable, Sendable, Equatable {
    static var kind: PolicyStore.Kind { get }
    /// What is wrong with it: the field and the rule it breaks.
    var defect: (name: String, rule: String)? { get }
}

extension RiskWeights: VersionedPolicy {
    public static var kind: PolicyStore.Kind { .weights }
}

extension DeadlinePolicy: VersionedPolicy {
    public static var kind: PolicyStore.Kind { .deadlines }
}

extension ExceptionPolicy: VersionedPolicy {
    public static var kind: PolicyStore.Kind { .granting }
}

/// The policies of tenants, with every version that was ever in force.
public struct PolicyStore: Sendable {
    let store: Store

    /// The parts; the raw value is stored.
    public enum Kind: String, Sendable, CaseIterable {
        case weights
        case deadlines = "sla"
        case granting = "exceptions"
    }

    /// What is in force.
    public struct Current: Sendable {
        public let weights: RiskWeights
        public let deadlines: DeadlinePolicy
        public let granting: ExceptionPolicy
    }

    /// A version of one part.
    public struct Version: Sendable {
        public let number: Int
        /// JSON.
        public let body: [UInt8]
        public let note: String
        public let createdBy: String
        public let createdAt: Date

        package init(number: Int, body: [UInt8], note: String, createdBy: String, createdAt: Date) {
            self.number = number
            self.body = body
            self.note = note
            self.createdBy = createdBy
            self.createdAt = createdAt
        }
    }

    public func current(tenant: TenantID) async throws -> Current {
        let policy = try TenantPolicy(
            results: try await store.app.run(
                TenantPolicy.statements(tenant: tenant, at: Date()), tenant: tenant)[...])
        return Current(weights: policy.weights, deadlines: policy.deadlines, granting: policy.granting)
    }

    /// The versions of a part, the newest first; none where the standard has never been changed.
    public func history(_ kind: Kind, tenant: TenantID) async throws -> [Version] {
        try await store.app.query(
            """
            SELECT version, body, note, created_by, created_at
            FROM policies
            WHERE tenant_id = $1 AND kind = $2
            ORDER BY version DESC
            LIMIT 1000
            """, [.id(tenant), .text(kind.rawValue)], tenant: tenant
        ).map { row in
            Version(
                number: try row.decode(0), body: try row.rows.bytes(row.index, 1), note: try row.decode(2),
                createdBy: try row.decode(3), createdAt: try row.decode(4))
        }
    }

    /// Puts a part into force. The findings follow by a task; until it is done some are judged by the
    /// part before.
    /// - Throws: `StoreError.invalid` naming the field.
    public func activate(_ part: some VersionedPolicy, note: String, by principal: Principal) async throws -> TaskID {
        let kind = type(of: part).kind
        if let defect = part.defect { throw StoreError.invalid(field: defect.name, reason: defect.rule) }
        let tenant = principal.tenant
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = Array(try encoder.encode(part))
        let task = TaskID.make()
        try await store.app.transaction(tenant: tenant) { connection in
            let rows = try await connection.run([
                Statement("SELECT lock_endpoints($1)", [.id(tenant)]),
                Statement(
                    """
                    INSERT INTO policies (tenant_id, kind, version, body, note, created_by)
                    SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5
                    FROM policies
                    WHERE tenant_id = $1 AND kind = $2
                    RETURNING version
                    """,
                    [.id(tenant), .text(kind.rawValue), .json(body), .text(note), .text(principal.name)]),
            ])[1]
            let version: Int = try rows[0].decode(0)
            try await connection.run([
                AuditEntry(
                    "policy.activate", object: kind.rawValue, detail: ["version": String(version), "note": note],
                    by: principal
                ).statement(),
                JobStore.insertion(task, .reassess, payload: Array("{}".utf8), tenant: tenant),
                Statement("SELECT pg_notify('garrison_jobs', '')"),
                ChangeNotice.statement(tenant),
            ])
        }
        store.cache.invalidate(tenant)
        return task
    }

    /// Judges all findings of a tenant by its policies as they are now: one transaction a batch, and
    /// again gives what once gives.
    /// - Returns: the endpoints whose findings changed.
    public func reassess(
        tenant: TenantID, at now: Date = Date(), progress: (Int, Int) async throws -> Void = { _, _ in }
    ) async throws -> Int {
        let sets = try await store.app.transaction(tenant: tenant) { connection in
            try await Reassessment(connection: connection, tenant: tenant, now: now, policy: TenantPolicy())
                .sets(in: nil)
        }
        var changed = 0
        for start in stride(from: 0, to: sets.count, by: Reassessment.batch) {
            try Task.checkCancellation()
            let part = Array(sets[start..<min(start + Reassessment.batch, sets.count)])
            changed += try await store.app.transaction(tenant: tenant) { connection in
                try await connection.query("SELECT lock_endpoints($1)", [.id(tenant)])
                let policy = try await TenantPolicy.load(connection, tenant: tenant, at: now)
                let count = try await Reassessment(connection: connection, tenant: tenant, now: now, policy: policy)
                    .write(part)
                try await connection.run([ChangeNotice.statement(tenant)])
                return count
            }
            store.cache.invalidate(tenant)
            try await progress(min(start + Reassessment.batch, sets.count), sets.count)
        }
        return changed
    }
}
