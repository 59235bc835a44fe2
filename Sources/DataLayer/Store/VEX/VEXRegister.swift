import Domain
import FoundationEssentials
import Postgres
import Scanner

/// A VEX statement of a tenant.
package struct ActiveStatement: Sendable {
    package let id: UUID
    package let statement: VEXStatement

    package init(id: UUID, statement: VEXStatement) {
        self.id = id
        self.statement = statement
    }

    /// Whose word it is, as a finding's history names it.
    var actor: String { statement.author.isEmpty ? "VEX" : statement.author }
}

/// What a tenant's VEX statements say of vulnerabilities, and the endpoints that they name.
package struct VEXRegister: Sendable {
    /// By vulnerability, the one that counts before the others.
    private var statements: [UUID: [ActiveStatement]] = [:]
    /// The names of endpoints that statements may be about, by their ids.
    private(set) var hosts: [UUID: [String]] = [:]

    package init() {}

    /// - Parameter statements: by vulnerability, the last one first.
    package init(_ statements: [UUID: [ActiveStatement]]) { self.statements = statements }

    /// The statement that hides a finding; nil where none does, or the last one says that it is affected.
    func hiding(_ finding: StoredFinding, on host: VEXHost) -> ActiveStatement? {
        guard let candidates = statements[finding.vulnerability] else { return nil }
        let subject = VEXSubject(
            packages: finding.packages, installed: finding.installed, package: finding.package,
            ecosystem: finding.ecosystem)
        let last = candidates.first { candidate in
            candidate.statement.products.contains { host.isMeant(by: $0, subject) }
        }
        return last.flatMap { $0.statement.hidesFindings ? $0 : nil }
    }

    /// As if these statements were not there.
    mutating func remove(_ gone: Set<UUID>) {
        statements = statements.mapValues { rest in rest.filter { !gone.contains($0.id) } }
    }
}

extension VEXRegister {
    /// - Parameter vulnerabilities: those that findings will be asked about; nil for all.
    static func queries(tenant: TenantID, vulnerabilities: [UUID]?) -> [Statement] {
        [
            Statement(
                """
                SELECT v.id, s.id, \(VEXStatement.columns)
                FROM vex_statements AS s
                CROSS JOIN unnest(s.vulnerabilities) AS name
                JOIN vulnerabilities AS v ON v.cve_id = name
                JOIN vex_documents AS d ON d.tenant_id = s.tenant_id AND d.id = s.document
                WHERE s.tenant_id = $1 \(vulnerabilities == nil ? "" : "AND v.id = ANY($2)")
                ORDER BY s.stated_at DESC NULLS LAST, s.imported_at DESC, s.position DESC, s.id
                """, [.id(tenant)] + (vulnerabilities.map { [.uuidArray($0)] } ?? [])),
            // Without a statement no endpoint is looked at.
            Statement(
                """
                WITH named AS MATERIALIZED (
                  SELECT DISTINCT unnest(hosts) AS name
                  FROM vex_statements
                  WHERE tenant_id = $1
                )
                SELECT e.id, e.hostname, e.fqdn, e.device_id
                FROM endpoints AS e
                WHERE e.tenant_id = $1
                  AND (SELECT count(*) FROM named) > 0
                  AND (lower(e.hostname) IN (SELECT name FROM named) OR lower(e.fqdn) IN (SELECT name FROM named)
                    OR lower(e.device_id) IN (SELECT name FROM named))
                """, [.id(tenant)]),
        ]
    }

    /// - Parameter results: of `queries`.
    init(results: ArraySlice<Rows>) throws {
        let decoder = JSONDecoder()
        for row in results[results.startIndex] {
            let statement = ActiveStatement(
                id: try row.decode(1), statement: try VEXStatement(row, from: 2, decoder: decoder))
            statements[try row.decode(0), default: []].append(statement)
        }
        for row in results[results.startIndex + 1] {
            hosts[try row.decode(0)] = try (1...3).compactMap { try row.decode($0, as: String?.self) }
        }
    }
}

extension VEXStatement {
    /// Of `vex_statements`, aliased `s`, and `vex_documents`, aliased `d`.
    static let columns = """
        s.vulnerabilities, s.status, s.justification, s.impact, s.action, s.author, s.stated_at, d.document_id, s.products
        """

    init(_ row: Row, from column: Int, decoder: JSONDecoder = JSONDecoder()) throws {
        self.init(
            vulnerabilities: try row.decode(column),
            products: try decoder.decode([VEXProduct].self, from: Data(row.rows.bytes(row.index, column + 8))),
            status: VEXStatus(rawValue: try row.decode(column + 1)) ?? .underInvestigation,
            justification: try row.decode(column + 2), impact: try row.decode(column + 3),
            action: try row.decode(column + 4), author: try row.decode(column + 5), date: try row.decode(column + 6),
            document: try row.decode(column + 7))
    }
}
