import Domain
import FoundationEssentials
import Postgres

/// What a scan changes on the endpoints themselves, collected and written by one statement.
struct EndpointUpdates {
    let now: Date
    private var endpoints: [UUID] = []
    private var findingSets: [UUID?] = []
    private var scores: [Double] = []
    private var statuses: [String] = []
    private var counts: [Int32] = []
    private var excepted: [Int32] = []
    private var worst: [String?] = []
    /// Whether the endpoints have been scanned, rather than judged by other policies.
    private let isScan: Bool

    init(now: Date, isScan: Bool = true) {
        self.now = now
        self.isScan = isScan
    }

    mutating func add(_ group: ScanGroup, findingSet: UUID?, merge: FindingMerge) {
        let figures = EndpointFigures(merge.rows.values)
        for endpoint in group.endpoints {
            endpoints.append(endpoint)
            findingSets.append(findingSet)
            scores.append(figures.score)
            statuses.append(figures.status.rawValue)
            counts.append(Int32(clamping: figures.open))
            excepted.append(Int32(clamping: figures.excepted))
            worst.append(figures.worst?.rawValue)
        }
    }

    func write(_ connection: Connection, tenant: TenantID) async throws {
        _ = try await connection.query(
            """
            UPDATE endpoints AS e
            SET finding_set_id = u.finding_set_id, risk_score = u.risk_score, status = u.status,
                open_findings = u.open_findings, excepted_findings = u.excepted, worst_severity = u.worst,
                scanned_at = CASE WHEN $9 THEN $8 ELSE e.scanned_at END
            FROM unnest($2::uuid[], $3::uuid[], $4::float8[], $5::text[], $6::int[], $7::text[], $10::int[])
              AS u (id, finding_set_id, risk_score, status, open_findings, worst, excepted)
            WHERE e.tenant_id = $1 AND e.id = u.id
            """,
            [
                .id(tenant), .uuidArray(endpoints), .uuidArray(findingSets), .float8Array(scores),
                .textArray(statuses), .int4Array(counts), .textArray(worst), .timestamptz(now),
                .bool(isScan), .int4Array(excepted),
            ])
    }
}
