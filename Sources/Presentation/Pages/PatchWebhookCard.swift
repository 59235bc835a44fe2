import Domain
import Store

/// Where jobs of patches go that neither an agent nor an account takes: a part of the page of notifications.
package enum PatchWebhookCard {
    static let path = "/settings/notifications/patches"
    static let fields: Set = ["url", "callback_url", "secret", "state"]

    /// - Parameter form: as it comes back when something in it was wrong.
    package static func render(
        _ webhook: PatchWebhookStore.Webhook?, form: FormFields = FormFields("patches"), csrfToken: String
    ) -> HTML {
        let states = [(value: "on", label: "give it jobs"), (value: "off", label: "give it nothing")]
        let isOn = webhook?.isEnabled ?? true
        return """
            <section class="card"><h2>Patches by a system of your own</h2>
            <p>Jobs of deployments for machines that neither an agent nor an account patches are posted here, signed; what came of \
            them comes back, signed with the same secret. The address is tried when it is saved.</p>
            \(form.notice(unless: Array(fields)))
            <form class="fields" method="post" action="\(path)">
            <input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(form.input("Address", "url", value: webhook?.url ?? "", grows: true, " type=\"url\" required maxlength=\"2000\" placeholder=\"https://patches.example.com/garrison\" autocomplete=\"off\""))
            \(form.input("This server, as it reaches it", "callback_url", value: webhook?.callback ?? "", grows: true, " type=\"url\" required maxlength=\"2000\" placeholder=\"https://garrison.example.com\" autocomplete=\"off\""))
            \(form.input(webhook == nil ? "Secret of both sides" : "New secret; empty: it stays", "secret", " type=\"password\" maxlength=\"200\" placeholder=\"whsec_…\" autocomplete=\"off\""))
            \(form.select("Jobs", "state", states, value: isOn ? "on" : "off"))
            <button>Try and save</button></form>
            \(webhook == nil ? .empty : remove(csrfToken))</section>
            """
    }

    private static func remove(_ csrfToken: String) -> HTML {
        """
        <div class="actions below">\(Components.confirm(
            "Remove", action: "\(path)/remove",
            question: "It is given no more jobs, and what it says of those that it has is not heard.",
            csrfToken: csrfToken))</div>
        """
    }
}
