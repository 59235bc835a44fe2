import Domain
import FoundationEssentials
import Identification
import Postgres

/// Decides which endpoints a batch of one source's devices are. It looks at no more of the fleet than shares a fact
/// with them, so that its cost is that of the batch.
struct IdentityResolver {
    let connection: Connection
    let tenant: TenantID
    let connector: ConnectorID

    /// How many devices of the fleet are looked at for one fact. What more machines have tells none of them from
    /// another.
    private static let mostOfOneFact = 32

    /// Devices with the facts that they are looked up by.
    struct Batch {
        let sightings: [DeviceSighting]
        let devices: [KnownDevice]
        let keys: [IdentityKey]

        init(_ sightings: [DeviceSighting]) {
            self.sightings = sightings
            devices = sightings.map { KnownDevice(sighting: $0) }
            keys = devices.flatMap(\.lookupKeys)
        }
    }

    /// - Parameter assumed: the endpoints of devices, by their ids, that were stored before there were links.
    func resolve(_ batch: Batch, assumed: [String: EndpointID] = [:]) async throws -> IdentityDecisions {
        try await resolve(batch, try await connection.run(lookups(batch)), assumed: assumed)
    }

    /// What is to be known before a batch is resolved: what is stored of its devices, and who shares a fact with them.
    ///
    /// - Parameter run: a first run, of which only what it may have written is looked up.
    func lookups(_ batch: Batch, in run: FirstRun? = nil) -> [Statement] {
        var (devices, keys) = (batch.sightings.map(\.deviceID), batch.keys)
        if let run { (devices, keys) = (run.sought(devices), run.sought(keys)) }
        return [
            Statement(
                """
                SELECT s.device_id, s.endpoint_id, s.quarantined_at IS NOT NULL, s.ended_at IS NOT NULL
                FROM unnest($3::text[]) AS u (device_id)
                CROSS JOIN LATERAL (
                  SELECT *
                  FROM endpoint_sources AS l
                  WHERE l.tenant_id = $1 AND l.connector_id = $2 AND l.device_id = u.device_id
                  LIMIT 1
                ) AS s
                """, [.id(tenant), .id(connector), .textArray(devices)]),
            Statement(
                """
                SELECT DISTINCT h.endpoint_id
                FROM unnest($2::text[], $3::text[]) AS w (kind, value)
                CROSS JOIN LATERAL (
                  SELECT s.endpoint_id
                  FROM identity_keys AS k
                  JOIN endpoint_sources AS s ON s.tenant_id = $1 AND s.connector_id = k.connector_id
                    AND s.device_id = k.device_id
                  WHERE k.tenant_id = $1 AND k.kind = w.kind AND k.value = w.value AND s.endpoint_id IS NOT NULL
                  LIMIT \(Self.mostOfOneFact)
                ) AS h
                """,
                [.id(tenant), .textArray(keys.map(\.kind.name)), .textArray(keys.map(\.value))]),
        ]
    }

    /// - Parameter results: what `lookups` gave.
    func resolve(
        _ batch: Batch, _ results: [Rows], assumed: [String: EndpointID] = [:]
    ) async throws -> IdentityDecisions {
        let (sightings, devices) = (batch.sightings, batch.devices)
        var stored: [String: StoredLink] = [:]
        var endpoints: Set<EndpointID> = Set(assumed.values)
        for row in results[0] {
            let link = StoredLink(
                endpoint: try row.decode(1), isQuarantined: try row.decode(2), isEnded: try row.decode(3))
            stored[try row.decode(0)] = link
            if let endpoint = link.endpoint { endpoints.insert(endpoint) }
        }
        for row in results[1] { endpoints.insert(try row.decode(0)) }
        var graph = IdentityGraph()
        var known: [SourceLink: KnownDevice] = [:]
        if !endpoints.isEmpty {
            known = try await load(endpoints, into: &graph)
            try await loadSeparations(of: Array(known.keys) + sightings.map(\.link), into: &graph)
        }
        for device in devices {
            guard let endpoint = assumed[device.link.deviceID], graph.endpoint(of: device.link) == nil else { continue }
            graph.insert(device, into: endpoint)
        }
        return IdentityDecisions(devices, graph: graph, stored: stored, known: known)
    }

    /// All devices of endpoints: whether one more can be of an endpoint depends on each.
    private func load(
        _ endpoints: Set<EndpointID>, into graph: inout IdentityGraph
    ) async throws -> [SourceLink: KnownDevice] {
        let rows = try await connection.query(
            """
            SELECT s.endpoint_id, s.connector_id, s.confidence, \(DeviceSighting.columns)
            FROM unnest($2::uuid[]) AS e (id)
            JOIN endpoint_sources AS s ON s.tenant_id = $1 AND s.endpoint_id = e.id
            """, [.id(tenant), .uuidArray(endpoints.map(\.uuid))])
        var known: [SourceLink: KnownDevice] = [:]
        for row in rows {
            let source: ConnectorID = try row.decode(1)
            let sighting = try DeviceSighting(row, source: source.description, from: 3)
            let device = KnownDevice(sighting: sighting, confidence: try row.decode(2))
            known[device.link] = device
            graph.insert(device, into: try row.decode(0))
        }
        return known
    }

    private func loadSeparations(of links: [SourceLink], into graph: inout IdentityGraph) async throws {
        let rows = try await connection.query(
            """
            SELECT s.connector_id, s.device_id, s.other_connector_id, s.other_device_id
            FROM unnest($2::uuid[], $3::text[]) AS l (connector_id, device_id)
            JOIN identity_separations AS s ON s.tenant_id = $1 AND s.connector_id = l.connector_id
              AND s.device_id = l.device_id
            """,
            [
                .id(tenant), .uuidArray(links.map { UUID(uuidString: $0.source) }), .textArray(links.map(\.deviceID)),
            ])
        for row in rows {
            graph.separate(
                SourceLink(source: try row.decode(0, as: ConnectorID.self).description, deviceID: try row.decode(1)),
                from: SourceLink(
                    source: try row.decode(2, as: ConnectorID.self).description, deviceID: try row.decode(3)))
        }
    }
}

/// What is stored of a device before a batch.
struct StoredLink {
    let endpoint: EndpointID?
    let isQuarantined: Bool
    let isEnded: Bool
}

extension KnownDevice {
    /// The facts that devices are looked up by. An address counts only between those that share a name; what is too
    /// long for an index is no machine's name or number.
    var lookupKeys: [IdentityKey] {
        keys.filter { $0.kind != .address && $0.value.utf8.count <= 255 }
    }
}
