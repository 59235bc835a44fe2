import Domain
import FoundationEssentials
import Risk
import Store

/// What can be done to a finding from its page, and how urgent it is.
enum FindingActions {
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

    /// The forms; empty for a finding that is remediated.
    static func forms(_ finding: FindingStore.View, _ policy: ExceptionPolicy, csrfToken: String) -> HTML {
        let path = Address.finding(finding.cve, on: finding.endpoint.description)
        switch finding.status {
        case .remediated: return .empty
        case .exception where finding.priority.vex != nil:
            return """
                <section class="card"><h2>Hidden by VEX</h2><p>\(finding.history.last?.reason ?? "") \
                <a href="/vex">VEX documents</a></p></section>
                """
        case .exception:
            return """
                <section class="card"><h2>Set aside</h2><p>The finding is under an exception and does not count. \
                <a href="/exceptions?state=active">Exceptions in force</a></p></section>
                """
        case .open, .inProgress:
            let next: FindingStatus = finding.status == .open ? .inProgress : .open
            return """
                <section class="card"><h2>Work on it</h2>
                <form class="fields" method="post" action="\(path)/status"><input type="hidden" name="csrf_token" value="\(csrfToken)">
                <input type="hidden" name="status" value="\(next.rawValue)">
                <label class="grow">Note for the history<input type="text" name="reason" maxlength="2000"></label>
                <button class="quiet">\(next == .inProgress ? "Work has begun" : "Back to open")</button></form>
                <details><summary class="small">Set it aside for a time</summary>
                <form class="fields" method="post" action="\(path)/exception"><input type="hidden" name="csrf_token" value="\(csrfToken)">
                <label>Where<select name="scope">\(Components.option("endpoint", "on this endpoint", selected: "endpoint"))\(Components.option("all", "on all endpoints", selected: "endpoint"))</select></label>
                \(ExceptionsPage.fields(policy))
                <button class="quiet">\(policy.needsApproval ? "Request an exception" : "Set aside")</button></form></details></section>
                """
        }
    }
}
