import Domain
import FoundationEssentials
import Postgres

extension PatchStore {
    /// Everything known of a patch.
    public struct Detail: Sendable {
        public let summary: Summary
        public let description: String?
        public let link: String?
        public let source: String?
        /// The versions of Windows that it makes.
        public let builds: [String]
        public let vulnerabilities: [FixedVulnerability]
        /// All that it fixes, of which `vulnerabilities` has the first.
        public let vulnerabilityCount: Int
        public let packages: [PatchedPackage]
        public let packageCount: Int
        /// What takes its place, the nearest first, and what it takes the place of.
        public let supersededBy: [Relative]
        public let supersedes: [Relative]
        /// What has to be installed before it, on one of its products at least; the nearest first.
        public let prerequisites: [Relative]

        package init(
            summary: Summary, description: String? = nil, link: String? = nil, source: String? = nil,
            builds: [String] = [], vulnerabilities: [FixedVulnerability] = [], vulnerabilityCount: Int = 0,
            packages: [PatchedPackage] = [], packageCount: Int = 0, supersededBy: [Relative] = [],
            supersedes: [Relative] = [], prerequisites: [Relative] = []
        ) {
            self.summary = summary
            self.description = description
            self.link = link
            self.source = source
            self.builds = builds
            self.vulnerabilities = vulnerabilities
            self.vulnerabilityCount = vulnerabilityCount
            self.packages = packages
            self.packageCount = packageCount
            self.supersededBy = supersededBy
            self.supersedes = supersedes
            self.prerequisites = prerequisites
        }
    }

    /// A vulnerability that installing the patch ends, by itself or as the newest of its line.
    public struct FixedVulnerability: Sendable, Equatable {
        public let cve: String
        public let title: String
        public let severity: Severity?
        /// On which it ends an open finding.
        public let endpoints: Int

        package init(cve: String, title: String, severity: Severity? = nil, endpoints: Int = 0) {
            self.cve = cve
            self.title = title
            self.severity = severity
            self.endpoints = endpoints
        }
    }

    /// Another patch of the line.
    public struct Relative: Sendable, Equatable {
        /// Nil where it is known by its number alone.
        public let id: PatchID?
        public let number: String
        public let title: String?
        /// How many steps away.
        public let distance: Int

        package init(id: PatchID?, number: String, title: String? = nil, distance: Int) {
            self.id = id
            self.number = number
            self.title = title
            self.distance = distance
        }
    }

    /// Of lists within a detail.
    private static let most = 200

    /// - Throws: `StoreError.notFound`.
    public func detail(_ id: PatchID, tenant: TenantID) async throws -> Detail {
        let results = try await database.run(
            [Self.summary, Self.fixed, Self.packages, Self.newer, Self.older, Self.needed].map {
                Statement($0, [.id(tenant), .id(id)])
            }, tenant: tenant)
        guard let row = results[0].first else { throw StoreError.notFound(kind: "patch", id: id.description) }
        return Detail(
            summary: try Summary(row), description: try row.decode(15), link: try row.decode(16),
            source: try row.decode(17), builds: try row.decode(18),
            vulnerabilities: try results[1].map { row in
                FixedVulnerability(
                    cve: try row.decode(0), title: try row.decode(1),
                    severity: (try row.decode(2, as: String?.self)).flatMap(Severity.init(rawValue:)),
                    endpoints: try row.decode(3))
            }, vulnerabilityCount: try results[1].first?.decode(4) ?? 0,
            packages: try results[2].map { row in
                PatchedPackage(
                    ecosystem: Ecosystem(osv: try row.decode(0)), name: try row.decode(1), fixed: try row.decode(2),
                    stream: try row.decode(3))
            }, packageCount: try results[2].first?.decode(4) ?? 0, supersededBy: try results[3].map(Relative.init),
            supersedes: try results[4].map(Relative.init), prerequisites: try results[5].map(Relative.init))
    }

    private static let summary = """
        SELECT \(Summary.columns), p.description, p.link, p.source, p.builds
        FROM patches AS p
        LEFT JOIN tenant_patches AS t ON t.tenant_id = $1 AND t.patch_id = p.id
        WHERE p.id = $2
        """

