import Domain
import FoundationEssentials
import Identification
import Postgres

/// Takes in what was put aside, as a person decided.
struct CollisionSettlement {
    let connection: Connection
    let tenant: TenantID
    let device: DeviceLink
    /// What was put aside.
    let sighting: DeviceSighting
    /// The endpoint that the device was before; nil for a new one.
    let before: EndpointID?

    private var links: LinkTable { LinkTable(connection: connection, tenant: tenant) }
    private var splitting: EndpointSplit { EndpointSplit(connection: connection, tenant: tenant) }

    /// - Returns: the endpoints that changed, and what was decided as a sentence.
    func settle(
        _ decision: IdentityStore.CollisionDecision, by principal: Principal
    ) async throws -> (changed: [EndpointID], sentence: String) {
        switch decision {
        case .dismissed: return ([], "Dismissed: nothing was changed.")
        case .same(let endpoint):
            try await links.require(endpoint)
            try await take()
            try await links.reunite(device, with: try await links.devices(of: endpoint))
            try await links.move(device, to: endpoint)
            if let before, before != endpoint { try await splitting.settle(before, without: device) }
            try await splitting.settle(endpoint, without: nil)
            return (Array(Set([endpoint, before ?? endpoint])), "It is the endpoint \(endpoint).")
        case .another:
            let made = EndpointID.make()
            var others: [DeviceLink] = []
            if let before { others = try await links.devices(of: before).filter { $0 != device } }
            try await links.separate(device, from: others, by: principal)
            try await take()
            try await make(made)
            try await links.move(device, to: made)
            if let before { try await splitting.settle(before, without: device) }
            try await splitting.settle(made, without: nil)
            return ([made] + (before.map { [$0] } ?? []), "It is a machine of its own, \(made).")
        }
    }

    /// The device is recognised by what was put aside from now on.
    private func take() async throws {
        let new = KnownDevice(sighting: sighting).lookupKeys
        let place: [Value] = [.id(tenant), .id(device.connector), .text(device.deviceID)]
        try await connection.run([
            Statement(
                """
                DELETE FROM identity_keys AS k
                USING unnest($4::text[], $5::text[]) AS u (kind, value)
                WHERE k.tenant_id = $1 AND k.connector_id = $2 AND k.device_id = $3 AND k.kind = u.kind
                  AND k.value = u.value
                """, place + (try await oldKeys())),
            Statement(
                """
                UPDATE endpoint_sources
                SET sighting = $4::jsonb, quarantined_at = NULL
                WHERE tenant_id = $1 AND connector_id = $2 AND device_id = $3
                """, place + [.text(sighting.json)]),
            Statement(
                """
                INSERT INTO identity_keys (tenant_id, kind, value, connector_id, device_id)
                SELECT $1, u.kind, u.value, $2, $3
                FROM unnest($4::text[], $5::text[]) AS u (kind, value)
                ON CONFLICT DO NOTHING
                """, place + [.textArray(new.map(\.kind.name)), .textArray(new.map(\.value))]),
        ])
    }

    private func oldKeys() async throws -> [Value] {
        let rows = try await connection.query(
            """
            SELECT \(DeviceSighting.columns)
            FROM endpoint_sources AS s
            WHERE s.tenant_id = $1 AND s.connector_id = $2 AND s.device_id = $3
            """, [.id(tenant), .id(device.connector), .text(device.deviceID)])
        let keys = try rows.flatMap { row in
            KnownDevice(sighting: try DeviceSighting(row, source: device.connector.description, from: 0)).lookupKeys
        }
        return [.textArray(keys.map(\.kind.name)), .textArray(keys.map(\.value))]
    }

    /// Its facts are worked out from the source's report. A host that reports itself is known by its own id.
    private func make(_ endpoint: EndpointID) async throws {
        let isOwn = try await !connection.query(
            "SELECT FROM connectors WHERE tenant_id = $1 AND id = $2 AND is_implicit",
            [.id(tenant), .id(device.connector)]
        ).isEmpty
        var facts = EndpointFacts()
        let name = sighting.hostname ?? ""
        facts.hostname = StoredText.cut(name.isEmpty ? device.deviceID : name)
        facts.osType = sighting.osType ?? "unknown"
        facts.lastSeen = min(sighting.lastSeen, Date())
        let taken = try await connection.query(
            "SELECT FROM endpoints WHERE tenant_id = $1 AND device_id = $2", [.id(tenant), .text(device.deviceID)])
        let id = isOwn && taken.isEmpty ? device.deviceID : "\(device.description) \(endpoint)"
        let table = EndpointFactsTable(connection: connection, tenant: tenant)
        try await connection.run(try await table.insertion([(endpoint, id, facts)]))
    }
}
