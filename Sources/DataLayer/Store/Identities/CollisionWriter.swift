import Domain
import FoundationEssentials
import Identification
import Postgres

/// Puts aside the sightings of a batch that contradict what is known, tells of those that are new, and closes those
/// that have come to agree.
struct CollisionWriter {
    let connection: Connection
    let tenant: TenantID
    let connector: ConnectorID

    func write(_ items: [IdentityDecisions.Item], at now: Date) async throws {
        let collisions = items.compactMap { item in item.collision.map { (item: item, collision: $0) } }
        try await settle(items)
        if collisions.isEmpty { return }
        let encoder = ReportEncoder()
        let evidence = try collisions.map { try $0.item.resolution.evidence.json(encoder) }
        let rows = try await connection.run([
            Statement(
                """
                UPDATE endpoint_sources AS s
                SET quarantined_at = coalesce(s.quarantined_at, now())
                WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = ANY ($3)
                """, [.id(tenant), .id(connector), .textArray(collisions.map(\.item.device.link.deviceID))]),
            Statement(
                """
                INSERT INTO endpoint_sources
                  (tenant_id, connector_id, device_id, sighting, first_seen_at, last_seen_at, confidence, quarantined_at)
                SELECT $1, $2, u.device_id, u.sighting::jsonb, u.first_seen, u.last_seen, 0, now()
                FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
                  AS u (device_id, sighting, first_seen, last_seen)
                ON CONFLICT DO NOTHING
                """,
                [
                    .id(tenant), .id(connector), .textArray(collisions.map(\.item.device.link.deviceID)),
                    .textArray(collisions.map(\.item.device.sighting.json)),
                    .timestamptzArray(
                        collisions.map { $0.item.device.sighting.firstSeen ?? $0.item.device.sighting.lastSeen }),
                    .timestamptzArray(collisions.map(\.item.device.sighting.lastSeen)),
                ]),
            Statement(
                Self.insert,
                [
                    .id(tenant), .id(connector), .textArray(collisions.map(\.collision.name)),
                    .textArray(collisions.map(\.item.device.link.deviceID)),
                    .textArray(
                        collisions.map { "{\($0.collision.endpoints.map(\.description).joined(separator: ","))}" }),
                    .textArray(collisions.map(\.item.device.sighting.json)), .textArray(evidence),
                ]),
        ])[2]
        var new: [String: CollisionID] = [:]
        for row in rows where try row.decode(2) { new[try row.decode(1)] = try row.decode(0) }
        let reports = zip(collisions, evidence).compactMap { pair, evidence in
            new[pair.item.device.link.deviceID].map {
                NewCollision(id: $0, item: pair.item, collision: pair.collision, evidence: evidence)
            }
        }
        try await tell(reports, at: now)
    }

    private static let insert = """
        INSERT INTO identity_collisions AS c
          (tenant_id, connector_id, kind, device_id, endpoint_ids, sighting, evidence)
        SELECT $1, $2, u.kind, u.device_id, u.endpoint_ids::uuid[], u.sighting::jsonb, u.evidence::jsonb
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
          AS u (kind, device_id, endpoint_ids, sighting, evidence)
        ON CONFLICT (tenant_id, connector_id, device_id) WHERE state = 'open' DO UPDATE
        SET kind = excluded.kind, endpoint_ids = excluded.endpoint_ids, sighting = excluded.sighting,
          evidence = excluded.evidence, last_seen_at = now()
        RETURNING id, device_id, xmax = 0
        """

    private struct NewCollision {
        let id: CollisionID
        let item: IdentityDecisions.Item
        let collision: Collision
        let evidence: String
    }

    /// A device that was known under no endpoint and has one now needs nobody any more. One that was taken over and
    /// is itself again does: who had its identity?
    private func settle(_ items: [IdentityDecisions.Item]) async throws {
        let settled = items.filter { item in
            item.collision == nil && item.stored?.isQuarantined == true && item.stored?.endpoint == nil
        }
        if settled.isEmpty { return }
        _ = try await connection.query(
            """
            UPDATE identity_collisions
            SET state = 'resolved', resolved_at = now(), resolved_by = '',
              resolution = 'A later report agrees with what is known.'
            WHERE tenant_id = $1 AND connector_id = $2 AND device_id = ANY ($3) AND state = 'open'
            """, [.id(tenant), .id(connector), .textArray(settled.map(\.device.link.deviceID))])
    }

    /// In the trail, among the events, and to where the tenant's notices go.
    private func tell(_ collisions: [NewCollision], at now: Date) async throws {
        guard let first = collisions.first else { return }
        let program = Principal(tenant: tenant, role: .admin, subject: .system, name: "identification")
        var statements = IdentityEvent.insertion(
            collisions.map { new in
                .init(
                    .quarantined, new.collision.endpoints.first, link: new.item.device.link, confidence: 0,
                    evidence: new.evidence)
            }, tenant: tenant)
        for new in collisions {
            statements.append(
                try AuditEntry(
                    "identity.quarantine", object: new.id.description,
                    detail: [
                        "kind": new.collision.name, "connector": connector.description,
                        "device": new.item.device.link.deviceID,
                        "endpoints": new.collision.endpoints.map(\.description).joined(separator: " "),
                    ], by: program
                ).statement())
        }
        let hooks = try await connection.query(
            "SELECT FROM webhooks WHERE tenant_id = $1 AND enabled", [.id(tenant)])
        if !hooks.isEmpty {
            let told = collisions.prefix(20).map { new in
                NoticeBody.Collision(
                    id: new.id, kind: new.collision.name, connectorId: connector,
                    deviceId: new.item.device.link.deviceID, hostname: new.item.device.sighting.hostname ?? "",
                    endpointIds: new.collision.endpoints,
                    evidence: new.item.resolution.evidence.prefix(5).map(\.sentence))
            }
            let body = NoticeBody(
                type: .collision, tenant: .init(nil, tenant), at: now,
                collisions: .init(total: collisions.count, first: Array(told)))
            statements += [
                OutboxStore.insertion(
                    .make(at: now), .collision, to: WebhookStore.destination, payload: try NoticeBody.encode(body),
                    key: "collision-\(first.id)", tenant: tenant, at: now), OutboxStore.notice,
            ]
        }
        try await connection.run(statements)
    }
}

extension Collision {
    /// As it is stored.
    var name: String {
        switch self {
        case .takeover: "takeover"
        case .ambiguous: "ambiguous"
        }
    }
}
