import Domain
import FoundationEssentials
import Postgres
import Risk

/// Endpoints that a scan cannot tell apart: same software, same system, same circumstances, and
/// the same findings so far.
struct ScanGroup: Sendable {
    let softwareSet: UUID
    /// What sources report of them.
    let reportedSet: UUID?
    let findingSet: UUID?
    let ecosystem: Ecosystem
    let kernelRelease: String?
    let exposure: Exposure
    let criticality: AssetCriticality
    /// Empty where they were only counted.
    let endpoints: [UUID]
    let count: Int
    /// Those of the endpoints' tags that exceptions name.
    let tags: [String]
    /// The endpoint where an exception or a VEX statement names it: it is then alone in its group.
    let named: UUID?

    /// Reads the endpoints of a tenant in groups, largest software sets' neighbours together.
    /// - Parameters:
    ///   - scope: nil for all.
    ///   - sets: only endpoints with one of these sets of findings; nil for all.
    ///   - policy: what is in force, where the groups are to be told apart by it.
    ///   - isCounted: the endpoints are counted, not listed, which takes a third of the time.
    static func statement(
        tenant: TenantID, scope: [UUID]? = nil, sets: [UUID]? = nil, policy: TenantPolicy = TenantPolicy(),
        isCounted: Bool = false
    ) -> Statement {
        // Named ones are joined: a condition on the array would compare each endpoint with each of its items.
        let join = scope == nil ? "" : "JOIN (SELECT DISTINCT unnest($2::uuid[])) AS named (id) ON named.id = e.id"
        var parameters: [Value] = [.id(tenant)] + (scope.map { [.uuidArray($0)] } ?? [])
        func bind(_ value: Value) -> String {
            parameters.append(value)
            return "$\(parameters.count)"
        }
        let ofSets = sets.map { "AND e.finding_set_id = ANY(\(bind(.uuidArray($0))))" } ?? ""
        let named = policy.exceptions.compactMap(\.scope.endpoint) + policy.vex.hosts.keys
        let tags = policy.exceptions.compactMap(\.scope.tag)
        let ownGroup = named.isEmpty ? "NULL::uuid" : "CASE WHEN e.id = ANY(\(bind(.uuidArray(named)))) THEN e.id END"
        let namedTags =
            tags.isEmpty
            ? "'{}'::text[]"
            : "ARRAY(SELECT tag FROM unnest(e.tags) AS tag WHERE tag = ANY(\(bind(.textArray(tags)))) ORDER BY tag)"
        let endpoints = isCounted ? "'{}'::uuid[]" : "array_agg(e.id ORDER BY e.id)"
        return Statement(
            """
            SELECT coalesce(e.software_set, '\(noSoftware)'), e.finding_set_id, e.os_id, e.os_version, e.kernel_release,
              e.exposure, e.criticality, \(endpoints), \(namedTags), \(ownGroup), count(*), e.reported_set
            FROM endpoints AS e
            \(join)
            WHERE e.tenant_id = $1
              AND (e.software_set IS NOT NULL OR e.reported_set IS NOT NULL OR e.finding_set_id IS NOT NULL) \(ofSets)
            GROUP BY e.software_set, e.finding_set_id, e.os_id, e.os_version, e.kernel_release, e.exposure, e.criticality,
              9, 10, e.reported_set
            ORDER BY e.software_set, e.finding_set_id NULLS FIRST
            """, parameters)
    }

    /// In the place of the software of endpoints of which nobody lists any.
    static let noSoftware = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    /// A row of `statement`.
    init(_ row: Row) throws {
        softwareSet = try row.decode(0)
        findingSet = try row.decode(1)
        ecosystem = Ecosystem(osv: "\(try row.decode(2, as: String.self)):\(try row.decode(3, as: String.self))")
        kernelRelease = try row.decode(4)
        exposure = Exposure(rawValue: try row.decode(5)) ?? .internal
        criticality = AssetCriticality(rawValue: try row.decode(6)) ?? .normal
        endpoints = try row.decode(7)
        tags = try row.decode(8)
        named = try row.decode(9)
        count = try row.decode(10)
        reportedSet = try row.decode(11)
    }

    /// What the scanner's answer depends on: groups that differ in history only share it.
    struct Key: Hashable, Sendable {
        let softwareSet: UUID
        let reportedSet: UUID?
        let ecosystem: Ecosystem
        let kernelRelease: String?
        let exposure: Exposure
        let criticality: AssetCriticality
    }

    var key: Key {
        Key(
            softwareSet: softwareSet, reportedSet: reportedSet, ecosystem: ecosystem, kernelRelease: kernelRelease,
            exposure: exposure,
            criticality: criticality)
    }
}
