import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport

/// Sources that report devices into a tenant, without a network.
struct SourceStage {
    let database = TestDatabase.current
    var tenant: TestTenant
    var store: Store { database.store }

    /// A moment that all reports are around.
    static let noon = Date(timeIntervalSince1970: 1_767_268_800)

    init(_ tenant: TestTenant? = nil) { self.tenant = tenant ?? TestDatabase.current.a }

    func account(_ name: String, kind: String = "crowdstrike") async throws -> ConnectorID {
        let connector = NewConnector(kind: kind, name: name, settings: [:], sealedSecrets: [1])
        try await store.connectors.add(connector, tenant: tenant.id, by: tenant.administrator)
        return connector.id
    }

    /// One complete run of a stream, in one page.
    func sync(
        _ reports: ConnectorReports, _ account: ConnectorID, _ stream: ConnectorStream = .devices,
        _ extent: StreamCheckpoint.Extent = .full
    ) async throws {
        let stored = try await store.connectors.checkpoint(of: stream, account, tenant: tenant.id)
        let next = stored.next(extent, overlap: 0).advanced(
            by: reports.count, newest: Self.noon, cursor: nil, at: Self.noon)
        try await store.connectors.write(
            ConnectorBatch(reports, next: next), of: stream, after: stored, account, tenant: tenant.id)
    }

    func devices(_ reports: DeviceReport..., to account: ConnectorID) async throws {
        try await sync(.devices(reports), account, .devices, .full)
    }

    func changes(_ reports: DeviceReport..., to account: ConnectorID) async throws {
        try await sync(.devices(reports), account, .devices, .changes)
    }

    /// The names of the devices of each endpoint, as `account/device`.
    func fleet() async throws -> [String: Set<String>] {
        let rows = try await store.app.query(
            """
            SELECT e.hostname, array_agg(c.name || '/' || s.device_id) FILTER (WHERE s.device_id IS NOT NULL)
            FROM endpoints AS e
            LEFT JOIN endpoint_sources AS s ON s.tenant_id = e.tenant_id AND s.endpoint_id = e.id
              AND s.ended_at IS NULL
            LEFT JOIN connectors AS c ON c.tenant_id = s.tenant_id AND c.id = s.connector_id
            WHERE e.tenant_id = $1
            GROUP BY e.tenant_id, e.id
            """, [.id(tenant.id)], tenant: tenant.id)
        var fleet: [String: Set<String>] = [:]
        for row in rows { fleet[try row.decode(0)] = Set(try row.decode(1, as: [String]?.self) ?? []) }
        return fleet
    }

    func count(_ query: String) async throws -> Int {
        try await store.app.query(query, [.id(tenant.id)], tenant: tenant.id)[0].decode(0)
    }

    func text(_ query: String) async throws -> String? {
        try await store.app.query(query, [.id(tenant.id)], tenant: tenant.id).first?.decode(0)
    }

    /// A laptop as a vendor reports it.
    static func laptop(
        _ id: String, _ hostname: String, serial: String? = nil, mac: String? = nil, seen hours: Double = 0,
        first: Double? = nil, edit: (inout DeviceReport) -> Void = { _ in }
    ) -> DeviceReport {
        var report = DeviceReport(
            sourceID: id, hostname: hostname,
            os: OperatingSystem(type: "windows", id: "windows", name: "Windows 11", version: "10.0.22631"),
            serialNumber: serial, macAddresses: mac.map { [$0] } ?? [], addresses: ["10.0.0.7"],
            firstSeen: noon.addingTimeInterval((first ?? -1000) * 3600), lastSeen: noon.addingTimeInterval(hours * 3600)
        )
        edit(&report)
        return report
    }

    /// What a host says of itself.
    static func inventory(
        _ hostname: String, machine: String, mac: String? = nil, packages: [String] = ["bash"], at hours: Double = 0
    ) -> Inventory {
        Inventory(
            collectedAt: noon.addingTimeInterval(hours * 3600), deviceID: machine, hostname: hostname,
            os: OperatingSystem(type: "windows", id: "windows", name: "Windows 11", version: "10.0.22631.1"),
            network: Network(interfaces: [.init(name: "eth0", mac: mac, addresses: ["10.0.0.7"])]),
            packages: packages.map { InstalledPackage(type: "application", name: $0, version: "1") })
    }
}
