import Domain
import FoundationEssentials
import Identification
import Postgres

/// A sighting that contradicts what is known.
public struct CollisionRecord: Sendable, Identifiable {
    public enum Kind: String, Sendable, Codable {
        /// The device is another machine now.
        case takeover
        /// It has strong facts in common with several machines that cannot be one.
        case ambiguous
    }

    public let id: CollisionID
    public let kind: Kind
    public let isOpen: Bool
    public let connector: ConnectorID
    public let source: String
    public let deviceID: String
    /// The endpoints that it is about; some may be gone.
    public let endpoints: [EndpointID]
    /// What was put aside, as JSON.
    public let sighting: String
    public let evidence: [EvidenceItem]
    public let detectedAt: Date
    public let lastSeenAt: Date
    public let resolvedAt: Date?
    public let resolvedBy: String?
    public let resolution: String?
}

extension IdentityStore {
    /// What a person decides about a collision.
    public enum CollisionDecision: Sendable, Hashable {
        /// It is this endpoint, whatever has changed on it: a new mainboard looks like that.
        case same(EndpointID)
        /// It is a machine of its own.
        case another
        /// Nothing is changed: the report is wrong, or the machine is none of ours.
        case dismissed
    }

    /// The newest first.
    public func collisions(
        isOpen: Bool? = true, limit: Int = 100, offsetting after: CollisionID? = nil, tenant: TenantID
    ) async throws -> [CollisionRecord] {
        try await store.app.query(
            """
            SELECT c.id, c.kind, c.state = 'open', c.connector_id, a.name, c.device_id, c.endpoint_ids::text[],
              c.sighting::text, c.evidence::text, c.detected_at, c.last_seen_at, c.resolved_at, c.resolved_by,
              c.resolution
            FROM identity_collisions AS c
            JOIN connectors AS a ON a.tenant_id = $1 AND a.id = c.connector_id
            WHERE c.tenant_id = $1 AND ($2::boolean IS NULL OR (c.state = 'open') = $2)
              AND ($3::uuid IS NULL OR (c.detected_at, c.id) < (
                SELECT detected_at, id FROM identity_collisions WHERE tenant_id = $1 AND id = $3))
            ORDER BY c.detected_at DESC, c.id DESC
            LIMIT $4
            """, [.id(tenant), .of(isOpen), .of(after), .int(limit)], tenant: tenant
        ).map { row in
            CollisionRecord(
                id: try row.decode(0), kind: CollisionRecord.Kind(rawValue: try row.decode(1)) ?? .takeover,
                isOpen: try row.decode(2), connector: try row.decode(3), source: try row.decode(4),
                deviceID: try row.decode(5),
                endpoints: try row.decode(6, as: [String].self).compactMap { EndpointID($0) },
                sighting: try row.decode(7), evidence: try EvidenceItem.read(try row.decode(8)),
                detectedAt: try row.decode(9), lastSeenAt: try row.decode(10), resolvedAt: try row.decode(11),
                resolvedBy: try row.decode(12), resolution: try row.decode(13))
        }
    }

    /// Decides about a collision: what was put aside is taken in, or not.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` when somebody has decided already.
    public func resolve(
        _ id: CollisionID, _ decision: CollisionDecision, by principal: Principal
    ) async throws {
        try await decide(by: principal) { connection in
            let tenant = principal.tenant
            let rows = try await connection.query(
                """
                SELECT c.state = 'open', c.connector_id, l.endpoint_id, \(DeviceSighting.columns)
                FROM identity_collisions AS c
                JOIN endpoint_sources AS l ON l.tenant_id = $1 AND l.connector_id = c.connector_id
                  AND l.device_id = c.device_id
                CROSS JOIN LATERAL (
                  SELECT c.device_id, c.sighting, l.first_seen_at, l.last_seen_at
                ) AS s
                WHERE c.tenant_id = $1 AND c.id = $2
                """, [.id(tenant), .id(id)])
            guard let row = rows.first else { throw StoreError.notFound(kind: "collision", id: id.description) }
            if try !row.decode(0, as: Bool.self) {
                throw StoreError.conflict(kind: "collision", reason: "Somebody has decided about it already.")
            }
            let connector: ConnectorID = try row.decode(1)
            let sighting = try DeviceSighting(row, source: connector.description, from: 3)
            let settlement = CollisionSettlement(
                connection: connection, tenant: tenant,
                device: DeviceLink(connector: connector, deviceID: sighting.deviceID), sighting: sighting,
                before: try row.decode(2))
            let (changed, sentence) = try await settlement.settle(decision, by: principal)
            _ = try await connection.query(
                """
                UPDATE identity_collisions
                SET state = 'resolved', resolved_at = now(), resolved_by = $3, resolution = $4
                WHERE tenant_id = $1 AND id = $2
                """, [.id(tenant), .id(id), .text(principal.name), .text(sentence)])
            try await connection.run(
                IdentityEvent.insertion(
                    [
                        .init(
                            .resolved, changed.first, link: settlement.device.link, actor: principal.name,
                            reason: sentence)
                    ], tenant: tenant))
            let entry = AuditEntry(
                "identity.resolve", object: id.description,
                detail: settlement.device.auditDetail(["decision": sentence]), by: principal)
            return ((), changed, entry)
        }
    }
}
