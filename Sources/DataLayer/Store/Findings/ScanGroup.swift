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
    /// - Parameter scope: a uuid array of endpoints, or NULL for all.
    static func statement(tenant: TenantID, scope: Value) -> Statement {
        Statement(
            """
            SELECT software_set, finding_set_id, os_id, os_version, kernel_release, exposure, criticality,
              array_agg(id ORDER BY id)
            FROM endpoints
            WHERE tenant_id = $1 AND software_set IS NOT NULL AND ($2::uuid[] IS NULL OR id = ANY($2))
            GROUP BY software_set, finding_set_id, os_id, os_version, kernel_release, exposure, criticality
            ORDER BY software_set, finding_set_id NULLS FIRST
            """, [.id(tenant), scope])
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
