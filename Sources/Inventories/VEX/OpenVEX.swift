import Domain
import FoundationEssentials

/// OpenVEX 0.0.1 to 0.2.0. https://github.com/openvex/spec
struct OpenVEX {
    private let limits: DocumentLimits
    private let field: DocumentField

    init(_ limits: DocumentLimits) {
        self.limits = limits
        field = DocumentField(limits)
    }

    func read(_ cursor: inout JSONCursor) throws(DocumentError) -> VEXDocument {
        var (document, author, date): (String, String, Date?) = ("", "", nil)
        var statements: [VEXStatement] = []
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "@id": document = try field.identifier(&cursor)
            case "author": author = try field.identifier(&cursor)
            case "timestamp", "last_updated": date = RFC3339.date(try field.identifier(&cursor)) ?? date
            case "statements":
                statements = try field.list(&cursor, limit: limits.listEntries, of: "statements", statement)
            default: try cursor.skip()
            }
        }
        for place in statements.indices {
            statements[place].document = document
            if statements[place].author.isEmpty { statements[place].author = author }
            statements[place].date = statements[place].date ?? date
        }
        return VEXDocument(format: .openVEX, id: document, author: author, date: date, statements: statements)
    }

    private func statement(_ cursor: inout JSONCursor) throws(DocumentError) -> VEXStatement {
        _ = cursor.peek()
        let start = cursor.offset
        var status: VEXStatus?
        var statement = VEXStatement(vulnerabilities: [], products: [], status: .affected)
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "vulnerability": statement.vulnerabilities = try vulnerability(&cursor)
            case "products":
                statement.products = try field.list(&cursor, limit: limits.listEntries, of: "products", product)
                    .flatMap { $0 }
            case "status": status = VEXStatus(rawValue: try field.identifier(&cursor))
            case "justification": statement.justification = try field.identifier(&cursor)
            case "impact_statement": statement.impact = try field.text(&cursor)
            case "action_statement": statement.action = try field.text(&cursor)
            case "supplier": statement.author = try field.identifier(&cursor)
            case "timestamp", "last_updated":
                statement.date = RFC3339.date(try field.identifier(&cursor)) ?? statement.date
            default: try cursor.skip()
            }
        }
        guard let status else { throw field.invalid(cursor, start, "is missing or unknown").inside("status") }
        guard !statement.vulnerabilities.isEmpty else {
            throw field.invalid(cursor, start, "is missing").inside("vulnerability")
        }
        statement.status = status
        return statement
    }

    /// A name alone in old documents.
    private func vulnerability(_ cursor: inout JSONCursor) throws(DocumentError) -> [String] {
        if try cursor.kind() == .string { return [try field.identifier(&cursor)] }
        var names: [String] = []
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "name": names.append(try field.identifier(&cursor))
            case "aliases": names += try field.list(&cursor, limit: 100, of: "aliases", field.identifier)
            default: try cursor.skip()
            }
        }
        return names.filter { !$0.isEmpty }
    }

    /// With subcomponents the statement is of those, in the product.
    private func product(_ cursor: inout JSONCursor) throws(DocumentError) -> [VEXProduct] {
        if try cursor.kind() == .string {
            return [VEXProduct(component: VEXIdentity(text: try field.identifier(&cursor)))]
        }
        var parts: [VEXProduct] = []
        let whole = try identity(&cursor) { cursor throws(DocumentError) in
            parts = try field.list(&cursor, limit: limits.listEntries, of: "subcomponents", product).flatMap { $0 }
        }
        guard !parts.isEmpty else { return [VEXProduct(component: whole)] }
        return parts.map { VEXProduct(component: $0.component, container: whole) }
    }

    private func identity(
        _ cursor: inout JSONCursor, subcomponents: (inout JSONCursor) throws(DocumentError) -> Void
    ) throws(DocumentError) -> VEXIdentity {
        var (id, identifiers): (String, [String: String]) = ("", [:])
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "@id": id = try field.identifier(&cursor)
            case "identifiers": identifiers = try JSONRow(&cursor).fields
            case "subcomponents": try subcomponents(&cursor)
            default: try cursor.skip()
            }
        }
        return VEXIdentity(text: identifiers["purl"] ?? id, cpe: identifiers["cpe23"] ?? identifiers["cpe22"])
    }
}
