import Domain
import FoundationEssentials
import Postgres
import Risk
import Versions

extension Store {
    /// What would be if.
    public var simulation: SimulationStore { SimulationStore(database: app) }
}

/// Answers what updates would do to a tenant's risk. The work goes by distinct sets of findings, which
/// PostgreSQL sums up, and not by endpoints.
public struct SimulationStore: Sendable {
    let database: Database

    /// Something that is fixed.
    public enum Fix: Sendable, Hashable {
        /// A vulnerability, wherever it is and whether or not there is an update.
        case vulnerability(String)
        /// A package or its source, brought to a version: what is fixed in that version or an earlier one
        /// is gone. Without a version, to one that fixes all that can be fixed.
        case package(String, version: String? = nil, ecosystem: String? = nil)
    }

    /// The fleet, or a part of it, at one side of the question.
    public struct State: Sendable, Equatable {
        public var meanRisk = 0.0
        public var highestRisk = 0.0
        public var healthy = 0
        public var atRisk = 0
        public var critical = 0
        public var openFindings = 0

        public init() {}
    }

    /// An endpoint that gains.
    public struct Gain: Sendable {
        public let id: EndpointID
        public let hostname: String
        public let before: Double
        public let after: Double

        package init(id: EndpointID, hostname: String, before: Double, after: Double) {
            self.id = id
            self.hostname = hostname
            self.before = before
            self.after = after
        }
    }

    /// The answer.
    public struct Outcome: Sendable {
        public var before = State()
        public var after = State()
        /// Endpoints on which a finding goes.
        public var endpoints = 0
        /// Findings that go, on all endpoints.
        public var findings = 0
        /// The endpoints that gain most.
        public var gains: [Gain] = []

        package init() {}
    }

    /// What remains when everything that is named is fixed.
    /// - Parameter shown: endpoints to name.
    public func simulate(_ fixes: [Fix], shown: Int = 20, tenant: TenantID) async throws -> Outcome {
        let conditions = try await condition(fixes, tenant: tenant)
        let rows = try await database.query(
            """
            WITH sets AS (
              SELECT finding_set_id AS id, count(*) AS endpoints
              FROM endpoints
              WHERE tenant_id = $1 AND finding_set_id IS NOT NULL
              GROUP BY finding_set_id
            ), open AS (
              SELECT f.finding_set_id, floor(f.risk_score::float8 * 10 + 0.5)::bigint AS tenths, f.known_exploited,
                \(conditions.sql) AS is_fixed
              FROM findings AS f
              WHERE f.tenant_id = $1 AND f.status IN ('open', 'in_progress')
            ), sums AS (
              SELECT finding_set_id, count(*) AS open, max(tenths) AS worst, sum(tenths * tenths)::bigint AS squares,
                bool_or(known_exploited) AS exploited, count(*) FILTER (WHERE NOT is_fixed) AS left,
                max(tenths) FILTER (WHERE NOT is_fixed) AS worst_left,
                (sum(tenths * tenths) FILTER (WHERE NOT is_fixed))::bigint AS squares_left,
                bool_or(known_exploited) FILTER (WHERE NOT is_fixed) AS exploited_left
              FROM open
              GROUP BY finding_set_id
            )
            SELECT s.id, s.endpoints, coalesce(o.open, 0), coalesce(o.worst, 0), coalesce(o.squares, 0),
              coalesce(o.exploited, false), coalesce(o.left, 0), coalesce(o.worst_left, 0), coalesce(o.squares_left, 0),
              coalesce(o.exploited_left, false)
            FROM sets AS s
            LEFT JOIN sums AS o ON o.finding_set_id = s.id
            """, conditions.parameters, tenant: tenant)
        var tally = SimulationTally()
        for row in rows { tally.add(try SimulationTally.Part(row)) }
        var outcome = tally.outcome
        outcome.gains = try await gains(tally.best(shown), shown, tenant: tenant)
        return outcome
    }

