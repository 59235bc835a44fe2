import Domain
import FoundationEssentials
import Postgres

/// Takes the findings of a tenant that nobody has been told of since they became overdue or due soon. Under
/// `lock_endpoints`.
struct DeadlineDigest {
    let connection: Connection
    let tenant: TenantID
    let now: Date

    /// Findings that a digest names.
    static let named = 20

    /// Marks them as told of.
    /// - Returns: nil when there are none.
    func take() async throws -> NoticeBody.Deadlines? {
        let policy = try await TenantPolicy.load(connection, tenant: tenant, at: now)
        let soon = now.addingTimeInterval(Double(policy.deadlines.warningDays) * 86_400)
        let overdue = try await part("overdue_noticed_at", from: nil, until: now, warning: 0)
        let dueSoon = try await part(
            "due_soon_noticed_at", from: now, until: soon, warning: policy.deadlines.warningDays)
        guard overdue.findings + dueSoon.findings > 0 else { return nil }
        let version = try await connection.query(
            "SELECT coalesce(max(version), 0)::bigint FROM policies WHERE tenant_id = $1 AND kind = 'sla'",
            [.id(tenant)]
        ).int(0, 0)
        return NoticeBody.Deadlines(policyVersion: version, overdue: overdue, dueSoon: dueSoon)
    }

    private static let open = "f.tenant_id = $1 AND f.status IN ('open', 'in_progress')"
    private static let join = """
        FROM findings AS f
        JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
        """

    /// - Parameters:
    ///   - mark: the column that says when it was told of.
    ///   - warning: days before the deadline at which the state begins.
    private func part(_ mark: String, from: Date?, until: Date, warning: Int) async throws -> NoticeBody.Part {
        let window: [Value] = [.id(tenant), .of(from), .timestamptz(until)]
        let marked = "\(Self.open) AND f.\(mark) = $2"
        let moment: [Value] = [.id(tenant), .timestamptz(now)]
        let results = try await connection.run([
            Statement(
                """
                UPDATE findings AS f
                SET \(mark) = $4
                WHERE \(Self.open) AND f.due_at <= $3 AND ($2::timestamptz IS NULL OR f.due_at > $2)
                  AND (f.\(mark) IS NULL OR f.\(mark) < f.due_at - make_interval(days => $5::int))
                """, window + [.timestamptz(now), .int(warning)]),
            Statement(
                """
                SELECT coalesce(f.severity, 'unrated'), count(*)
                \(Self.join)
                WHERE \(marked)
                GROUP BY 1
                """, moment),
            Statement("SELECT count(DISTINCT e.id)\n\(Self.join)\nWHERE \(marked)", moment),
            Statement(
                """
                SELECT count(*)
                \(Self.join)
                WHERE \(Self.open) AND f.due_at <= $3 AND ($2::timestamptz IS NULL OR f.due_at > $2)
                """, window),
            Statement(
                """
                SELECT \(FindingRow.columns)
                \(Self.join)
                JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
                WHERE \(marked)
                ORDER BY f.risk_order, f.vulnerability_id, f.finding_set_id, e.id
                LIMIT \(Self.named)
                """, moment),
        ])
        var part = NoticeBody.Part()
        for row in results[1] {
            let count: Int = try row.decode(1)
            part.bySeverity[try row.decode(0)] = count
            part.findings += count
        }
        part.endpoints = try results[2].int(0, 0)
        part.total = try results[3].int(0, 0)
        part.first = try results[4].map { NoticeBody.Finding(try FindingRow($0)) }
        return part
    }
}
