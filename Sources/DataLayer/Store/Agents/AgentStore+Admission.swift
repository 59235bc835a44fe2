import Domain
import FoundationEssentials
import Postgres

extension AgentStore {
    /// Lets a request in whose signature is valid, and notes it.
    ///
    /// - Throws: `AgentRefusal`.
    public func admit(_ signature: AgentSignature) async throws -> AgentRecord {
        let tenant = signature.tenant
        let (verdict, record) = try await store.app.transaction(tenant: tenant) { connection in
            let rows = try await connection.query(
                "SELECT \(AgentRecord.columns) FROM agents WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
                [.id(tenant), .id(signature.agent)])
            guard let row = rows.first else { throw AgentRefusal.unknown }
            let record = try AgentRecord(row)
            var standing = record.standing
            let verdict = standing.take(signature)
            if standing != record.standing { try await Self.write(standing, of: record.id, connection, tenant) }
            return (verdict, record)
        }
        switch verdict {
        case .admitted: return record
        case .stale(let last): throw AgentRefusal.stale(last)
        case .revoked: throw AgentRefusal.revoked
        case .quarantined: throw AgentRefusal.quarantined(record.standing.reason ?? "")
        case .cloned(let isNew):
            let reason = try await find(record.id, tenant: tenant).standing.reason ?? ""
            if isNew { try await alarm(record, "An agent's key is in use twice", reason, tenant: tenant) }
            throw AgentRefusal.quarantined(reason)
        }
    }

    /// Notes what an agent says of itself. One whose machine is another than the one that was enrolled is quarantined.
    ///
    /// - Throws: `AgentRefusal.quarantined`.
    public func heard(_ heartbeat: AgentHeartbeat, from record: AgentRecord, tenant: TenantID) async throws {
        if let sentence = heartbeat.facts.contradiction(to: record.facts) {
            var standing = try await find(record.id, tenant: tenant).standing
            standing.contradict(sentence)
            let facts = Value.json(Array(try JSONEncoder().encode(heartbeat.facts)))
            try await store.app.transaction(tenant: tenant) { [standing] connection in
                try await Self.write(standing, of: record.id, connection, tenant)
                // What a person accepts is the machine that was heard last.
                _ = try await connection.query(
                    "UPDATE agents SET facts = $3 WHERE tenant_id = $1 AND id = $2",
                    [.id(tenant), .id(record.id), facts])
            }
            try await alarm(record, "An agent runs on another machine", sentence, tenant: tenant)
            throw AgentRefusal.quarantined(sentence)
        }
        let facts = heartbeat.facts
        _ = try await store.app.query(
            """
            UPDATE agents
            SET hostname = $3, version = $4, facts = facts || $5, is_isolated = $6, queued = $7, dropped = dropped + $8,
              last_seen_at = now(), patch_tools = $9
            WHERE tenant_id = $1 AND id = $2
            """,
            [
                .id(tenant), .id(record.id), .text(facts.hostname), .text(facts.version),
                .json(Array(try JSONEncoder().encode(facts))), .bool(heartbeat.isIsolated),
                .int4(Int32(clamping: heartbeat.queued)), .int(heartbeat.dropped),
                heartbeat.patching.map { .textArray($0.tools.map(\.rawValue)) } ?? .null,
            ], tenant: tenant)
    }

    private static func write(
        _ standing: AgentStanding, of id: AgentID, _ connection: Connection, _ tenant: TenantID
    ) async throws {
        _ = try await connection.query(
            """
            UPDATE agents
            SET state = $3, reason = $4, sequence = $5, instance = $6, retired_instances = $7, last_seen_at = now()
            WHERE tenant_id = $1 AND id = $2
            """,
            [
                .id(tenant), .id(id), .text(standing.state.rawValue), .of(standing.reason), .int8(standing.sequence),
                .of(standing.instance), .uuidArray(standing.retired),
            ])
    }

    /// Raised like a vendor's alert: it goes the way of all alerts.
    private func alarm(_ record: AgentRecord, _ title: String, _ reason: String, tenant: TenantID) async throws {
        let account = try await store.connectors.implicitAccount(kind: .agent, tenant: tenant)
        let alert = AlertReport(
            sourceID: "agent:\(record.id):\(AgentID.make())", deviceID: record.deviceID, title: title,
            details: "\(reason) The agent on \(record.hostname) is quarantined: nothing of it is believed until it is "
                + "accepted or revoked.",
            severity: .high, status: .new, product: "agent",
            techniques: [
                AlertReport.Technique(
                    tacticID: "TA0006", tactic: "Credential Access", techniqueID: "T1552.004", technique: "Private Keys"
                )
            ], detected: Date())
        try await store.connectors.push(.alerts([alert]), of: .alerts, account, tenant: tenant)
    }
}
