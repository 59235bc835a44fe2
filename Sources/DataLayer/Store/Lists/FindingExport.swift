import Domain
import FoundationEssentials
import Postgres
import Risk

/// A finding with all that reports say of it.
public struct ExportedFinding: Sendable {
    public let row: FindingRow
    public let explanation: Explanation
    /// The exception that sets it aside.
    public let exception: (kind: ExceptionKind, reason: String, owner: String)?
    /// The VEX statement that hides it.
    public let vex: VEXStatement?
    /// What endpoints that share the finding share: findings of one vulnerability and set are one.
    public var set: UUID { row.set }
}

extension FindingStore {
    /// A part of an export, and behind which finding the next one begins; nil behind the last.
    public struct ExportPage: Sendable {
        public let items: [ExportedFinding]
        public let next: ExportPosition?
    }

    /// A finding on an endpoint, as a place in an export.
    public struct ExportPosition: Sendable {
        let vulnerability: UUID
        let set: UUID
        let endpoint: UUID
    }

    /// The next of the findings that match, those of one vulnerability together, and of these the ones that differ in
    /// the endpoint alone. The query's order and cursor do not count.
    public func export(
        _ query: Query, after position: ExportPosition?, tenant: TenantID
    ) async throws -> ExportPage {
        let statement = Self.exportPage(query, after: position, tenant: tenant)
        let rows = try await database.query(statement.sql, statement.parameters, tenant: tenant)
        let decoder = JSONDecoder()
        var items: [ExportedFinding] = []
        items.reserveCapacity(query.limit)
        for row in rows.prefix(query.limit) {
            let finding = try FindingRow(row)
            let last = items.last.flatMap { $0.isSame(as: finding) ? $0.explanation : nil }
            items.append(
                ExportedFinding(
                    row: finding,
                    explanation: try last
                        ?? decoder.decode(Explanation.self, from: Data(row.rows.bytes(row.index, FindingRow.width))),
                    exception: try ExportedFinding.exception(row), vex: try ExportedFinding.statement(row, decoder)))
        }
        let next = rows.count > query.limit ? items.last.map { ExportPosition($0.row) } : nil
        return ExportPage(items: items, next: next)
    }

    /// In the order of the index over vulnerabilities and sets.
    package static func exportPage(_ query: Query, after position: ExportPosition?, tenant: TenantID) -> Statement {
        var conditions = Conditions(tenant: tenant, column: "f.tenant_id")
        filterFindings(query, &conditions)
        filterEndpoints(query, &conditions)
        if let position {
            let place =
                "(\(conditions.bind(.uuid(position.vulnerability))), \(conditions.bind(.uuid(position.set))))"
            conditions.add("(f.vulnerability_id, f.finding_set_id) >= \(place)")
            conditions.add("((f.vulnerability_id, f.finding_set_id) > \(place) OR e.id > ?)", .uuid(position.endpoint))
        }
        let limit = conditions.bind(.int(query.limit + 1))
        return Statement(
            """
            SELECT \(FindingRow.columns), f.explanation, x.kind, x.reason, x.owner, s.id, \(VEXStatement.columns)
            FROM findings AS f
            JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
            JOIN vulnerabilities AS v ON v.id = f.vulnerability_id
            LEFT JOIN exceptions AS x ON x.tenant_id = f.tenant_id AND x.id = f.exception_id
            LEFT JOIN vex_statements AS s ON s.tenant_id = f.tenant_id AND s.id = f.vex_id
            LEFT JOIN vex_documents AS d ON d.tenant_id = s.tenant_id AND d.id = s.document
            WHERE \(conditions.sql)
            ORDER BY f.vulnerability_id, f.finding_set_id, e.id
            LIMIT \(limit)
            """, conditions.parameters)
    }
}

extension FindingStore.ExportPosition {
    fileprivate init(_ row: FindingRow) {
        self.init(vulnerability: row.vulnerability, set: row.set, endpoint: row.endpoint.uuid)
    }
}

extension ExportedFinding {
    fileprivate func isSame(as other: FindingRow) -> Bool {
        row.vulnerability == other.vulnerability && row.set == other.set
    }

    fileprivate static func exception(_ row: Row) throws -> (kind: ExceptionKind, reason: String, owner: String)? {
        guard let kind = try row.decode(FindingRow.width + 1, as: String?.self) else { return nil }
        return (
            ExceptionKind(rawValue: kind) ?? .accepted, try row.decode(FindingRow.width + 2),
            try row.decode(FindingRow.width + 3)
        )
    }
}

extension ExportedFinding {
    fileprivate static func statement(_ row: Row, _ decoder: JSONDecoder) throws -> VEXStatement? {
        let column = FindingRow.width + 4
        guard try row.decode(column, as: UUID?.self) != nil else { return nil }
        return try VEXStatement(row, from: column + 1, decoder: decoder)
    }
}

extension Finding {
    /// The finding itself, without its endpoint.
    package init(_ exported: ExportedFinding) {
        let row = exported.row
        self.init(
            id: row.cve, packages: row.packages, installed: row.installed, fixed: row.fixed, severity: row.severity,
            cvss: row.cvss, epss: row.epss, isKnownExploited: row.isKnownExploited, exploitCount: row.exploitCount,
            risk: (row.riskScore * 10).rounded() / 10, state: row.state, explanation: exported.explanation)
    }
}
