import Domain
import FoundationEssentials
import Store

/// A VEX document: what it says, and what that hides.
package enum VEXDocumentPage {
    /// Statements that are shown; a page of more would help nobody.
    private static let limit = 500

    package static func render(_ record: VEXRecord, statements: [VEXRecord.Statement]) -> HTML {
        """
        \(Components.crumbs([("VEX", "/vex")]))
        <div class="heading"><div><h1>\(record.document)</h1>\
        <p>\(VEXPage.format(record.format)) of \(VEXPage.author(record.author)), \
        hides \(Text.count(record.findings, "finding"))</p></div></div>
        <section class="card"><h2>Statements</h2>\(table(statements))\(rest(record, statements))</section>
        """
    }

    private static func table(_ statements: [VEXRecord.Statement]) -> HTML {
        let columns: [Table.Column] = [
            .init("Vulnerability"), .init("Products", .wide), .init("Status"), .init("Why", .wide), .init("Stated"),
            .init("Hides findings", .number),
        ]
        let rows = statements.prefix(limit).map { record -> [HTML] in
            let statement = record.statement
            return [
                names(statement), products(statement.products), status(statement), why(statement),
                "\(Text.day(statement.date))", "\(Text.grouped(record.findings))",
            ]
        }
        return Table(caption: "Statements", columns: columns, rows: rows).html
    }

    private static func names(_ statement: VEXStatement) -> HTML {
        guard let first = statement.vulnerabilities.first else { return .empty }
        let others = statement.vulnerabilities.dropFirst().joined(separator: ", ")
        return
            "\(Components.vulnerabilityLink(first))\(others.isEmpty ? .empty : "<span class=\"under\">\(others)</span>" as HTML)"
    }

    private static func products(_ products: [VEXProduct]) -> HTML {
        let shown = products.prefix(5).map { product -> HTML in
            let place: HTML? = product.container.map { " in <code>\($0.id)</code>" }
            return "<li><code>\(product.component.id)</code>\(place)</li>"
        }
        let more = products.count - shown.count
        return
            "<ul class=\"plain\">\(shown)\(more > 0 ? "<li>and \(Text.grouped(more)) more</li>" as HTML : .empty)</ul>"
    }

    private static func status(_ statement: VEXStatement) -> HTML {
        let style = statement.hidesFindings ? "low" : statement.status == .affected ? "high" : "unknown"
        return "<span class=\"badge \(style)\">\(statement.status.rawValue.replacing("_", with: " "))</span>"
    }

    private static func why(_ statement: VEXStatement) -> HTML {
        let label = statement.justification.map { $0.replacing("_", with: " ") }
        let words = [label, statement.impact, statement.action].compactMap { $0 }
        if words.isEmpty, statement.status == .notAffected {
            return "<span class=\"muted\">no reason given, so it hides nothing</span>"
        }
        return "\(words.joined(separator: ". "))"
    }

    private static func rest(_ record: VEXRecord, _ statements: [VEXRecord.Statement]) -> HTML {
        guard statements.count > limit else { return .empty }
        return
            "<p class=\"small muted\">\(Text.grouped(statements.count - limit)) more: <code>GET /api/vex/\(record.id.description)</code></p>"
    }
}
