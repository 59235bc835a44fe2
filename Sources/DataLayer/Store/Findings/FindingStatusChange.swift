import Domain
import FoundationEssentials
import Postgres

extension FindingStore {
    /// Sets a finding to open or in progress, with its audit event.
    /// - Throws: `StoreError.notFound`; `.conflict` when it is remediated or under an exception.
    public func setStatus(
        _ status: FindingStatus, of cve: String, on endpoint: EndpointID, reason: String, by principal: Principal
    ) async throws {
        guard status == .open || status == .inProgress else {
            throw StoreError.invalid(
                field: "status",
                reason: "a person sets open or in_progress; scans remediate, and exceptions set findings aside")
        }
        let tenant = principal.tenant
        let sets = try await database.transaction(tenant: tenant) { connection in
            let rows = try await connection.run([
                Statement("SELECT lock_endpoints($1)", [.id(tenant)]),
                Statement(
                    """
                    SELECT f.status, f.exception_id, f.vulnerability_id, f.vex_id, f.finding_set_id
                    FROM endpoints AS e
                    JOIN findings AS f ON f.tenant_id = e.tenant_id AND f.finding_set_id = e.finding_set_id
                    JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
                    WHERE e.tenant_id = $1 AND e.id = $2 AND v.cve_id = $3
                    """, [.id(tenant), .id(endpoint), .text(cve)]),
            ])[1]
            guard let row = rows.first else { throw StoreError.notFound(kind: "finding", id: cve) }
            try Self.check(
                FindingStatus(rawValue: try row.decode(0)) ?? .open, exception: try row.decode(1),
                vex: try row.decode(3))
            let results = try await connection.run([
                Statement(
                    "SELECT set_config('app.actor', $1, true), set_config('app.reason', $2, true)",
                    [.text(principal.name), .text(reason)]),
                Statement(
                    """
                    UPDATE endpoint_vulnerabilities
                    SET status = $4
                    WHERE tenant_id = $1 AND endpoint_id = $2 AND vulnerability_id = $3
                    """,
                    [.id(tenant), .id(endpoint), .uuid(try row.decode(2)), .text(status.rawValue)]),
                Statement(
                    """
                    UPDATE finding_sets
                    SET is_pending = true
                    WHERE tenant_id = $1
                      AND id = (SELECT finding_set_id FROM endpoints WHERE tenant_id = $1 AND id = $2)
                    RETURNING id
                    """, [.id(tenant), .id(endpoint)]),
                AuditEntry(
                    "finding.status", object: "\(endpoint) \(cve)",
                    detail: ["status": status.rawValue, "reason": reason], by: principal
                ).statement(),
                ChangeNotice.statement(tenant),
            ])
            // The endpoint may have left a set that others still have.
            return [try results[2][0].decode(0, as: UUID.self), try row.decode(4)]
        }
        try await EndpointSettlement(database: database, tenant: tenant).run(only: sets)
        cache.invalidate(tenant)
    }

    private static func check(
        _ status: FindingStatus, exception: ExceptionID?, vex: VEXStatementID?
    ) throws(StoreError) {
        if status == .remediated {
            throw .conflict(kind: "finding", reason: "The finding is remediated; only a scan opens it again.")
        }
        if let exception {
            throw .conflict(kind: "finding", reason: "The finding is under the exception \(exception). End that first.")
        }
        if vex != nil {
            throw .conflict(
                kind: "finding", reason: "A VEX statement hides the finding. Remove its document first.")
        }
    }
}
