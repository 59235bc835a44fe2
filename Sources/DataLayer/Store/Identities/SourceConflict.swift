import Domain
import FoundationEssentials
import Postgres

/// Something in which the sources of one endpoint contradict each other.
public struct SourceConflict: Sendable, Hashable {
    /// What they differ in, the gravest first.
    public enum Field: String, Sendable, CaseIterable, Codable {
        case isolation, compliance
        case osVersion = "os_version"
        case lastSeen = "last_seen"
        case name

        /// How much it counts in the ranking of endpoints.
        public var weight: Int {
            switch self {
            case .isolation: 100
            case .compliance: 50
            case .osVersion: 20
            case .lastSeen: 10
            case .name: 5
            }
        }
    }

    public let field: Field
    /// What each source says, by its title.
    public let values: [String: String]
}

extension SourceConflict {
    /// How long sources that work may have heard of a machine apart from each other.
    static let patience: TimeInterval = 7 * 86_400

    /// What contradicts in sources that have an endpoint now. What one does not say contradicts nothing, and neither does
    /// what one says less exactly than another.
    public static func all(_ sources: [EndpointSource]) throws -> [SourceConflict] {
        // A source may have several devices of one machine; the one it heard of last stands for it.
        var titles: Set<String> = []
        let present = sources.filter { $0.endedAt == nil && $0.quarantinedAt == nil }
            .sorted { $0.lastSeenAt > $1.lastSeenAt }.filter { titles.insert($0.title).inserted }
        var said: [Field: [String: String]] = [:]
        for source in present {
            guard let report = try source.deviceReport() else { continue }
            func say(_ field: Field, _ value: String?) {
                if let value, !value.isEmpty { said[field, default: [:]][source.title] = value }
            }
            say(.isolation, report.isolation == .unknown ? nil : report.isolation.rawValue)
            say(.compliance, report.complianceState?.lowercased())
            say(.osVersion, report.os.version)
            say(.name, String(report.hostname.lowercased().prefix { $0 != "." }))
        }
        var conflicts = Field.allCases.compactMap { field in
            said[field].flatMap { values in
                field.isContradicted(by: Set(values.values)) ? SourceConflict(field: field, values: values) : nil
            }
        }
        let seen = present.map(\.lastSeenAt)
        if let first = seen.min(), let last = seen.max(), last.timeIntervalSince(first) > patience {
            let values = Dictionary(uniqueKeysWithValues: present.map { ($0.title, $0.lastSeenAt.formatted(.iso8601)) })
            conflicts.append(SourceConflict(field: .lastSeen, values: values))
        }
        return conflicts.sorted { $0.field.weight > $1.field.weight }
    }
}

extension SourceConflict.Field {
    /// A version that is told less exactly, `13` of `13.5.1`, contradicts nothing.
    func isContradicted(by values: Set<String>) -> Bool {
        guard self == .osVersion, let longest = values.max(by: { $0.utf8.count < $1.utf8.count }) else {
            return values.count > 1
        }
        return !values.allSatisfy { "\(longest).".hasPrefix("\($0).") }
    }
}

/// An endpoint whose sources contradict each other.
public struct Disagreement: Sendable {
    public let endpoint: EndpointID
    public let hostname: String
    public let riskScore: Double
    public let fields: [SourceConflict.Field]
    /// Of all that contradicts; the more the graver.
    public let weight: Int
    /// The names of the sources.
    public let sources: [String]

    public init(
        endpoint: EndpointID, hostname: String, riskScore: Double, fields: [SourceConflict.Field], weight: Int,
        sources: [String]
    ) {
        self.endpoint = endpoint
        self.hostname = hostname
        self.riskScore = riskScore
        self.fields = fields
        self.weight = weight
        self.sources = sources
    }
}

extension IdentityStore {
    /// Where sources contradict each other, the gravest first; of equal ones the riskiest endpoint.
    public func disagreements(limit: Int = 100, offset: Int = 0, tenant: TenantID) async throws -> [Disagreement] {
        try await store.app.query(
            """
            WITH latest AS (
              SELECT DISTINCT ON (s.endpoint_id, s.connector_id, r.report ->> 'product') s.endpoint_id, s.connector_id,
                c.name AS source, s.last_seen_at, nullif(r.report ->> 'isolation', 'unknown') AS isolation,
                lower(r.report ->> 'compliance_state') AS compliance,
                nullif(r.report #>> '{os,version}', '') AS os_version,
                lower(split_part(r.report ->> 'hostname', '.', 1)) AS name
              FROM endpoint_sources AS s
              JOIN connectors AS c ON c.tenant_id = $1 AND c.id = s.connector_id
              LEFT JOIN connector_records AS r ON r.tenant_id = $1 AND r.connector_id = s.connector_id
                AND r.stream = 'devices' AND r.source_id = s.device_id
              WHERE s.tenant_id = $1 AND s.endpoint_id IS NOT NULL AND s.ended_at IS NULL
                AND s.quarantined_at IS NULL
              ORDER BY s.endpoint_id, s.connector_id, r.report ->> 'product', s.last_seen_at DESC, s.device_id
            ), grouped AS (
              SELECT endpoint_id, array_agg(DISTINCT source) AS sources, count(DISTINCT isolation) > 1 AS isolation,
                count(DISTINCT compliance) > 1 AS compliance, array_agg(DISTINCT os_version) AS os_versions,
                (array_agg(os_version ORDER BY length(os_version) DESC NULLS LAST))[1] AS longest,
                max(last_seen_at) - min(last_seen_at) > interval '7 days' AS last_seen,
                count(DISTINCT name) > 1 AS name
              FROM latest
              GROUP BY endpoint_id
              HAVING count(*) > 1
            ), said AS (
              -- A version that is told less exactly contradicts nothing.
              SELECT *, EXISTS (
                SELECT FROM unnest(os_versions) AS v (said) WHERE NOT starts_with(longest || '.', v.said || '.'))
                AS os_version
              FROM grouped
            ), weighed AS (
              SELECT *, \(SourceConflict.Field.allCases.map { "\($0.rawValue)::int * \($0.weight)" }
                .joined(separator: " + ")) AS weight
              FROM said
            )
            SELECT e.id, e.hostname, e.risk_score, w.isolation, w.compliance, w.os_version, w.last_seen, w.name,
              w.weight, w.sources
            FROM weighed AS w
            JOIN endpoints AS e ON e.tenant_id = $1 AND e.id = w.endpoint_id
            WHERE w.weight > 0
            ORDER BY w.weight DESC, e.risk_score DESC, e.id
            LIMIT $2 OFFSET $3
            """, [.id(tenant), .int(limit), .int(offset)], tenant: tenant
        ).map { row in
            let fields = try zip(SourceConflict.Field.allCases, 3..<8).filter { try row.decode($0.1) }.map(\.0)
            return Disagreement(
                endpoint: try row.decode(0), hostname: try row.decode(1), riskScore: try row.decode(2), fields: fields,
                weight: try row.decode(8), sources: try row.decode(9))
        }
    }
}
