import Domain
import FoundationEssentials
import Postgres
import Risk

/// Endpoints that a scan cannot tell apart: same software, same system, same circumstances, and
/// the same findings so far.
struct ScanGroup: Sendable {
    let softwareSet: UUID
    let findingSet: UUID?
    let ecosystem: Ecosystem
    let kernelRelease: String?
    let exposure: Exposure
    let criticality: AssetCriticality
    let endpoints: [UUID]

    /// Reads the endpoints of a tenant in groups, largest software sets' neighbours together.
    /// - Parameter scope: nil for all.
    static func statement(tenant: TenantID, scope: [UUID]?) -> Statement {
        // Named ones are joined: a condition on the array would compare each endpoint with each of its items.
        let named = scope == nil ? "" : "JOIN (SELECT DISTINCT unnest($2::uuid[])) AS named (id) ON named.id = e.id"
        return Statement(
            """
            SELECT e.software_set, e.finding_set_id, e.os_id, e.os_version, e.kernel_release, e.exposure, e.criticality,
              array_agg(e.id ORDER BY e.id)
            FROM endpoints AS e
            \(named)
            WHERE e.tenant_id = $1 AND e.software_set IS NOT NULL
            GROUP BY e.software_set, e.finding_set_id, e.os_id, e.os_version, e.kernel_release, e.exposure, e.criticality
            ORDER BY e.software_set, e.finding_set_id NULLS FIRST
            """, [.id(tenant)] + (scope.map { [.uuidArray($0)] } ?? []))
    }

    /// A row of `statement`.
    init(_ row: Row) throws {
        softwareSet = try row.decode(0)
        findingSet = try row.decode(1)
        ecosystem = Ecosystem(osv: "\(try row.decode(2, as: String.self)):\(try row.decode(3, as: String.self))")
        kernelRelease = try row.decode(4)
        exposure = Exposure(rawValue: try row.decode(5)) ?? .internal
        criticality = AssetCriticality(rawValue: try row.decode(6)) ?? .normal
        endpoints = try row.decode(7)
    }

    /// What the scanner's answer depends on: groups that differ in history only share it.
    struct Key: Hashable {
        let softwareSet: UUID
        let ecosystem: Ecosystem
        let kernelRelease: String?
        let exposure: Exposure
        let criticality: AssetCriticality
    }

    var key: Key {
        Key(
            softwareSet: softwareSet, ecosystem: ecosystem, kernelRelease: kernelRelease, exposure: exposure,
            criticality: criticality)
    }
}