    private func gains(
        _ sets: [SimulationTally.Part], _ count: Int, tenant: TenantID
    ) async throws -> [Gain] {
        guard !sets.isEmpty else { return [] }
        let rows = try await database.query(
            """
            SELECT e.id, e.hostname, e.finding_set_id
            FROM unnest($2::uuid[]) WITH ORDINALITY AS s (id, place)
            CROSS JOIN LATERAL (
              SELECT id, hostname, finding_set_id
              FROM endpoints
              WHERE tenant_id = $1 AND finding_set_id = s.id
              ORDER BY id
              LIMIT $3
            ) AS e
            ORDER BY s.place, e.hostname
            LIMIT $3
            """, [.id(tenant), .uuidArray(sets.map(\.set)), .int(count)], tenant: tenant)
        let scores = Dictionary(sets.map { ($0.set, $0) }) { first, _ in first }
        return try rows.compactMap { row in
            guard let part = scores[try row.decode(2)] else { return nil }
            return Gain(
                id: try row.decode(0), hostname: try row.decode(1), before: part.scoreBefore, after: part.scoreAfter)
        }
    }

    /// SQL that says of a finding `f` whether it is fixed.
    private func condition(_ fixes: [Fix], tenant: TenantID) async throws -> (sql: String, parameters: [Value]) {
        let cves = fixes.compactMap { fix in if case .vulnerability(let cve) = fix { cve } else { nil } }
        let updates = try await updates(fixes, tenant: tenant)
        let sql = """
            (f.vulnerability_id = ANY(ARRAY(SELECT id FROM vulnerabilities WHERE cve_id = ANY($2)))
                  OR (f.fixed IS NOT NULL AND (f.ecosystem, f.package, f.fixed) IN (
                    SELECT * FROM unnest($3::text[], $4::text[], $5::text[]))))
            """
        return (
            sql,
            [
                .id(tenant), .textArray(cves), .textArray(updates.map(\.ecosystem)),
                .textArray(updates.map(\.package)), .textArray(updates.map(\.fixed)),
            ]
        )
    }

    /// The fixed versions that packages' fixes reach, told apart by the ordering of the package's versions.
    private func updates(_ fixes: [Fix], tenant: TenantID) async throws -> [KnownFix] {
        var wanted: [String: [(version: String?, ecosystem: String?)]] = [:]
        for case .package(let name, let version, let ecosystem) in fixes {
            wanted[name, default: []].append((version, ecosystem))
        }
        guard !wanted.isEmpty else { return [] }
        return try await KnownFix.of(packages: Array(wanted.keys), database, tenant: tenant).filter { known in
            known.names.contains { name in
                (wanted[name] ?? []).contains { version, ecosystem in
                    (ecosystem ?? known.ecosystem) == known.ecosystem && (version.map(known.isReached) ?? true)
                }
            }
        }
    }
}

/// A fixed version of a package that findings name.
struct KnownFix: Hashable {
    let ecosystem: String
    let package: String
    let fixed: String
    let scheme: VersionScheme
    /// The package's, and those of the binary packages that it is installed as.
    let names: Set<String>

    static func of(packages: [String], _ database: Database, tenant: TenantID) async throws -> [KnownFix] {
        let rows = try await database.query(
            """
            SELECT DISTINCT ecosystem, package, fixed, explanation ->> 'scheme', packages
            FROM findings
            WHERE tenant_id = $1 AND status IN ('open', 'in_progress') AND fixed IS NOT NULL
              AND (package = ANY($2) OR packages && $2::text[])
            """, [.id(tenant), .textArray(packages)], tenant: tenant)
        return try rows.map { row in
            let package: String = try row.decode(1)
            return KnownFix(
                ecosystem: try row.decode(0), package: package, fixed: try row.decode(2),
                scheme: (try row.decode(3, as: String?.self)).flatMap(VersionScheme.init(rawValue:)) ?? .generic,
                names: Set(try row.decode(4, as: [String].self)).union([package]))
        }
    }

    /// Whether a version has the fix; not when the two cannot be compared.
    func isReached(by version: String) -> Bool {
        switch Versions.compare(fixed, version, scheme: scheme) {
        case .less, .equal: true
        default: false
        }
    }
}
