import Domain
import Store

/// A VEX document as the API shows it.
struct VEXDocumentView: JSONContent {
    let record: VEXRecord

    init(_ record: VEXRecord) { self.record = record }

    static let fields: [Schema.Field] = [
        .field("id", .uuid), .field("document_id", .string, "What its publisher calls it."),
        .field("format", .cases(of: VEXDocument.Format.self)), .field("author", .string),
        .field("issued_at", .timestamp.orNull, "When this edition was issued, as it says."),
        .field("imported_by", .string), .field("imported_at", .timestamp),
        .field("statement_count", .integer),
        .field("findings", .integer, "Findings that its statements hide now, on all endpoints."),
    ]
    static let schema = Schema.named("VEXDocument", .object(fields))

    func write(to writer: inout JSONWriter) { writer.object { writeFields(to: &$0) } }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("id", record.id)
        writer.field("document_id", record.document)
        writer.field("format", record.format.rawValue)
        writer.field("author", record.author)
        writer.field("issued_at", record.issuedAt)
        writer.field("imported_by", record.importedBy)
        writer.field("imported_at", record.importedAt)
        writer.field("statement_count", record.statements)
        writer.field("findings", record.findings)
    }
}

/// A VEX document with what it says.
struct VEXDetailView: JSONContent {
    let record: VEXRecord
    let statements: [VEXRecord.Statement]

    static let schema = Schema.named(
        "VEXDetail",
        .object(VEXDocumentView.fields + [.field("statements", .array(of: VEXStatementView.schema))]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            VEXDocumentView(record).writeFields(to: &writer)
            writer.field("statements", array: statements.map(VEXStatementView.init))
        }
    }
}

/// One statement.
struct VEXStatementView: JSONContent {
    let record: VEXRecord.Statement

    init(_ record: VEXRecord.Statement) { self.record = record }

    static let schema = Schema.named(
        "VEXStatement",
        .object([
            .field("id", .uuid), .field("vulnerabilities", .array(of: .string)),
            .field("products", .array(of: VEXProductView.schema)), .field("status", .cases(of: VEXStatus.self)),
            .field("justification", .string.orNull), .field("impact_statement", .string.orNull),
            .field("action_statement", .string.orNull), .field("author", .string),
            .field("stated_at", .timestamp.orNull),
            .field("hides_findings", .boolean, "Whether it hides what it speaks of; “not affected” needs a reason."),
            .field("findings", .integer, "Findings that it hides now, on all endpoints."),
        ]))

    func write(to writer: inout JSONWriter) {
        let statement = record.statement
        writer.object { writer in
            writer.field("id", record.id)
            writer.field("vulnerabilities", array: statement.vulnerabilities)
            writer.field("products", array: statement.products.map(VEXProductView.init))
            writer.field("status", statement.status.rawValue)
            writer.field("justification", statement.justification)
            writer.field("impact_statement", statement.impact)
            writer.field("action_statement", statement.action)
            writer.field("author", statement.author)
            writer.field("stated_at", statement.date)
            writer.field("hides_findings", statement.hidesFindings)
            writer.field("findings", record.findings)
        }
    }
}

/// What a statement is of.
struct VEXProductView: JSONContent {
    let product: VEXProduct

    init(_ product: VEXProduct) { self.product = product }

    static let schema = Schema.named(
        "VEXProduct",
        .object([
            .field("id", .string, "A package URL, a host's name, any text."), .field("cpe", .string.orNull),
            .field("in", .string.orNull, "The host or system that it counts in; null wherever it is."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", product.component.id)
            writer.field("cpe", product.component.cpe)
            writer.field("in", product.container?.id)
        }
    }
}
