import Domain
import FoundationEssentials
import Postgres

extension IncidentStore {
    /// What a person says of an incident. Resolving it resolves its alerts at their vendors, unless the tenant's settings
    /// say otherwise; resolving it once more asks those again that have not done it.
    ///
    /// - Parameter rootCause: nil leaves it.
    /// - Throws: `StoreError.notFound`.
    public func update(
        _ id: IncidentID, status: IncidentStatus?, rootCause: String?, tenant: TenantID, by principal: Principal
    ) async throws -> IncidentRecord {
        if let rootCause, rootCause.count > 10_000 || rootCause.utf8.contains(0) {
            throw StoreError.invalid(field: "root_cause", reason: "must have at most 10000 characters")
        }
        try await store.app.transaction(tenant: tenant) { connection in
            try await Self.lock(connection, tenant: tenant)
            let rows = try await connection.run([
                Statement(
                    "SELECT status FROM incidents WHERE tenant_id = $1 AND id = $2 FOR UPDATE", [.id(tenant), .id(id)])
            ])
            guard let before: String = try rows[0].first?.decode(0) else {
                throw StoreError.notFound(kind: "incident", id: id.description)
            }
            var statements: [Statement] = []
            if let rootCause {
                statements.append(
                    Statement(
                        "UPDATE incidents SET root_cause = $3 WHERE tenant_id = $1 AND id = $2",
                        [.id(tenant), .id(id), .text(rootCause)]))
            }
            if let status, status.rawValue != before {
                statements += Self.setting(status, of: id, tenant: tenant, by: principal.name, "")
            }
            let detail = ["status": status?.rawValue ?? before, "root_cause": rootCause == nil ? "" : "changed"]
            statements.append(
                try AuditEntry("incident.update", object: id.description, detail: detail, by: principal).statement())
            try await connection.run(statements)
            // Again, too: what a vendor refused then it may take now.
            if status == .resolved {
                try await resolveAlerts(of: id, connection, tenant: tenant, by: principal)
            }
        }
        return try await find(id, tenant: tenant)
    }

    /// One change of a tenant's incidents at a time.
    static func lock(_ connection: Connection, tenant: TenantID) async throws {
        try await connection.run([
            Statement(
                "SELECT pg_advisory_xact_lock(hashtextextended('garrison.incidents' || $1, 0))",
                [.text(tenant.description)])
        ])
    }

    static func setting(
        _ status: IncidentStatus, of id: IncidentID, tenant: TenantID, by actor: String, _ message: String
    ) -> [Statement] {
        [
            Statement(
                """
                UPDATE incidents
                SET status = $3,
                  contained_at = CASE WHEN $3 = 'contained' THEN now() WHEN $3 = 'open' THEN NULL ELSE contained_at END,
                  resolved_at = CASE WHEN $3 = 'resolved' THEN now() END
                WHERE tenant_id = $1 AND id = $2
                """, [.id(tenant), .id(id), .text(status.rawValue)]),
            Statement(
                """
                INSERT INTO incident_events (tenant_id, incident_id, kind, status, actor, message)
                VALUES ($1, $2, 'status', $3, $4, $5)
                """,
                [
                    .id(tenant), .id(id), .text(status.rawValue), .text(actor),
                    .text(message.isEmpty ? "The incident is \(status.rawValue)." : message),
                ]),
        ]
    }

    private func resolveAlerts(
        of id: IncidentID, _ connection: Connection, tenant: TenantID, by principal: Principal
    ) async throws {
        let rows = try await connection.run([
            Statement(
                """
                \(AlertRecord.select)
                WHERE a.tenant_id = $1 AND a.incident_id = $2 AND a.status <> 'resolved'
                  AND coalesce((SELECT resolves_at_vendor FROM incident_settings WHERE tenant_id = $1), true)
                  AND NOT EXISTS (
                    SELECT FROM device_actions AS d
                    WHERE d.tenant_id = $1 AND d.alert_id = a.id AND d.status IN ('pending', 'sending', 'in_progress'))
                """, [.id(tenant), .id(id)])
        ])
        let endpoint = try await connection.run([
            Statement("SELECT endpoint_id FROM incidents WHERE tenant_id = $1 AND id = $2", [.id(tenant), .id(id)])
        ])[0].first.map { try $0.decode(0, as: EndpointID.self) }
        let decision = DecisionID.make()
        for alert in try rows[0].map(AlertRecord.init) {
            guard SourceAbilities.of(kind: alert.sourceKind).actions.contains(.setAlertStatus) else { continue }
            let row = NewActionRow(
                decision: decision, connector: alert.connector, source: alert.source, sourceKind: alert.sourceKind,
                device: alert.device, endpoint: endpoint, incident: id.uuid, alert: alert.id.uuid,
                action: .setAlertStatus(alert: alert.sourceID, .resolved), reason: "Resolved in Garrison.")
            _ = try await ActionStore.insert(row, connection, tenant: tenant, by: principal)
        }
        try await connection.run([Statement("SELECT pg_notify('\(ActionStore.channel)', '')")])
    }
}
