import Domain
import FoundationEssentials
import Store

/// Live queries of osquery's nodes.
package enum OsqueryPage {
    /// Nodes, a form, and what was asked lately.
    package static func render(
        _ nodes: [OsqueryNode], recent: [OsqueryQuery.Summary], host: String?, csrfToken: String
    ) -> HTML {
        guard !nodes.isEmpty else {
            return """
                <section class="card"><h2>Live queries</h2>\(Components.empty(
                    .plug, "No osquery node yet",
                    "<p>Make an enrolment token under <a class=\"inline\" href=\"/settings/agents\">Agents</a> and give it to osquery as its enroll secret.</p>"
                ))</section>
                """
        }
        return """
            <section class="card"><h2>Ask osquery</h2>
            <form class="fields" method="post" action="/settings/osquery">
            <input type="hidden" name="csrf_token" value="\(csrfToken)">
            <label class="grow">Query, in osquery’s SQL<textarea name="sql" rows="3" required maxlength="10000"
            placeholder="SELECT name, path FROM processes WHERE on_disk = 0"></textarea></label>
            <label>Hosts, separated by commas; all without<input type="text" name="hosts" value="\(host ?? "")"
            list="osquery-hosts"></label>
            <datalist id="osquery-hosts">\(nodes.prefix(1000).map { "<option value=\"\($0.hostname)\"></option>" as HTML })</datalist>
            <label>Wait for hosts that are away<select name="seconds">\(waits)</select></label>
            <button>Ask</button>
            </form><p class="muted">It reads whatever osquery can read there, and is in the audit trail.</p></section>
            <section class="card"><h2>Asked lately</h2>\(list(recent))</section>
            <section class="card"><h2>Nodes</h2>\(list(nodes))</section>
            """
    }

    private static let waits: HTML =
        "\([("60", "a minute"), ("3600", "an hour"), ("86400", "a day")].map { Components.option($0.0, $0.1, selected: "3600") })"

    private static func list(_ recent: [OsqueryQuery.Summary]) -> HTML {
        guard !recent.isEmpty else { return "<p>Nothing yet.</p>" }
        let rows = recent.map { query -> [HTML] in
            [
                "<a class=\"strong\" href=\"/settings/osquery/queries/\(query.id.description)\">\(String(query.sql.prefix(80)))</a>",
                "\(query.requestedBy)", "\(query.answered) of \(query.asked)", Components.time(query.createdAt),
            ]
        }
        return Table(
            caption: "Live queries",
            columns: [.init("Query", .wide), .init("Asked by"), .init("Answers", .number), .init("When")], rows: rows
        ).html
    }

    private static func list(_ nodes: [OsqueryNode]) -> HTML {
        let rows = nodes.map { node -> [HTML] in
            [
                "<span class=\"strong\">\(node.hostname)</span>", "\(node.platform)", "\(node.version)",
                Components.time(node.lastSeenAt),
            ]
        }
        return Table(
            caption: "osquery nodes",
            columns: [.init("Machine", .wide), .init("Platform"), .init("osquery"), .init("Last seen")], rows: rows
        ).html
    }

    /// One query with what has come of it.
    package static func render(_ query: OsqueryQuery, now: Date = Date()) -> HTML {
        let result = OsqueryTable(query)
        let answered = query.answers.count { $0.answeredAt != nil }
        let isOver = answered == query.answers.count || query.expiresAt <= now
        let watch: HTML =
            isOver
            ? .empty
            : "<p role=\"status\" data-watch=\"/api/osquery/queries/\(query.id.description)\" data-key=\"answered\" data-status=\"\(answered)\">Answers are shown as they come.</p>"
        return """
            <section class="card"><h2>Query</h2><pre>\(query.sql)</pre>
            <p>\(query.requestedBy) asked it \(Components.time(query.createdAt)). \(answered) of \(query.answers.count) hosts \
            have answered, with \(Text.grouped(result.rows.count)) rows.</p>\(watch)
            <p><a class="inline" href="/settings/osquery/queries/\(query.id.description)/csv">Save as CSV</a> · \
            <a class="inline" href="/settings/osquery">Another query</a></p></section>
            <section class="card"><h2>Rows</h2>\(rows(result))</section>
            <section class="card"><h2>Hosts</h2>\(hosts(query, isOver: isOver))</section>
            """
    }

    /// Rows that a page shows; the file has all.
    private static let shown = 500

    private static func rows(_ result: OsqueryTable) -> HTML {
        guard !result.rows.isEmpty else { return "<p>No host has answered with a row.</p>" }
        let more: HTML =
            result.rows.count > shown
            ? "<p>The first \(Text.grouped(shown)); the file has all \(Text.grouped(result.rows.count)).</p>" : .empty
        let cells = result.rows.prefix(shown).map { row in row.map { "\($0)" as HTML } }
        let columns = result.columns.enumerated().map { place, name in Table.Column(name, place == 0 ? .wide : .text) }
        return "\(Table(caption: "Rows", columns: columns, rows: Array(cells)).html)\(more)"
    }

    private static func hosts(_ query: OsqueryQuery, isOver: Bool) -> HTML {
        let rows = query.answers.map { answer -> [HTML] in
            [
                "<span class=\"strong\">\(answer.hostname)</span>", state(answer, isOver: isOver),
                Components.time(answer.answeredAt),
            ]
        }
        return Table(
            caption: "Hosts", columns: [.init("Machine", .wide), .init("State", .wide), .init("Answered")], rows: rows
        ).html
    }

    private static func state(_ answer: OsqueryQuery.Answer, isOver: Bool) -> HTML {
        switch answer.state {
        case .completed: "answered"
        case .failed: "<span class=\"badge critical\">failed</span> \(answer.message ?? "")"
        case .pending, .sent: isOver ? "<span class=\"muted\">did not answer in time</span>" : "waiting"
        }
    }
}
