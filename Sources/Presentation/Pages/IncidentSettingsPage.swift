import Store

/// Settings: how alerts become incidents, and what resolving one does.
package enum IncidentSettingsPage {
    /// - Parameter form: as it comes back when something in it was wrong.
    package static func render(
        _ settings: IncidentSettings, form: FormFields = FormFields("incidents"), csrfToken: String
    ) -> HTML {
        let vendors = [(value: "on", label: "its alerts are resolved there"), (value: "off", label: "nobody is asked")]
        let bounds = IncidentSettings.windows
        let number: HTML =
            " type=\"number\" required min=\"\(bounds.lowerBound)\" max=\"\(bounds.upperBound)\""
        return """
            <section class="card"><h2>From alerts to incidents</h2>
            <p>Alerts of one machine that have a technique, a threat or a file in common are one incident, when they are not \
            further apart than this.</p>
            \(form.notice(unless: ["window_minutes", "resolves_at_vendor"]))
            <form class="fields" method="post" action="/settings/incidents">
            <input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(form.input("Minutes between alerts", "window_minutes", value: "\(settings.windowMinutes)", number))
            \(form.select("Vendors, when an incident is resolved", "resolves_at_vendor", vendors, value: settings.resolvesAtVendor ? "on" : "off"))
            <button>Save</button></form></section>
            """
    }
}
