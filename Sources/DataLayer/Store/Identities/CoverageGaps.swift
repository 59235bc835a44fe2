import Domain
import FoundationEssentials
import Postgres

/// How many of the endpoints a source has.
public struct SourceCoverage: Sendable {
    public let connector: ConnectorID
    public let source: String
    public let kind: String
    public let isImplicit: Bool
    public let endpoints: Int

    public init(connector: ConnectorID, source: String, kind: String, isImplicit: Bool, endpoints: Int) {
        self.connector = connector
        self.source = source
        self.kind = kind
        self.isImplicit = isImplicit
        self.endpoints = endpoints
    }
}

/// An endpoint that sources do not have.
public struct CoverageGap: Sendable {
    public let endpoint: EndpointID
    public let hostname: String
    public let osType: String
    public let riskScore: Double
    public let lastSeen: Date
    /// The names of the sources that do have it.
    public let sources: [String]

    public init(
        endpoint: EndpointID, hostname: String, osType: String, riskScore: Double, lastSeen: Date, sources: [String]
    ) {
        self.endpoint = endpoint
        self.hostname = hostname
        self.osType = osType
        self.riskScore = riskScore
        self.lastSeen = lastSeen
        self.sources = sources
    }
}

/// Who says that an endpoint has a vulnerability.
public struct VulnerabilityClaim: Sendable {
    /// `CVE-2023-2725`, or the source's own id.
    public let vulnerability: String
    /// The names of the sources that see it open.
    public let sources: [String]
    /// What our own scan says; nil where it says nothing.
    public let status: FindingStatus?
}

extension IdentityStore {
    /// Of each source; endpoints that several have count with each.
    public func coverage(tenant: TenantID) async throws -> [SourceCoverage] {
        try await store.app.query(
            """
            SELECT c.id, c.name, c.kind, c.is_implicit, (
                SELECT count(DISTINCT s.endpoint_id)
                FROM endpoint_sources AS s
                WHERE s.tenant_id = $1 AND s.connector_id = c.id AND s.ended_at IS NULL)
            FROM connectors AS c
            WHERE c.tenant_id = $1
            ORDER BY c.name
            """, [.id(tenant)], tenant: tenant
        ).map { row in
            SourceCoverage(
                connector: try row.decode(0), source: try row.decode(1), kind: try row.decode(2),
                isImplicit: try row.decode(3), endpoints: try row.decode(4))
        }
    }

    /// Endpoints that are known and not covered, the riskiest first: in the directory, in no EDR.
    ///
    /// - Parameter connector: by this source; nil for by any vendor's.
    public func gaps(
        of connector: ConnectorID? = nil, limit: Int = 100, offset: Int = 0, tenant: TenantID
    ) async throws -> [CoverageGap] {
        try await store.app.query(
            """
            SELECT e.id, e.hostname, e.os_type, e.risk_score, e.last_seen, ARRAY(
                SELECT DISTINCT c.name
                FROM endpoint_sources AS s
                JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
                WHERE s.tenant_id = $1 AND s.endpoint_id = e.id AND s.ended_at IS NULL
                ORDER BY c.name)
            FROM endpoints AS e
            WHERE e.tenant_id = $1 AND NOT EXISTS (
              SELECT
              FROM endpoint_sources AS s
              JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
              WHERE s.tenant_id = $1 AND s.endpoint_id = e.id AND s.ended_at IS NULL
                AND CASE WHEN $2::uuid IS NULL THEN NOT c.is_implicit AND c.kind <> ALL ($5::text[]) ELSE c.id = $2 END)
            ORDER BY e.risk_score DESC, e.id
            LIMIT $3 OFFSET $4
            """,
            [
                .id(tenant), .of(connector), .int(limit), .int(offset), .textArray(SourceAbilities.directories),
            ], tenant: tenant
        ).map { row in
            CoverageGap(
                endpoint: try row.decode(0), hostname: try row.decode(1), osType: try row.decode(2),
                riskScore: try row.decode(3), lastSeen: try row.decode(4), sources: try row.decode(5))
        }
    }

    /// The vulnerabilities of an endpoint by who says that it has them: its sources, our scan, or both.
    public func vulnerabilityClaims(
        of endpoint: EndpointID, tenant: TenantID
    ) async throws -> [VulnerabilityClaim] {
        try await store.app.query(
            """
            WITH theirs AS (
              SELECT r.report ->> 'vulnerability' AS name, array_agg(DISTINCT c.name ORDER BY c.name) AS sources
              FROM endpoint_sources AS s
              JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
              JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = s.connector_id
                AND r.device_id = s.device_id AND r.stream = 'vulnerabilities'
              WHERE s.tenant_id = $1 AND s.endpoint_id = $2 AND s.ended_at IS NULL
                AND r.report ->> 'status' IN ('open', 'reopened')
              GROUP BY 1
            ), ours AS (
              SELECT v.cve_id AS name, f.status
              FROM endpoints AS e
              JOIN findings AS f ON f.tenant_id = $1 AND f.finding_set_id = e.finding_set_id
              JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
              WHERE e.tenant_id = $1 AND e.id = $2
            )
            SELECT coalesce(t.name, o.name), coalesce(t.sources, '{}'), o.status
            FROM theirs AS t
            FULL JOIN ours AS o ON o.name = t.name
            ORDER BY 1
            """, [.id(tenant), .id(endpoint)], tenant: tenant
        ).map { row in
            VulnerabilityClaim(
                vulnerability: try row.decode(0), sources: try row.decode(1),
                status: try row.decode(2, as: String?.self).flatMap(FindingStatus.init(rawValue:)))
        }
    }
}