    /// What is open here first.
    private static let fixed = """
        WITH named AS (
          SELECT v.id, v.cve_id, v.title, v.severity, v.cvss_score
          FROM patches AS p
          JOIN patch_vulnerabilities AS c USING (kb_number)
          JOIN vulnerabilities AS v ON v.cve_id = c.cve_id
          WHERE p.id = $2
          UNION
          SELECT v.id, v.cve_id, v.title, v.severity, v.cvss_score
          FROM tenant_patch_vulnerabilities AS t
          JOIN vulnerabilities AS v ON v.id = t.vulnerability_id
          WHERE t.tenant_id = $1 AND t.patch_id = $2 AND t.endpoints > 0
        )
        SELECT n.cve_id, n.title, n.severity, coalesce(t.endpoints, 0), count(*) OVER ()
        FROM named AS n
        LEFT JOIN tenant_patch_vulnerabilities AS t
          ON t.tenant_id = $1 AND t.patch_id = $2 AND t.vulnerability_id = n.id
        ORDER BY coalesce(t.endpoints, 0) DESC, n.cvss_score DESC NULLS LAST, n.cve_id DESC
        LIMIT \(most)
        """

    private static let packages = """
        SELECT k.ecosystem, k.package, k.fixed_version, k.stream, count(*) OVER ()
        FROM tenants AS t
        JOIN patch_packages AS k ON k.patch_id = $2
        WHERE t.id = $1
        ORDER BY k.ecosystem, k.package, k.fixed_version
        LIMIT \(most)
        """

    private static let newer = chain("patch_supersedence", from: "superseded", to: "kb_number")
    private static let older = chain("patch_supersedence", from: "kb_number", to: "superseded")
    private static let needed = chain("patch_prerequisites", from: "kb_number", to: "prerequisite")

    /// A circle ends where it began.
    private static func chain(_ table: String, from: String, to: String) -> String {
        """
        WITH RECURSIVE chain (number, distance) AS (
          SELECT p.kb_number, 0
          FROM tenants AS t
          JOIN patches AS p ON p.id = $2
          WHERE t.id = $1
          UNION
          SELECT s.\(to), c.distance + 1
          FROM chain AS c
          JOIN \(table) AS s ON s.\(from) = c.number
          WHERE c.distance < 100
        )
        SELECT p.id, c.number, p.title, min(c.distance)
        FROM chain AS c
        LEFT JOIN patches AS p ON p.kb_number = c.number
        WHERE c.distance > 0 AND c.number <> (SELECT number FROM chain WHERE distance = 0)
        GROUP BY p.id, c.number, p.title
        ORDER BY min(c.distance), c.number
        LIMIT \(most)
        """
    }

    /// Patches that end an open finding on an endpoint, those that remove most risk there first.
    public func missing(on endpoint: EndpointID, limit: Int = 100, tenant: TenantID) async throws -> ListPage<Missing> {
        let rows = try await database.query(
            """
            SELECT \(Summary.columns), m.risk, cardinality(m.vulnerabilities), count(*) OVER ()
            FROM endpoints AS e
            JOIN finding_set_patches AS m ON m.tenant_id = $1 AND m.finding_set_id = e.finding_set_id
            JOIN patches AS p ON p.id = m.patch_id
            LEFT JOIN tenant_patches AS t ON t.tenant_id = $1 AND t.patch_id = m.patch_id
            WHERE e.tenant_id = $1 AND e.id = $2
            ORDER BY m.risk DESC, p.kb_number
            LIMIT $3
            """, [.id(tenant), .id(endpoint), .int(limit)], tenant: tenant)
        return ListPage(
            items: try rows.map { row in
                Missing(
                    patch: try Summary(row), riskRemoved: Double(try row.decode(15, as: Int64.self)) / 10,
                    vulnerabilities: try row.decode(16))
            }, total: try rows.first?.decode(17) ?? 0, next: nil)
    }

    /// A patch that one endpoint needs.
    public struct Missing: Sendable {
        public let patch: Summary
        /// On this endpoint.
        public let riskRemoved: Double
        public let vulnerabilities: Int

        package init(patch: Summary, riskRemoved: Double, vulnerabilities: Int) {
            self.patch = patch
            self.riskRemoved = riskRemoved
            self.vulnerabilities = vulnerabilities
        }
    }
}

extension PatchStore.Relative {
    init(_ row: Row) throws {
        self.init(
            id: try row.decode(0), number: try row.decode(1), title: try row.decode(2), distance: try row.decode(3))
    }
}
