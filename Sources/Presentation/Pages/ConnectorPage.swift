import Domain
import FoundationEssentials
import Store

/// One account at a vendor: what was read, what went wrong, and what could not be understood.
package enum ConnectorPage {
    /// The account as it is stored.
    package struct Content {
        let account: ConnectorAccount
        /// Nil for what is not pulled.
        let status: ConnectorStatus?
        let quarantine: [QuarantinedRecord]

        package init(account: ConnectorAccount, status: ConnectorStatus?, quarantine: [QuarantinedRecord]) {
            self.account = account
            self.status = account.isImplicit ? nil : status
            self.quarantine = quarantine
        }
    }

    /// What the page says besides what is stored.
    package struct Outcome {
        /// What the credentials may do, when they were tried just now.
        let checks: [AccessCheck]?
        /// Why they could not be tried.
        let problem: String?
        /// What was done just now, as an address's `notice` names it.
        let notice: String?
        /// The forms as they come back when something in them was wrong.
        let forms: FormFields

        package init(
            checks: [AccessCheck]? = nil, problem: String? = nil, notice: String? = nil,
            forms: FormFields = FormFields("connector")
        ) {
            self.checks = checks
            self.problem = problem
            self.notice = notice
            self.forms = forms
        }
    }

    package static func render(
        _ content: Content, outcome: Outcome, canChange: Bool, csrfToken: String
    ) -> HTML {
        let account = content.account
        return """
            \(Components.crumbs([("Connectors", "/connectors")]))
            <div class="heading"><div><h1>\(account.name)</h1><p>\(ConnectorsPage.title(account.kind))</p></div>\
            \(canChange && !account.isImplicit ? actions(account, csrfToken) : .empty)</div>
            \(outcome.notice.flatMap(sentence).map { "<p class=\"notice done\" role=\"status\">\($0)</p>" as HTML })
            \(outcome.problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
            \(outcome.checks.map(checks) ?? .empty)
            \(outcome.forms.notice(unless: ConnectorForms.names(account)))
            <section class="card"><h2>State</h2>\(facts(account, content.status))</section>
            <section class="card"><h2>What is known</h2>\(streams(account, content.status))</section>
            <section class="card"><h2>Left out</h2>\(list(content.quarantine, total: account.quarantined))\
            \(canChange && content.status != nil && account.quarantined > 0 ? replay(account, csrfToken) : .empty)</section>
            \(canChange ? content.status.map { ConnectorForms.render(account, $0.schedule, outcome.forms, csrfToken) } : nil)
            """
    }

    /// What the names in an address's `notice` say; others say nothing.
    private static func sentence(_ notice: String) -> String? {
        switch notice {
        case "added": "The account is stored, and is read from now on."
        case "asked": "A worker reads it now: reload the page to see how far it is."
        case "scheduled": "It is read so from now on."
        case "rotated": "The new credentials are in use; the old ones are forgotten."
        default: nil
        }
    }

    private static func actions(_ account: ConnectorAccount, _ csrfToken: String) -> HTML {
        let path = "/connectors/\(account.id.description)"
        return """
            <div class="actions"><form method="post" action="\(path)/sync">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)"><button>Read now</button></form>
            <form method="post" action="\(path)/test">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)"><button class="quiet">Test connection</button></form>
            \(Components.confirm(
            "Remove", action: "\(path)/remove",
            question: "Its credentials and all that was read from it are forgotten; the endpoints stay.",
            csrfToken: csrfToken))</div>
            """
    }

    private static func checks(_ checks: [AccessCheck]) -> HTML {
        let missing = checks.count { !$0.isGranted }
        let sentence =
            missing == 0
            ? "The vendor accepts the credentials, and they may do everything that is needed."
            : "The vendor accepts the credentials. \(Text.count(missing, "permission is", "permissions are")) missing."
        let rows = checks.map { check -> [HTML] in
            [
                "<span class=\"strong\">\(check.permission)</span>",
                check.isGranted
                    ? "<span class=\"badge status-healthy\">granted</span>"
                    : "<span class=\"badge high\">missing</span>",
                check.problem.map { "\($0) \(check.purpose)" as HTML } ?? "\(check.purpose)",
            ]
        }
        let columns: [Table.Column] = [.init("Permission"), .init("State"), .init("What it is for", .wide)]
        return """
            <section class="card" role="status"><h2>Connection</h2><p>\(sentence)</p>\
            \(Table(caption: "Permissions", columns: columns, rows: rows).html)</section>
            """
    }

    private static func replay(_ account: ConnectorAccount, _ csrfToken: String) -> HTML {
        """
        <form class="actions below" method="post" action="/connectors/\(account.id.description)/replay">\
        <input type="hidden" name="csrf_token" value="\(csrfToken)">\
        <button class="quiet">Read these again</button></form>
        """
    }

    private static func facts(_ account: ConnectorAccount, _ status: ConnectorStatus?) -> HTML {
        let settings = account.settings.sorted { $0.key < $1.key }.map {
            Components.fact(NewConnectorPage.label($0.key), $0.value)
        }
        return """
            <dl class="facts">\(Components.fact("State", ConnectorsPage.state(account, status)))\
            \(Components.fact("Last read to the end", account.isImplicit ? nil : Components.time(account.syncedAt)))\
            \(Components.fact("Next", status?.nextSyncAt.map(Text.time)))\
            \(Components.fact("Behind by", status?.lag(at: Date()).map(Text.duration)))\
            \(Components.fact("Added", Components.time(account.createdAt)))\
            \(Components.fact("Last error", account.lastError.map { "\($0)" as HTML }, isWide: true))\(settings)</dl>
            """
    }

    private static func streams(_ account: ConnectorAccount, _ status: ConnectorStatus?) -> HTML {
        let rows = ConnectorStream.allCases.compactMap { stream -> [HTML]? in
            let read = status?.streams.first { $0.stream == stream }
            guard read != nil || account.records[stream] != nil else { return nil }
            return [
                "\(stream.rawValue)", "\(Text.grouped(account.records[stream] ?? 0))",
                read.map { Components.time($0.currentTo) } ?? .empty,
                read?.error.map { "<span class=\"badge critical\">fails</span> \($0)" as HTML } ?? .empty,
            ]
        }
        if rows.isEmpty, account.isImplicit {
            return Components.empty(.plug, "No record yet", "<p>What is reported appears here.</p>")
        }
        if rows.isEmpty {
            return Components.empty(
                .plug, "Nothing was read yet",
                "<p>A worker does it soon; or now, with <code>garrison connector sync --tenant NAME \(account.name)</code>.</p>"
            )
        }
        let columns: [Table.Column] = [
            .init("Kind"), .init("Records", .number), .init("Complete up to"), .init("Last problem", .wide),
        ]
        return Table(caption: "Records", columns: columns, rows: rows).html
    }

    private static func list(_ records: [QuarantinedRecord], total: Int) -> HTML {
        if records.isEmpty {
            return Components.empty(
                .check, "Every record made sense", "<p>What a vendor sends malformed is kept here with the reason.</p>")
        }
        let rows = records.map { record -> [HTML] in
            [
                "\(record.stream.rawValue)",
                "\(record.field.isEmpty ? .empty : "<code>\(record.field)</code> " as HTML)\(record.reason)",
                "<details><summary>As it came</summary><p class=\"small muted id\">\(record.sourceID ?? "without an id")</p><pre><code>\(record.json)</code></pre></details>",
            ]
        }
        let columns: [Table.Column] = [.init("Kind"), .init("Why", .wide), .init("Record", .wide)]
        let rest: HTML =
            total > records.count
            ? "<p class=\"small muted\">The newest \(Text.grouped(records.count)) of \(Text.grouped(total)).</p>"
            : .empty
        return Table(caption: "Records that were left out", columns: columns, rows: rows).html + rest
    }
}
