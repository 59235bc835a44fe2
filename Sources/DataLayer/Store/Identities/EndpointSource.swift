import Domain
import FoundationEssentials
import Postgres

/// An endpoint as one of its sources sees it, with why it is taken to be this endpoint.
public struct EndpointSource: Sendable {
    public let device: DeviceLink
    /// The account's name.
    public let source: String
    /// The part of the vendor's product that has the device, where there are several: `defender`.
    public let product: String?
    /// The vendor, or what kind of implicit account it is.
    public let kind: String
    public let isImplicit: Bool
    /// How sure the link is, 0…1.
    public let confidence: Double
    public let evidence: [EvidenceItem]
    /// What it is recognised by, as JSON.
    public let sighting: String
    /// What a vendor says of the device now, as JSON; nil of implicit accounts and of what it does not list any more.
    public let report: String?
    /// What a vendor says of how it meets its policies, as JSON.
    public let compliance: String?
    /// Packages that it lists; nil where it lists none.
    public let packages: Int?
    /// Vulnerabilities that it sees open.
    public let vulnerabilities: Int
    public let linkedAt: Date
    public let firstSeenAt: Date
    public let lastSeenAt: Date
    /// Since when it does not list the device any more.
    public let endedAt: Date?
    /// Since when its reports contradict what is known, and change nothing.
    public let quarantinedAt: Date?

    /// The account's name, with the part of the vendor's product that speaks where there are several.
    public var title: String { product.map { "\(source) (\($0.prefix(1).uppercased() + $0.dropFirst()))" } ?? source }

    /// The report, read.
    public func deviceReport() throws -> DeviceReport? {
        try report.map { try StoredReport.decode(DeviceReport.self, $0) }
    }
}

extension IdentityStore {
    /// What each source says of an endpoint, those first that have it still.
    public func sources(of endpoint: EndpointID, tenant: TenantID) async throws -> [EndpointSource] {
        try await store.app.query(
            """
            SELECT s.connector_id, s.device_id, c.name, c.kind, c.is_implicit, s.confidence, s.evidence::text,
              s.sighting::text, d.report::text, p.report::text, l.package_count,
              (
                SELECT count(*)
                FROM connector_records AS v
                WHERE v.tenant_id = $1 AND v.connector_id = s.connector_id AND v.device_id = s.device_id
                  AND v.stream = 'vulnerabilities' AND v.report ->> 'status' IN ('open', 'reopened')
              ), s.linked_at, s.first_seen_at, s.last_seen_at, s.ended_at, s.quarantined_at,
              coalesce(d.report ->> 'product', s.sighting ->> 'product')
            FROM endpoint_sources AS s
            JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
            LEFT JOIN connector_records AS d ON d.tenant_id = $1 AND d.connector_id = s.connector_id
              AND d.stream = 'devices' AND d.source_id = s.device_id
            LEFT JOIN connector_records AS p ON p.tenant_id = $1 AND p.connector_id = s.connector_id
              AND p.stream = 'compliance' AND p.source_id = s.device_id
            LEFT JOIN software_sets AS l ON l.tenant_id = $1 AND l.hash = s.software_set
            WHERE s.tenant_id = $1 AND s.endpoint_id = $2
            ORDER BY s.ended_at IS NOT NULL, c.name, s.last_seen_at DESC, s.device_id
            """, [.id(tenant), .id(endpoint)], tenant: tenant
        ).map { row in
            EndpointSource(
                device: DeviceLink(connector: try row.decode(0), deviceID: try row.decode(1)),
                source: try row.decode(2), product: try row.decode(17), kind: try row.decode(3),
                isImplicit: try row.decode(4),
                confidence: try row.decode(5), evidence: try EvidenceItem.read(try row.decode(6)),
                sighting: try row.decode(7), report: try row.decode(8), compliance: try row.decode(9),
                packages: try row.decode(10), vulnerabilities: try row.decode(11), linkedAt: try row.decode(12),
                firstSeenAt: try row.decode(13), lastSeenAt: try row.decode(14), endedAt: try row.decode(15),
                quarantinedAt: try row.decode(16))
        }
    }

    /// What was decided, the newest first.
    ///
    /// - Parameters:
    ///   - endpoint: events about it, also under the ids of those that became part of it; nil for all.
    ///   - after: the event that the page before ended with.
    public func events(
        of endpoint: EndpointID? = nil, limit: Int = 100, after: IdentityEvent.ID? = nil, tenant: TenantID
    ) async throws -> [IdentityEvent] {
        try await store.app.query(
            """
            SELECT \(IdentityEvent.columns)
            FROM identity_events AS e
            WHERE tenant_id = $1
              AND ($2::uuid IS NULL OR endpoint_id = $2 OR other_endpoint_id = $2 OR endpoint_id IN (
                SELECT r.endpoint_id FROM endpoint_redirects AS r WHERE r.tenant_id = $1 AND r.survivor_id = $2))
              AND ($3::uuid IS NULL OR (at, id) < (
                SELECT at, id FROM identity_events WHERE tenant_id = $1 AND id = $3))
            ORDER BY at DESC, id DESC
            LIMIT $4
            """, [.id(tenant), .of(endpoint), .of(after), .int(limit)], tenant: tenant
        ).map { try IdentityEvent($0) }
    }
}
