import Domain
import FoundationEssentials
import Store

/// What others say of vulnerabilities in products: the documents that are in force, and a form for the next one.
package enum VEXPage {
    /// Who looks, and what they may do.
    package struct Actions {
        let csrfToken: String
        let canChange: Bool
        let problem: String?

        package init(csrfToken: String, canChange: Bool, problem: String? = nil) {
            self.csrfToken = csrfToken
            self.canChange = canChange
            self.problem = problem
        }
    }

    package static func render(_ page: ListPage<VEXRecord>, nextPath: String?, actions: Actions) -> HTML {
        """
        <div class="heading"><div><h1>VEX</h1>\
        <p>What makers of products say of vulnerabilities in them. “Not affected” and “fixed” hide findings; they never make one.</p></div>
        <div class="actions"><a class="button quiet" href="/findings?vex=hidden">Hidden findings</a></div></div>
        \(FindingsPage.tabs("/vex"))
        \(actions.problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
        <section class="card"><h2>Documents</h2>\(list(page, nextPath, actions))</section>
        \(form(actions))
        """
    }

    private static func list(_ page: ListPage<VEXRecord>, _ nextPath: String?, _ actions: Actions) -> HTML {
        if page.items.isEmpty {
            return Components.empty(
                .check, "No VEX document yet",
                "<p>Import an OpenVEX or a CSAF document, here or with <code>garrison vex import --tenant NAME FILE</code>.</p>"
            )
        }
        let columns: [Table.Column] = [
            .init("Document", .wide), .init("Issued"), .init("Imported"), .init("Statements", .number),
            .init("Hides findings", .number), .init("Action"),
        ]
        let rows = page.items.map { record -> [HTML] in
            [
                "<a class=\"strong\" href=\"/vex/\(record.id.description)\">\(record.document)</a><span class=\"under\">\(author(record.author)), \(format(record.format))</span>",
                "\(Text.day(record.issuedAt))",
                "\(Components.time(record.importedAt))<span class=\"under\">by \(record.importedBy)</span>",
                "\(Text.grouped(record.statements))", "\(Text.grouped(record.findings))", action(record, actions),
            ]
        }
        return Table(caption: "VEX documents", columns: columns, rows: rows).html
            + Components.pager(shown: page.items.count, total: page.total, first: nil, next: nextPath)
    }

    static func author(_ author: String) -> String { author.isEmpty ? "an unnamed author" : author }

    static func format(_ format: VEXDocument.Format) -> String {
        switch format {
        case .openVEX: "OpenVEX"
        case .csaf: "CSAF"
        }
    }

    private static func action(_ record: VEXRecord, _ actions: Actions) -> HTML {
        guard actions.canChange else { return .empty }
        return Components.confirm(
            "Remove", action: "/vex/\(record.id)/remove", question: "What it hides counts again at once.",
            csrfToken: actions.csrfToken)
    }

    private static func form(_ actions: Actions) -> HTML {
        guard actions.canChange else { return .empty }
        return """
            <section class="card"><h2>Import a document</h2>
            <form class="fields" method="post" action="/vex"><input type="hidden" name="csrf_token" value="\(actions.csrfToken)">
            <label class="whole" hidden>File<input type="file" accept=".json,application/json" data-into="vex-document"></label>
            <label class="whole">OpenVEX or CSAF, as JSON<textarea class="mono" id="vex-document" name="document" required rows="10" spellcheck="false"></textarea></label>
            <button>Import</button></form></section>
            """
    }
}
