import Domain
import FoundationEssentials
import Postgres
import Scanner

/// One endpoint, whole.
public struct EndpointDetail: Sendable {
    public let summary: EndpointStore.Summary
    /// The host's own id of itself, or the vendor's of the device that made the endpoint.
    public let deviceID: String
    /// The name of the account whose id it is; nil for the host's own.
    public let deviceSource: String?
    public let fqdn: String?
    public let macAddress: String?
    public let kernelRelease: String?
    public let architecture: String?
    public let agentVersion: String?
    public let exposure: String
    public let criticality: String
    public let packageCount: Int
    public let inventoryAt: Date?
    public let createdAt: Date
    /// What the collector could not read.
    public let notes: [CollectionNote]
    /// Words that people group endpoints by.
    public let tags: [String]
    /// Findings under an exception, which are not among the open ones.
    public let exceptedFindings: Int
    /// The last day of its system's security support, `2024-06-30`; nil where that is not known.
    public let supportEnd: String?

    /// Whether its system is still supported; nil where that is not known.
    public func isSupported(on date: Date = Date()) -> Bool? { EndOfLife.hasEnded(supportEnd, on: date).map { !$0 } }

    package init(
        summary: EndpointStore.Summary, deviceID: String, deviceSource: String? = nil, fqdn: String? = nil,
        macAddress: String? = nil, kernelRelease: String? = nil, architecture: String? = nil,
        agentVersion: String? = nil, exposure: String,
        criticality: String, packageCount: Int, inventoryAt: Date? = nil, createdAt: Date, notes: [CollectionNote],
        tags: [String] = [], exceptedFindings: Int = 0, supportEnd: String? = nil
    ) {
        self.summary = summary
        self.deviceID = deviceID
        self.deviceSource = deviceSource
        self.fqdn = fqdn
        self.macAddress = macAddress
        self.kernelRelease = kernelRelease
        self.architecture = architecture
        self.agentVersion = agentVersion
        self.exposure = exposure
        self.criticality = criticality
        self.packageCount = packageCount
        self.inventoryAt = inventoryAt
        self.createdAt = createdAt
        self.notes = notes
        self.tags = tags
        self.exceptedFindings = exceptedFindings
        self.supportEnd = supportEnd
    }
}

/// A package on an endpoint.
public struct InstalledSoftware: Sendable {
    public let name: String
    public let version: String
    public let architecture: String?
    public let source: String?
    public let vendor: String?
    public let type: String
    public let installDate: Date?

    package init(
        name: String, version: String, architecture: String? = nil, source: String? = nil, vendor: String? = nil,
        type: String, installDate: Date? = nil
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.vendor = vendor
        self.type = type
        self.installDate = installDate
    }
}

extension EndpointStore {
    /// - Throws: `StoreError.notFound` for an unknown id and for another tenant's alike.
    public func detail(_ id: EndpointID, tenant: TenantID) async throws -> EndpointDetail {
        let rows = try await database.query(
            """
            SELECT \(Summary.columns),
              device_id, fqdn, mac_address::text, kernel_release, architecture, agent_version, exposure, criticality,
              coalesce((SELECT s.package_count FROM software_sets AS s
                WHERE s.tenant_id = e.tenant_id AND s.hash = e.software_set), 0),
              inventory_at, created_at, coalesce(notes, '[]'), tags, excepted_findings, os_id, (
                SELECT c.name
                FROM connectors AS c
                WHERE c.tenant_id = e.tenant_id AND starts_with(e.device_id, c.id::text || '/'))
            FROM endpoints AS e
            WHERE tenant_id = $1 AND id = $2
            """, [.id(tenant), .id(id)], tenant: tenant)
        guard let row = rows.first else { throw StoreError.notFound(kind: "endpoint", id: id.description) }
        let summary = try Summary(row)
        return EndpointDetail(
            summary: summary, deviceID: DeviceLink.vendorID(of: try row.decode(12)), deviceSource: try row.decode(27),
            fqdn: try row.decode(13), macAddress: try row.decode(14), kernelRelease: try row.decode(15),
            architecture: try row.decode(16),
            agentVersion: try row.decode(17), exposure: try row.decode(18), criticality: try row.decode(19),
            packageCount: try row.decode(20), inventoryAt: try row.decode(21), createdAt: try row.decode(22),
            notes: try JSONDecoder().decode([CollectionNote].self, from: Data(rows.bytes(0, 23))),
            tags: try row.decode(24), exceptedFindings: try row.decode(25),
            supportEnd: EndOfLife.standard.end(
                id: try row.decode(26), name: summary.osName, version: summary.osVersion))
    }

    /// What is installed, by name.
    public func software(_ id: EndpointID, tenant: TenantID) async throws -> [InstalledSoftware] {
        let rows = try await database.query(
            """
            SELECT t.name, t.version, t.architecture, t.source, t.vendor, t.type, i.installed
            FROM endpoints AS e
            JOIN software_sets AS s ON s.tenant_id = e.tenant_id AND s.hash = e.software_set
            CROSS JOIN LATERAL unnest(s.title_ids, e.install_dates) AS i (title_id, installed)
            JOIN software_titles AS t ON t.id = i.title_id
            WHERE e.tenant_id = $1 AND e.id = $2
            ORDER BY t.name, t.version, t.id
            """, [.id(tenant), .id(id)], tenant: tenant)
        return try rows.map { row in
            InstalledSoftware(
                name: try row.decode(0), version: try row.decode(1), architecture: try row.decode(2),
                source: try row.decode(3), vendor: try row.decode(4), type: try row.decode(5),
                installDate: try row.decode(6))
        }
    }

    /// Sets the circumstances that risk, deadlines and exceptions take in, with its audit event; takes effect with the
    /// next scan.
    /// - Parameter tags: in any order, each once; nil leaves them.
    /// - Throws: `StoreError.notFound`; `.invalid` naming `tags`.
    public func setContext(
        _ id: EndpointID, exposure: String?, criticality: String?, tags: [String]? = nil, by principal: Principal
    ) async throws {
        let tags = tags.map { Array(Set($0.map { $0.trimmingWhitespace() })).sorted() }
        if let tags, tags.count > 50 || tags.contains(where: { $0.isEmpty || $0.count > 100 }) {
            throw StoreError.invalid(field: "tags", reason: "up to 50 tags of 1 to 100 characters")
        }
        let changes: [(String, String?)] = [
            ("exposure", exposure), ("criticality", criticality), ("tags", tags?.joined(separator: ", ")),
        ]
        let detail = Dictionary(changes.compactMap { name, value in value.map { (name, $0) } }) { first, _ in first }
        let tenant = principal.tenant
        try await database.transaction(tenant: tenant) { connection in
            let rows = try await connection.query(
                """
                UPDATE endpoints
                SET exposure = coalesce($3, exposure), criticality = coalesce($4, criticality),
                    tags = coalesce($5::text[], tags), updated_at = now()
                WHERE tenant_id = $1 AND id = $2
                RETURNING id
                """, [.id(tenant), .id(id), .of(exposure), .of(criticality), tags.map { .textArray($0) } ?? .null])
            if rows.isEmpty { throw StoreError.notFound(kind: "endpoint", id: id.description) }
            try await connection.run([
                AuditEntry("endpoint.describe", object: id.description, detail: detail, by: principal).statement(),
                ChangeNotice.statement(tenant),
            ])
        }
        cache.invalidate(tenant)
    }
}
