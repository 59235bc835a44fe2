import Connectors
import Domain
import Store

/// What can be changed of an account: when it is read, and its credentials.
enum ConnectorForms {
    /// The fields that say themselves what is wrong with them.
    static func names(_ account: ConnectorAccount) -> [String] {
        ["interval", "full_interval", "state"] + (ConnectorKind.named(account.kind)?.fields.map(\.name) ?? [])
    }

    static func render(
        _ account: ConnectorAccount, _ schedule: SyncSchedule, _ form: FormFields, _ csrfToken: String
    ) -> HTML {
        """
        <section class="card"><h2>When it is read</h2>\(timing(account, schedule, form, csrfToken))</section>
        \(ConnectorKind.named(account.kind).map { rotation(account, $0, form, csrfToken) })
        """
    }

    private static func timing(
        _ account: ConnectorAccount, _ schedule: SyncSchedule, _ form: FormFields, _ csrfToken: String
    ) -> HTML {
        let states = [(value: "on", label: "is read"), (value: "paused", label: "is paused")]
        let number: HTML = " type=\"number\" min=\"1\" required"
        return """
            <form class="fields" method="post" action="/connectors/\(account.id.description)/schedule">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(form.input("What changed, every … minutes", "interval", value: "\(max(1, schedule.interval / 60))", number))
            \(form.input("Everything, every … hours", "full_interval", value: "\(max(1, schedule.fullInterval / 3600))", number))
            \(form.select("The account", "state", states, value: schedule.isPaused ? "paused" : "on"))
            <button>Save</button></form>
            """
    }

    /// The secrets, with the settings that are entered together with them.
    private static func rotation(
        _ account: ConnectorAccount, _ kind: ConnectorKind, _ form: FormFields, _ csrfToken: String
    ) -> HTML {
        let fields = kind.fields.filter { $0.isSecret || $0.isRequired }.map { field in
            NewConnectorPage.field(
                field, form, value: field.isSecret ? "" : account.settings[field.name] ?? "",
                isRequired: field.isRequired)
        }
        return """
            <section class="card"><h2>Credentials</h2>
            <p>New ones are tried first; then they take the place of the old ones. Nobody is shown either.</p>
            <details\(form.isRefused ? " open" as HTML : .empty)><summary>Enter new credentials</summary>
            <form method="post" action="/connectors/\(account.id.description)/rotate">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)"><div class="fields even">\(fields)</div>
            <div class="actions below"><button>Try and replace</button></div></form></details></section>
            """
    }
}
