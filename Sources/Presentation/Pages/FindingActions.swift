import Domain
import FoundationEssentials
import Risk
import Store

/// What can be done to a finding from its page, and how urgent it is.
package enum FindingActions {
    /// Why it is as urgent as it is.
    static func urgency(_ finding: FindingStore.View) -> HTML {
        let facts = finding.facts ?? PriorityFacts(exploitCount: finding.exploitCount)
        let evidence = facts.evidence(
            finding.assessment, isKnownExploited: finding.isKnownExploited, severity: finding.severity)
        let rows: [[HTML]] = [
            row("Exploitation", evidence.exploitation.value.rawValue, evidence.exploitation.origin),
            row("Automatable", evidence.isAutomatable.value ? "yes" : "no", evidence.isAutomatable.origin),
            row("Technical impact", evidence.impact.value.rawValue, evidence.impact.origin),
        ]
        let table = Table(
            caption: "Facts behind the decision", columns: [.init("Fact", .wide), .init("Here"), .init("From")],
            rows: rows)
        return """
            <section class="card"><h2>How urgent it is</h2><dl class="facts">
            \(Components.fact("SSVC decision", finding.priority.ssvc.map { Badge.ssvc($0) } ?? "<span class=\"muted\">after the next scan</span>"))
            \(Components.fact("CISA BOD 26-04", finding.priority.timeline?.label))
            \(Components.fact("Deadline", deadline(finding)))
            </dl>\(table.html)
            <p class="small muted">The asset’s criticality and exposure decide, too.</p></section>
            """
    }

    private static func row(_ name: String, _ value: String, _ origin: SSVCEvidence.Origin) -> [HTML] {
        let from =
            switch origin {
            case .cisa: "CISA’s assessment"
            case .derived: "derived from KEV, exploits or the CVSS vector"
            case .assumed: "assumed: nothing is known"
            }
        return ["<span class=\"strong\">\(name)</span>", "\(value)", "\(from)"]
    }

    private static func deadline(_ finding: FindingStore.View) -> HTML {
        if finding.status == .exception { return "<span class=\"muted\">the clock stands still</span>" }
        guard let due = finding.priority.dueAt else { return "<span class=\"muted\">none</span>" }
        let badge = Badge.deadline(due, status: finding.status)
        return badge.text.isEmpty ? "\(Text.day(due))" : badge
    }

    /// What stands behind a finding's exception, or waits to.
    package struct Covers: Sendable {
        /// The one in force.
        var exception: ExceptionRecord?
        /// Those that wait for approval and would cover it.
        var requested: [ExceptionRecord] = []

        package init(exception: ExceptionRecord? = nil, requested: [ExceptionRecord] = []) {
            self.exception = exception
            self.requested = requested
        }
    }

    /// What may be done, by whom.
    package struct Actions: Sendable {
        let policy: ExceptionPolicy
        /// Nil for those who may only look.
        let csrfToken: String?
        /// The form for an exception, as it comes back when something in it was wrong.
        let form: FormFields

        package init(policy: ExceptionPolicy, csrfToken: String?, form: FormFields = FormFields("exception")) {
            self.policy = policy
            self.csrfToken = csrfToken
            self.form = form
        }
    }

    /// The exceptions and the forms; empty for a finding that is remediated.
    package static func render(_ finding: FindingStore.View, _ covers: Covers, _ actions: Actions) -> HTML {
        switch finding.status {
        case .remediated: .empty
        case .exception where finding.priority.vex != nil: hidden(finding)
        case .exception: setAside(finding, covers.exception, actions)
        case .open, .inProgress: waiting(covers.requested) + forms(finding, actions)
        }
    }

    private static func hidden(_ finding: FindingStore.View) -> HTML {
        """
        <section class="card"><h2>Hidden by VEX</h2><p>\(finding.history.last?.reason ?? "") \
        <a href="/vex">VEX documents</a></p></section>
        """
    }

    private static func setAside(
        _ finding: FindingStore.View, _ exception: ExceptionRecord?, _ actions: Actions
    ) -> HTML {
        guard let exception else {
            return
                "<section class=\"card\"><h2>Set aside</h2><p>The finding does not count until somebody opens it again.</p></section>"
        }
        let others = exception.findings - 1
        let question =
            others > 0
            ? "This finding and \(Text.count(others, "other")) count again at once."
            : "The finding counts again at once."
        let end = actions.csrfToken.map { token in
            Components.confirm(
                "End the exception", action: "/exceptions/\(exception.id)/end", question: question, csrfToken: token,
                returnTo: Address.finding(finding.cve, on: finding.endpoint.description))
        }
        return """
            <section class="card"><h2>Set aside</h2><p>The finding is under an exception and does not count.</p><dl class="facts">
            \(Components.fact("Why", exception.kind.label))
            \(Components.fact("Owner", exception.owner))
            \(Components.fact("Ends", ExceptionsPage.end(exception)))
            \(Components.fact("Covers", Text.count(exception.findings, "finding")))
            \(Components.fact("Reason", "\(exception.reason)" as HTML, isWide: true))
            </dl>\(end)</section>
            """
    }

    private static func waiting(_ requested: [ExceptionRecord]) -> HTML {
        guard !requested.isEmpty else { return .empty }
        let rows = requested.map { exception -> HTML in
            """
            <li>\(exception.kind.label), \(exception.reason) <span class="muted">by \(exception.requestedBy), until \
            \(Text.day(exception.expiresAt))</span></li>
            """
        }
        return """
            <section class="card"><h2>Waits for approval</h2><ul>\(rows)</ul>\
            <p><a href="/exceptions?state=requested">Requested exceptions</a></p></section>
            """
    }

    private static func forms(_ finding: FindingStore.View, _ actions: Actions) -> HTML {
        guard let csrfToken = actions.csrfToken else { return .empty }
        let path = Address.finding(finding.cve, on: finding.endpoint.description)
        let next: FindingStatus = finding.status == .open ? .inProgress : .open
        let (form, policy) = (actions.form, actions.policy)
        let scopes = [(value: "endpoint", label: "on this endpoint"), (value: "all", label: "on all endpoints")]
        return """
            <section class="card"><h2>Work on it</h2>
            <form class="fields" method="post" action="\(path)/status"><input type="hidden" name="csrf_token" value="\(csrfToken)">
            <input type="hidden" name="status" value="\(next.rawValue)">
            <label class="grow">Note for the history<input type="text" name="reason" maxlength="2000"></label>
            <button class="quiet">\(next == .inProgress ? "Work has begun" : "Back to open")</button></form>
            <details\(form.isRefused ? " open" as HTML : .empty)><summary class="small">Set it aside for a time</summary>
            \(form.notice(unless: ExceptionsPage.fieldNames))
            <form class="fields" method="post" action="\(path)/exception"><input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(form.select("Where", "scope", scopes))
            \(ExceptionsPage.fields(policy, form))
            <button class="quiet">\(policy.needsApproval ? "Request an exception" : "Set aside")</button></form></details></section>
            """
    }
}
