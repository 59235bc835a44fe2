import Domain
import FoundationEssentials
import Postgres

extension Store {
    /// Agents on machines.
    public var agents: AgentStore { AgentStore(store: self) }
}

/// A tenant's agents: who is let in, what each reported last, and what each is to do.
public struct AgentStore: Sendable {
    let store: Store

    /// Enrols a machine. The same key again gives the same agent, so that an answer that was lost costs no use.
    ///
    /// - Throws: `AgentRefusal.token`, `AgentRefusal.deviceTaken`.
    public func enrol(
        tokenHash: [UInt8], publicKey: [UInt8], facts: AgentFacts, tenant: TenantID
    ) async throws -> AgentID {
        try await store.app.transaction(tenant: tenant) { connection in
            let rows = try await connection.query(
                """
                SELECT id, name, uses_left, may_replace
                FROM agent_enrolments
                WHERE tenant_id = $1 AND token_hash = $2 AND revoked_at IS NULL AND expires_at > now()
                FOR UPDATE
                """, [.id(tenant), .bytes(tokenHash)])
            guard let token = rows.first else { throw AgentRefusal.token }
            let (enrolment, name): (EnrolmentID, String) = (try token.decode(0), try token.decode(1))
            let known = try await connection.query(
                "SELECT id FROM agents WHERE tenant_id = $1 AND public_key = $2 AND enrolment_id = $3 AND state = 'active'",
                [.id(tenant), .bytes(publicKey), .id(enrolment)])
            if let agent: AgentID = try known.first?.decode(0) { return agent }
            guard try token.decode(2, as: Int32.self) > 0 else { throw AgentRefusal.token }
            try await Self.makeRoom(for: facts, mayReplace: try token.decode(3), connection, tenant)
            let agent = AgentID.make()
            // Who enrols is whoever has the token.
            let principal = Principal(tenant: tenant, role: .viewer, subject: .system, name: "enrolment: \(name)")
            try await connection.run([
                Statement(
                    "UPDATE agent_enrolments SET uses_left = uses_left - 1 WHERE tenant_id = $1 AND id = $2",
                    [.id(tenant), .id(enrolment)]),
                Statement(
                    """
                    INSERT INTO agents (tenant_id, id, public_key, enrolment_id, device_id, hostname, version, facts)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    """,
                    [
                        .id(tenant), .id(agent), .bytes(publicKey), .id(enrolment), .text(facts.deviceID),
                        .text(facts.hostname), .text(facts.version), .json(Array(try JSONEncoder().encode(facts))),
                    ]),
                AuditEntry(
                    "agent.enrol", object: agent.description,
                    detail: ["hostname": facts.hostname, "device_id": facts.deviceID], by: principal
                ).statement(),
            ])
            return agent
        }
    }

    /// A machine has one agent. Who could enrol another one under its name could speak for it.
    private static func makeRoom(
        for facts: AgentFacts, mayReplace: Bool, _ connection: Connection, _ tenant: TenantID
    ) async throws {
        let rows = try await connection.query(
            "SELECT hostname FROM agents WHERE tenant_id = $1 AND device_id = $2 AND state <> 'revoked' FOR UPDATE",
            [.id(tenant), .text(facts.deviceID)])
        guard let hostname: String = try rows.first?.decode(0) else { return }
        guard mayReplace else { throw AgentRefusal.deviceTaken(hostname) }
        _ = try await connection.query(
            """
            UPDATE agents
            SET state = 'revoked', revoked_at = now(), reason = 'The machine was enrolled again.'
            WHERE tenant_id = $1 AND device_id = $2 AND state <> 'revoked'
            """, [.id(tenant), .text(facts.deviceID)])
    }

    /// - Throws: `StoreError.notFound`.
    public func find(_ id: AgentID, tenant: TenantID) async throws -> AgentRecord {
        let rows = try await store.app.query(
            "SELECT \(AgentRecord.columns) FROM agents WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)],
            tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "agent", id: id.description) }
        return try AgentRecord(row)
    }

    /// By hostname; revoked ones are left out.
    public func list(tenant: TenantID) async throws -> [AgentRecord] {
        try await store.app.query(
            """
            SELECT \(AgentRecord.columns)
            FROM agents
            WHERE tenant_id = $1 AND state <> 'revoked'
            ORDER BY hostname, id
            """, [.id(tenant)], tenant: tenant
        ).map { try AgentRecord($0) }
    }

    /// Its requests are refused from now on.
    ///
    /// - Throws: `StoreError.notFound`.
    public func revoke(_ id: AgentID, tenant: TenantID, by principal: Principal) async throws {
        try await change(id, "agent.revoke", tenant, principal) {
            Statement(
                """
                UPDATE agents
                SET state = 'revoked', revoked_at = now()
                WHERE tenant_id = $1 AND id = $2 AND state <> 'revoked'
                RETURNING id
                """, [.id(tenant), .id($0)])
        }
    }

    /// A person has looked at one in quarantine: the machine that reports next is the one that is meant.
    ///
    /// One that is not in quarantine stays as it is.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` when its machine has another agent.
    public func accept(_ id: AgentID, tenant: TenantID, by principal: Principal) async throws {
        try await change(id, "agent.accept", tenant, principal) {
            Statement(
                """
                UPDATE agents
                SET state = 'active', reason = NULL, device_id = facts ->> 'device_id',
                  instance = CASE state WHEN 'quarantined' THEN NULL ELSE instance END,
                  retired_instances = CASE state WHEN 'quarantined' THEN '{}' ELSE retired_instances END
                WHERE tenant_id = $1 AND id = $2 AND state <> 'revoked'
                RETURNING id
                """, [.id(tenant), .id($0)])
        }
    }

    private func change(
        _ id: AgentID, _ word: String, _ tenant: TenantID, _ principal: Principal,
        _ statement: (AgentID) -> Statement
    ) async throws {
        let (change, entry) = (statement(id), try AuditEntry(word, object: id.description, by: principal).statement())
        do {
            try await store.app.transaction(tenant: tenant) { connection in
                let rows = try await connection.run([change, entry])
                if rows[0].isEmpty { throw StoreError.notFound(kind: "agent", id: id.description) }
            }
        } catch let error as PostgresError where error.isUniqueViolation {
            throw StoreError.conflict(
                kind: "agent", reason: "The machine that it runs on now has an agent already. Revoke one of the two.")
        }
    }
}
