import Domain
import FoundationEssentials
import Postgres

/// A VEX document that a tenant has imported.
public struct VEXRecord: Sendable {
    public let id: VEXDocumentID
    /// What its publisher calls it.
    public let document: String
    public let format: VEXDocument.Format
    public let author: String
    public let issuedAt: Date?
    public let importedBy: String
    public let importedAt: Date
    public let statements: Int
    /// Findings that its statements hide now, on all endpoints.
    public let findings: Int

    package init(
        id: VEXDocumentID, document: String, format: VEXDocument.Format, author: String, issuedAt: Date? = nil,
        importedBy: String, importedAt: Date, statements: Int = 0, findings: Int = 0
    ) {
        self.id = id
        self.document = document
        self.format = format
        self.author = author
        self.issuedAt = issuedAt
        self.importedBy = importedBy
        self.importedAt = importedAt
        self.statements = statements
        self.findings = findings
    }

    /// One of its statements.
    public struct Statement: Sendable {
        public let id: VEXStatementID
        public let statement: VEXStatement
        /// Findings that it hides now, on all endpoints.
        public let findings: Int

        package init(id: VEXStatementID, statement: VEXStatement, findings: Int = 0) {
            self.id = id
            self.statement = statement
            self.findings = findings
        }
    }

    static let select = """
        SELECT d.id, d.document_id, d.format, d.author, d.issued_at, d.imported_by, d.imported_at,
          (SELECT count(*) FROM vex_statements AS s WHERE s.tenant_id = d.tenant_id AND s.document = d.id),
          (SELECT count(*)
           FROM vex_statements AS s
           JOIN findings AS f ON f.tenant_id = s.tenant_id AND f.vex_id = s.id
           JOIN endpoints AS e ON e.tenant_id = f.tenant_id AND e.finding_set_id = f.finding_set_id
           WHERE s.tenant_id = d.tenant_id AND s.document = d.id)
        FROM vex_documents AS d
        """

    init(_ row: Row) throws {
        self.init(
            id: try row.decode(0), document: try row.decode(1),
            format: VEXDocument.Format(rawValue: try row.decode(2)) ?? .openVEX, author: try row.decode(3),
            issuedAt: try row.decode(4), importedBy: try row.decode(5), importedAt: try row.decode(6),
            statements: try row.decode(7), findings: try row.decode(8))
    }
}
