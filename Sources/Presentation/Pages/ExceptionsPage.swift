import Domain
import FoundationEssentials
import Risk
import Store

/// Findings that are set aside: what is in force, what waits, what ends soon, and what was.
package enum ExceptionsPage {
    /// What the page is made from.
    package struct Content {
        let page: ListPage<ExceptionRecord>
        let state: ExceptionRecord.State?
        let ending: [ExceptionRecord]
        /// Those whose time ran out lately.
        let expired: [ExceptionRecord]
        let policy: ExceptionPolicy
        let nextPath: String?

        package init(
            page: ListPage<ExceptionRecord>, state: ExceptionRecord.State?, ending: [ExceptionRecord],
            expired: [ExceptionRecord] = [], policy: ExceptionPolicy, nextPath: String?
        ) {
            self.page = page
            self.state = state
            self.ending = ending
            self.expired = expired
            self.policy = policy
            self.nextPath = nextPath
        }
    }

    /// Who looks, and what they may do.
    package struct Actions {
        let csrfToken: String
        let name: String
        let canChange: Bool
        let canDecide: Bool
        /// The form for a new one, as it comes back when something in it was wrong.
        let form: FormFields

        package init(
            csrfToken: String, name: String, canChange: Bool, canDecide: Bool,
            form: FormFields = FormFields("exception")
        ) {
            self.csrfToken = csrfToken
            self.name = name
            self.canChange = canChange
            self.canDecide = canDecide
            self.form = form
        }
    }

    package static func render(_ content: Content, actions: Actions) -> HTML {
        """
        <div class="heading"><div><h1>Exceptions</h1>\
        <p>Findings that may stay for a time. Each ends by itself, after \(Text.count(content.policy.maximumDays, "day")) at most\
        \(content.policy.needsApproval ? ", and needs a second person’s approval" : "").</p></div></div>
        \(FindingsPage.tabs("/exceptions"))
        \(ending(content, actions))
        \(expired(content, actions))
        <section class="card"><h2>All exceptions</h2>\(chips(content))\(list(content, actions))</section>
        \(form(content.policy, actions))
        """
    }

    private static func ending(_ content: Content, _ actions: Actions) -> HTML {
        guard !content.ending.isEmpty else { return .empty }
        return """
            <section class="card"><h2>Ending within \(Text.count(content.policy.warningDays, "day"))</h2>\
            <p class="muted">Their findings count again from then on: fix them, or decide anew.</p>\
            \(table(content.ending, actions, caption: "Exceptions that end soon"))</section>
            """
    }

    private static func expired(_ content: Content, _ actions: Actions) -> HTML {
        guard !content.expired.isEmpty else { return .empty }
        return """
            <section class="card"><h2>Ended in the last \(Text.count(expiredDays, "day"))</h2>\
            <p class="muted">Nobody prolonged them: what they covered counts again where it is not fixed.</p>\
            \(table(content.expired, actions, caption: "Exceptions that have ended lately"))</section>
            """
    }

    /// How long an exception that has ended is shown apart.
    package static let expiredDays = 14

    private static func chips(_ content: Content) -> HTML {
        let choices: [ExceptionRecord.State?] = [nil] + ExceptionRecord.State.allCases.map { $0 }
        let chips = choices.map { state -> HTML in
            let mark: HTML = state == content.state ? " aria-current=\"true\"" : ""
            return
                "<li><a href=\"\(Address.make("/exceptions", ["state": state?.rawValue]))\"\(mark)>\(state?.rawValue ?? "all")</a></li>"
        }
        return "<ul class=\"chips\" aria-label=\"State\">\(chips)</ul>"
    }

    private static func list(_ content: Content, _ actions: Actions) -> HTML {
        if content.page.items.isEmpty {
            return Components.empty(
                .check, content.state == nil ? "No exception yet" : "None in this state",
                "<p>Every open finding counts. An exception is made here, or from the page of a finding.</p>")
        }
        return table(content.page.items, actions, caption: "Exceptions")
            + Components.pager(
                shown: content.page.items.count, total: content.page.total, first: nil, next: content.nextPath)
    }

    private static func table(_ exceptions: [ExceptionRecord], _ actions: Actions, caption: String) -> HTML {
        let columns: [Table.Column] = [
            .init("What", .wide), .init("State"), .init("Why", .wide), .init("Owner"), .init("Ends"),
            .init("Findings", .number), .init("Action"),
        ]
        let rows = exceptions.map { exception -> [HTML] in
            [
                what(exception), Badge.exception(exception.state),
                "\(exception.kind.label)<span class=\"under\">\(exception.reason)</span>", owner(exception),
                end(exception),
                "\(Text.grouped(exception.findings))", action(exception, actions),
            ]
        }
        return Table(caption: caption, columns: columns, rows: rows).html
    }

    /// When it ends, and how soon that is while it is in force.
    static func end(_ exception: ExceptionRecord, now: Date = Date()) -> HTML {
        let time: HTML =
            "<time datetime=\"\(exception.expiresAt.formatted(.iso8601))\">\(Text.day(exception.expiresAt))</time>"
        guard exception.state == .active || exception.state == .requested else { return time }
        let days = Int((exception.expiresAt.timeIntervalSince(now) / 86_400).rounded(.down))
        return "\(time)<span class=\"under\">\(days < 1 ? "within a day" : "in \(Text.count(days, "day"))")</span>"
    }

    private static func what(_ exception: ExceptionRecord) -> HTML {
        let vulnerability = exception.cve.map { Components.vulnerabilityLink($0) }
        let package: HTML? = exception.package.map { "<code>\($0)</code>" }
        let subject: HTML =
            vulnerability.flatMap { link in package.map { "\(link) in \($0)" } } ?? vulnerability
            ?? "anything in \(package)"
        let place: HTML =
            if let endpoint = exception.endpoint {
                "on \(Components.endpointLink(endpoint, exception.hostname ?? endpoint.description))"
            } else if let tag = exception.tag {
                "on endpoints tagged <code>\(tag)</code>"
            } else {
                "on all endpoints"
            }
        return "\(subject)<span class=\"under\">\(place)</span>"
    }

    private static func owner(_ exception: ExceptionRecord) -> HTML {
        let decision: HTML =
            switch (exception.decidedBy, exception.state) {
            case (let who?, .rejected): "rejected by \(who)"
            case (let who?, _) where who != exception.requestedBy: "approved by \(who)"
            default: .empty
            }
        return
            "\(exception.owner)\(decision.text.isEmpty ? .empty : "<span class=\"under\">\(decision)</span>" as HTML)"
    }

    private static func action(_ exception: ExceptionRecord, _ actions: Actions) -> HTML {
        let path = "/exceptions/\(exception.id)"
        switch exception.state {
        case .requested where actions.canDecide && exception.requestedBy != actions.name:
            return button("Approve", "\(path)/approve", actions) + button("Reject", "\(path)/reject", actions)
        case .requested, .active:
            guard actions.canChange else { return .empty }
            return Components.confirm(
                "End", action: "\(path)/end", question: "Its findings count again at once.",
                csrfToken: actions.csrfToken)
        case .rejected, .expired, .revoked: return .empty
        }
    }

    private static func button(_ label: String, _ path: String, _ actions: Actions) -> HTML {
        """
        <form method="post" action="\(path)"><input type="hidden" name="csrf_token" value="\(actions.csrfToken)">\
        <button class="quiet small">\(label)</button></form>
        """
    }

    private static func form(_ policy: ExceptionPolicy, _ actions: Actions) -> HTML {
        guard actions.canChange else { return .empty }
        let form = actions.form
        return """
            <section class="card"><h2>\(policy.needsApproval ? "Request" : "Make") an exception</h2>
            \(form.notice(unless: fieldNames + ["cve_id", "package", "tag"]))
            <form class="fields" method="post" action="/exceptions"><input type="hidden" name="csrf_token" value="\(actions.csrfToken)">
            \(form.input("Vulnerability", "cve_id", " type=\"text\" maxlength=\"100\" placeholder=\"CVE-2024-3094\""))
            \(form.input("Package", "package", " type=\"text\" maxlength=\"500\" placeholder=\"any\""))
            \(form.input("Tag of endpoints", "tag", " type=\"text\" maxlength=\"100\" placeholder=\"all endpoints\""))
            \(fields(policy, form))
            <button>\(policy.needsApproval ? "Request" : "Set aside")</button></form></section>
            """
    }

    /// The names of what `fields` asks for.
    static let fieldNames = ["kind", "owner", "reason", "days"]

    /// What every form about an exception asks for.
    static func fields(_ policy: ExceptionPolicy, _ form: FormFields) -> HTML {
        let kinds = ExceptionKind.allCases.map { (value: $0.rawValue, label: $0.label) }
        return """
            \(form.select("Why it may stay", "kind", kinds))
            \(form.input("Owner", "owner", " type=\"text\" maxlength=\"2000\" placeholder=\"you\""))
            \(form.input("Reason", "reason", grows: true, " type=\"text\" required maxlength=\"2000\""))
            \(form.input(
                "Days, \(policy.maximumDays) at most", "days", value: String(min(30, policy.maximumDays)),
                " type=\"number\" required min=\"1\" max=\"\(policy.maximumDays)\""))
            """
    }
}
