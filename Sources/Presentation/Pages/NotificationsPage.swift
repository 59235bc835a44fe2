import Domain
import FoundationEssentials
import Store

/// Settings: where notices go, and what became of them.
package enum NotificationsPage {
    /// - Parameters:
    ///   - secret: the one that was made just now; this page alone shows it.
    ///   - form: as it comes back when something in it was wrong.
    ///   - patches: the part about jobs of patches.
    package static func render(
        _ webhook: WebhookStore.Webhook?, messages: ListPage<OutboxMessage>, secret: String? = nil,
        form: FormFields = FormFields("webhook"), isFirstPage: Bool = true, nextPath: String? = nil,
        patches: HTML = .empty, csrfToken: String
    ) -> HTML {
        """
        \(secret.map(made))
        \(setup(webhook, form, csrfToken))
        \(patches)
        <section class="card"><h2>Messages</h2>\(list(messages, isFirstPage, nextPath, csrfToken))</section>
        """
    }

    private static func made(_ secret: String) -> HTML {
        """
        <section class="card" role="status"><h2>The new secret</h2>
        <p>Give it to the receiver now: it is stored sealed and cannot be shown again.</p>
        \(Components.copyable(secret, id: "new-secret", isCommand: false))
        </section>
        """
    }

    private static func setup(_ webhook: WebhookStore.Webhook?, _ form: FormFields, _ csrfToken: String) -> HTML {
        let states = [(value: "on", label: "send"), (value: "off", label: "send nothing")]
        let isOn = webhook?.isEnabled ?? true
        return """
            <section class="card"><h2>Webhook</h2>
            <p>Once a day, what became overdue and what became due soon is posted here as one message: each finding once. \
            Messages are signed, and repeated until they arrive.</p>
            \(form.notice(unless: ["url", "secret", "state"]))
            <form class="fields" method="post" action="/settings/notifications">
            <input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(form.input("Address", "url", value: webhook?.url ?? "", grows: true, " type=\"url\" required maxlength=\"2000\" placeholder=\"https://hooks.example.com/garrison\" autocomplete=\"off\""))
            \(form.input(webhook == nil ? "Secret; empty: one is made" : "New secret; empty: it stays", "secret", " type=\"password\" maxlength=\"200\" placeholder=\"whsec_…\" autocomplete=\"off\""))
            \(form.select("Messages", "state", states, value: isOn ? "on" : "off"))
            <button>Save</button></form>
            \(webhook == nil ? .empty : actions(csrfToken))</section>
            """
    }

    private static func actions(_ csrfToken: String) -> HTML {
        """
        <div class="actions below"><form method="post" action="/settings/notifications/test">\
        <input type="hidden" name="csrf_token" value="\(csrfToken)"><button class="quiet">Send a test</button></form>
        \(Components.confirm(
            "Remove", action: "/settings/notifications/remove",
            question: "Nothing is sent any more; messages on their way are given up.", csrfToken: csrfToken))</div>
        """
    }

    private static func list(
        _ messages: ListPage<OutboxMessage>, _ isFirstPage: Bool, _ nextPath: String?, _ csrfToken: String
    ) -> HTML {
        guard !messages.items.isEmpty else {
            return Components.empty(
                .plug, "No message yet", "<p>The first follows when a finding becomes due soon or overdue.</p>")
        }
        let rows = messages.items.map { message -> [HTML] in
            [
                "<span class=\"strong\">\(label(message.kind))</span><span class=\"under\">\(message.id.description)</span>",
                state(message), "\(message.error ?? "")", "\(Text.grouped(message.attempts))",
                Components.time(message.createdAt), replay(message, csrfToken),
            ]
        }
        let columns: [Table.Column] = [
            .init("Message", .wide), .init("State"), .init("Last attempt", .wide), .init("Attempts", .number),
            .init("Written"), .init("Action"),
        ]
        return Table(caption: "Messages", columns: columns, rows: rows).html
            + Components.pager(
                shown: messages.items.count, total: messages.total,
                first: isFirstPage ? nil : "/settings/notifications", next: nextPath)
    }

    private static func label(_ kind: String) -> String {
        switch OutboxMessage.Kind(rawValue: kind) {
        case .deadlines: "Deadlines of the day"
        case .collision: "Devices in quarantine"
        case .deployment: "Deployment of a patch"
        case .test: "Test"
        case nil: kind
        }
    }

    private static func state(_ message: OutboxMessage) -> HTML {
        switch message.state {
        case .pending where message.attempts > 0:
            "<span class=\"badge medium\">waits</span><span class=\"under\">again at \(Text.time(message.runAfter))</span>"
        case .pending: "<span class=\"badge low\">waits</span>"
        case .sending: "<span class=\"badge low\">on its way</span>"
        case .sent: "<span class=\"badge status-healthy\">sent</span>"
        case .dead: "<span class=\"badge critical\">given up</span>"
        }
    }

    private static func replay(_ message: OutboxMessage, _ csrfToken: String) -> HTML {
        guard message.state == .dead || message.state == .sent else { return .empty }
        return """
            <form method="post" action="/settings/notifications/messages/\(message.id.description)/replay">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)"><button class="quiet small">Send again</button></form>
            """
    }
}
