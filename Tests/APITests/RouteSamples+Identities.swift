import API
import Domain
import FoundationEssentials
import Store
import TestSupport

extension RouteSamples {
    /// What people decide about which devices are which: each once for the API and once for the pages.
    struct Identities: Sendable {
        /// Devices of the endpoint that can be split off.
        let devices: [DeviceLink]
        /// Endpoints that can become part of the endpoint.
        let others: [EndpointID]
        /// Merges that can be taken back.
        let merges: [IdentityEvent.ID]
        let collisions: [CollisionID]
    }

    static func identities(
        _ database: TestDatabase, on endpoint: EndpointID, in tenant: TestTenant, prefix: String
    ) async throws -> Identities {
        let identities = database.store.identities
        let spare = try await database.addEndpoints(6, prefix: "\(prefix)-spare", in: tenant)
        var (devices, merges) = ([DeviceLink](), [IdentityEvent.ID]())
        for number in 0..<2 {
            let account = try await database.addSource("split-\(number)", device: "x", of: endpoint, in: tenant)
            devices.append(DeviceLink(connector: account, deviceID: "x"))
            try await identities.merge(spare[number], into: spare[number + 2], by: tenant.administrator)
            let events = try await identities.events(of: spare[number + 2], tenant: tenant.id)
            if let merge = events.first(where: \.canBeUndone) { merges.append(merge.id) }
        }
        return Identities(
            devices: devices, others: Array(spare[4...]), merges: merges,
            collisions: try await collisions(database, in: tenant, prefix: prefix))
    }

    /// Devices that are suddenly other machines.
    private static func collisions(
        _ database: TestDatabase, in tenant: TestTenant, prefix: String
    ) async throws -> [CollisionID] {
        let account = NewConnector(kind: "crowdstrike", name: "collisions", settings: [:], sealedSecrets: [1])
        let connectors = database.store.connectors
        try await connectors.add(account, tenant: tenant.id, by: tenant.administrator)
        for serial in ["PF0000", "PF9999"] {
            let reports = (0..<2).map { number in
                DeviceReport(
                    sourceID: "\(number)", hostname: "\(prefix)-double-\(number)",
                    os: OperatingSystem(type: "windows", id: "windows", name: "Windows 11", version: "10.0.22631"),
                    serialNumber: "\(serial)\(number)", firstSeen: Seed.moment, lastSeen: Seed.moment)
            }
            let stored = try await connectors.checkpoint(of: .devices, account.id, tenant: tenant.id)
            let next = stored.next(.full, overlap: 0).advanced(
                by: reports.count, newest: Seed.moment, cursor: nil, at: Seed.moment)
            try await connectors.write(
                ConnectorBatch(.devices(reports), next: next), of: .devices, after: stored, account.id,
                tenant: tenant.id)
        }
        return try await database.store.identities.collisions(tenant: tenant.id).map(\.id)
    }

    /// The body of a decision about identities.
    func decision(_ route: AnyRoute) -> String? {
        switch "\(route.method.rawValue) \(route.path)" {
        case "POST /api/endpoints/{id}/split", "POST /api/endpoints/{id}/join":
            "{\"connector_id\": \"\(identities.devices[0].connector)\", \"device_id\": \"x\", \"reason\": \"a test\"}"
        case "POST /api/endpoints/{id}/merge": "{\"endpoint_id\": \"\(identities.others[0])\"}"
        case "POST /api/identity/collisions/{id}/resolve": "{\"decision\": \"another\"}"
        case "POST /endpoints/{id}/sources/split":
            "csrf_token=unused&connector=\(identities.devices[1].connector)&device=x"
        case "POST /endpoints/{id}/sources/merge": "csrf_token=unused&other=\(identities.others[1])"
        case "POST /identity/events/{id}/undo": "csrf_token=unused"
        case "POST /collisions/{id}/resolve": "csrf_token=unused&decision=dismissed"
        default: nil
        }
    }
}
