import Domain
import FoundationEssentials
import Store

/// What alerts came to: all incidents, and one with its alerts, its timeline and what was done.
package enum IncidentsPage {
    package static func render(
        _ page: ListPage<IncidentRecord>, status: IncidentStatus?, isFirstPage: Bool = true, nextPath: String? = nil
    ) -> HTML {
        let statuses = IncidentStatus.allCases.map {
            Components.option($0.rawValue, $0.rawValue, selected: status?.rawValue)
        }
        return """
            <div class="heading"><div><h1>Incidents</h1></div></div>
            <form class="filters" method="get" action="/incidents"><label>Status<select name="status">\
            \(Components.option("", "any", selected: status?.rawValue))\(statuses)</select></label>\
            <button class="quiet">Filter</button></form>
            <section class="card">\(list(page, isFirstPage, nextPath))</section>
            """
    }

    private static func list(_ page: ListPage<IncidentRecord>, _ isFirstPage: Bool, _ nextPath: String?) -> HTML {
        guard !page.items.isEmpty else {
            return Components.empty(
                .check, "No incident", "<p>Alerts of connected EDRs become incidents, which are listed here.</p>")
        }
        let rows = page.items.map { incident -> [HTML] in
            [
                "<a class=\"strong\" href=\"/incidents/\(incident.id.description)\">\(incident.title.isEmpty ? incident.threatType : incident.title)</a><span class=\"under\">\(incident.threatType)</span>",
                Badge.severity(incident.severity), Badge.incident(incident.status),
                Components.endpointLink(incident.endpoint, incident.hostname), "\(Text.grouped(incident.alertCount))",
                Components.time(incident.detectedAt),
            ]
        }
        let columns: [Table.Column] = [
            .init("Incident", .wide), .init("Severity"), .init("Status"), .init("Endpoint"), .init("Alerts", .number),
            .init("Detected"),
        ]
        return Table(caption: "Incidents", columns: columns, rows: rows).html
            + Components.pager(
                shown: page.items.count, total: page.total, first: isFirstPage ? nil : "/incidents", next: nextPath)
    }

    /// - Parameter csrfToken: nil where the visitor may only read.
    package static func render(
        _ incident: IncidentRecord, alerts: [AlertRecord], refusals: [IncidentStore.Refusal] = [],
        timeline: [IncidentStore.Entry], actions: [ActionDecision], csrfToken: String?
    ) -> HTML {
        """
        \(Components.crumbs([("Incidents", "/incidents")]))
        <div class="heading"><div><h1>\(incident.title.isEmpty ? incident.threatType : incident.title)</h1></div></div>
        \(refusals.isEmpty ? .empty : refused(refusals, incident, csrfToken))
        <section class="card"><h2 class="hidden-text">State</h2><dl class="facts">
        \(Components.fact("Status", Badge.incident(incident.status)))
        \(Components.fact("Severity", Badge.severity(incident.severity)))
        \(Components.fact("Endpoint", Components.endpointLink(incident.endpoint, incident.hostname)))
        \(Components.fact("Threat", incident.threatType))
        \(Components.fact("Detected", Components.time(incident.detectedAt)))
        \(Components.fact("Techniques", techniques(incident.techniques)))
        \(Components.fact("Root cause", incident.rootCause))
        </dl>\(csrfToken.map { form(incident, $0) })</section>
        <section class="card"><h2>Alerts</h2>\(table(alerts))</section>
        <section class="card"><h2>What was done</h2>\(ActionList.render(
            actions, csrfToken: csrfToken, returnTo: "/incidents/\(incident.id.description)"))</section>
        <section class="card"><h2>What happened</h2><ol class="timeline">\(timeline.map(entry))</ol></section>
        """
    }

    /// Resolved here and open there: why, and asking again.
    private static func refused(
        _ refusals: [IncidentStore.Refusal], _ incident: IncidentRecord, _ csrfToken: String?
    ) -> HTML {
        let items = refusals.map { refusal -> HTML in
            "<li>\(refusal.source), “\(refusal.title)”: \(refusal.reason)</li>"
        }
        let again = csrfToken.map { token -> HTML in
            """
            <form method="post" action="/incidents/\(incident.id.description)">\
            <input type="hidden" name="csrf_token" value="\(token)"><input type="hidden" name="status" value="resolved">\
            <button class="quiet">Ask again</button></form>
            """
        }
        return """
            <section class="card" role="status"><h2>Still open at the vendor</h2>
            <p>The incident is resolved here; these alerts are not resolved where they came from.</p>
            <ul>\(items)</ul>\(again)</section>
            """
    }

    private static func techniques(_ techniques: [AlertReport.Technique]) -> String {
        techniques.map { [$0.techniqueID, $0.technique].compactMap(\.self).joined(separator: " ") }
            .filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private static func table(_ alerts: [AlertRecord]) -> HTML {
        let rows = alerts.map { alert -> [HTML] in
            [
                "<span class=\"strong\">\(alert.title)</span><span class=\"under\">\(alert.file ?? alert.threat ?? "")</span>",
                "\(alert.source)", "\(alert.severity.rawValue)", "\(alert.status.rawValue.replacing("_", with: " "))",
                "\(techniques(alert.techniques))", Components.time(alert.detectedAt),
            ]
        }
        let columns: [Table.Column] = [
            .init("Alert", .wide), .init("Source"), .init("Severity"), .init("Status"), .init("Techniques", .wide),
            .init("Detected"),
        ]
        return Table(caption: "Alerts", columns: columns, rows: rows).html
    }

    private static func entry(_ entry: IncidentStore.Entry) -> HTML {
        """
        <li>\(entry.message) <span class="muted">\(Text.time(entry.at))\(entry.actor.isEmpty ? "" : ", by \(entry.actor)")\
        </span></li>
        """
    }

    private static func form(_ incident: IncidentRecord, _ csrfToken: String) -> HTML {
        let form = FormFields("incident")
        let statuses = IncidentStatus.allCases.map { (value: $0.rawValue, label: $0.rawValue) }
        return """
            <form class="fields" method="post" action="/incidents/\(incident.id.description)">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(form.select("Status; resolved: its alerts are resolved at their vendors", "status", statuses, value: incident.status.rawValue))
            \(form.input("Root cause", "root_cause", value: incident.rootCause ?? "", grows: true, " type=\"text\" maxlength=\"10000\""))
            <button>Save</button></form>
            """
    }
}

extension Badge {
    static func incident(_ status: IncidentStatus) -> HTML {
        let style =
            switch status {
            case .open: "high"
            case .investigating: "medium"
            case .contained: "low"
            case .resolved: "status-healthy"
            }
        return "<span class=\"badge \(style)\">\(status.rawValue)</span>"
    }
}
