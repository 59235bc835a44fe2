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
        let policy: ExceptionPolicy
        let nextPath: String?

        package init(
            page: ListPage<ExceptionRecord>, state: ExceptionRecord.State?, ending: [ExceptionRecord],
            policy: ExceptionPolicy, nextPath: String?
        ) {
            self.page = page
            self.state = state
            self.ending = ending
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
        var problem: String?

        package init(csrfToken: String, name: String, canChange: Bool, canDecide: Bool, problem: String? = nil) {
            self.csrfToken = csrfToken
            self.name = name
            self.canChange = canChange
            self.canDecide = canDecide
            self.problem = problem
        }
    }

    package static func render(_ content: Content, actions: Actions) -> HTML {
        """
        <div class="heading"><div><h1>Exceptions</h1>\
        <p>Findings that may stay for a time. Each ends by itself, after \(Text.count(content.policy.maximumDays, "day")) at most\
        \(content.policy.needsApproval ? ", and needs a second person’s approval" : "").</p></div></div>
        \(FindingsPage.tabs("/exceptions"))
        \(actions.problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
        \(ending(content, actions))
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
                "<time datetime=\"\(exception.expiresAt.formatted(.iso8601))\">\(Text.day(exception.expiresAt))</time>",
                "\(Text.grouped(exception.findings))", action(exception, actions),
            ]
        }
        return Table(caption: caption, columns: columns, rows: rows).html
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
        return """
            <section class="card"><h2>\(policy.needsApproval ? "Request" : "Make") an exception</h2>
            <form class="fields" method="post" action="/exceptions"><input type="hidden" name="csrf_token" value="\(actions.csrfToken)">
            <label>Vulnerability<input type="text" name="cve_id" maxlength="100" placeholder="CVE-2024-3094"></label>
            <label>Package<input type="text" name="package" maxlength="500" placeholder="any"></label>
            <label>Tag of endpoints<input type="text" name="tag" maxlength="100" placeholder="all endpoints"></label>
            \(fields(policy))
            <button>\(policy.needsApproval ? "Request" : "Set aside")</button></form></section>
            """
    }

    /// What every form about an exception asks for.
    static func fields(_ policy: ExceptionPolicy) -> HTML {
        let kinds = ExceptionKind.allCases.map { Components.option($0.rawValue, $0.label, selected: nil) }
        return """
            <label>Why it may stay<select name="kind">\(kinds)</select></label>
            <label class="grow">Reason<input type="text" name="reason" required maxlength="2000"></label>
            <label>Days, \(policy.maximumDays) at most<input type="number" name="days" required min="1" max="\(policy.maximumDays)" value="\(min(30, policy.maximumDays))"></label>
            """
    }
}
