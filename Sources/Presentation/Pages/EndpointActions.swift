import Domain
import FoundationEssentials
import Store

/// What can be done to one endpoint, and what was.
package enum EndpointActions {
    package struct Content {
        let sources: [ActionStore.Source]
        let decisions: [ActionDecision]
        let csrfToken: String
        let canRespond: Bool
        /// The form of an action, as it comes back when something was wrong.
        let form: FormFields

        package init(
            sources: [ActionStore.Source], decisions: [ActionDecision], csrfToken: String, canRespond: Bool,
            form: FormFields = FormFields("action")
        ) {
            self.sources = sources
            self.decisions = decisions
            self.csrfToken = csrfToken
            self.canRespond = canRespond
            self.form = form
        }
    }

    package static func render(_ content: Content, endpoint: EndpointDetail) -> HTML {
        """
        \(content.canRespond ? offers(content, endpoint) : .empty)
        <section class="card"><h2>What was done</h2>\(ActionList.render(
            content.decisions, csrfToken: content.canRespond ? content.csrfToken : nil,
            returnTo: EndpointPage.View.actions.path(endpoint.summary.id)))</section>
        """
    }

    /// What each kind comes to, for who is about to ask for it.
    private static let kinds: [(kind: ActionKind, label: String, question: String)] = [
        (
            .isolate, "Isolate",
            "It is cut off from the network, but for the source that does it, until it is released. People who use it are cut off, too."
        ),
        (.release, "Release", "It is connected to the network again."),
        (.scan, "Antivirus scan", "Its antivirus looks at all of it, which may slow it down."),
        (.sync, "Sync", "It fetches its policies and reports at once."),
        (.updateSignatures, "Update signatures", "Its antivirus fetches the newest definitions."),
    ]

    private static func offers(_ content: Content, _ endpoint: EndpointDetail) -> HTML {
        let forms = kinds.compactMap { entry -> HTML? in
            let able = content.sources.filter { $0.abilities.actions.contains(entry.kind) }
            return able.isEmpty ? nil : form(entry, able, content, endpoint)
        }
        let body =
            forms.isEmpty
            ? Components.empty(
                .plug, "Nobody can act on it",
                "<p>An endpoint is isolated and scanned through an agent on it, or through an EDR connector that lists it.</p>"
            )
            : "\(content.form.notice(unless: ["reason"]))<div class=\"actions\">\(forms)</div>"
        return "<section class=\"card\"><h2>Act on \(endpoint.summary.hostname)</h2>\(body)</section>"
    }

    private static func form(
        _ entry: (kind: ActionKind, label: String, question: String), _ able: [ActionStore.Source], _ content: Content,
        _ endpoint: EndpointDetail
    ) -> HTML {
        let names = able.map(\.name).joined(separator: ", ")
        let choices =
            [(value: "", label: able.count == 1 ? names : "all of them: \(names)")]
            + (able.count == 1 ? [] : able.map { (value: $0.connector.description, label: $0.name) })
        return """
            <details class="confirm"><summary>\(entry.label)</summary>\
            <form class="fields" method="post" action="\(EndpointPage.View.actions.path(endpoint.summary.id))">\
            <input type="hidden" name="csrf_token" value="\(content.csrfToken)">\
            <input type="hidden" name="kind" value="\(entry.kind.rawValue)">\
            <p class="small">\(entry.question)</p>
            \(content.form.input("Why", "reason", grows: true, " type=\"text\" maxlength=\"\(ActionStore.longestReason)\" required"))
            \(content.form.select("Through", "source", choices))
            <button class="danger">\(entry.label) \(endpoint.summary.hostname)</button></form></details>
            """
    }
}
