import Domain
import FoundationEssentials
import Store

/// Agents on machines, and the tokens by which machines get one.
package enum AgentsPage {
    /// - Parameter secret: the enrolment token that was just made; this page alone shows it.
    package static func render(
        _ agents: [AgentRecord], enrolments: [EnrolmentStore.Summary], keys: [PatchKeyStore.Description],
        secret: String?, csrfToken: String
    ) -> HTML {
        """
        \(secret.map(made) ?? .empty)
        <section class="card"><h2>Agents</h2>\(table(agents, csrfToken))</section>
        <section class="card"><h2>Enrolment tokens</h2>\(table(enrolments, csrfToken))</section>
        <section class="card"><h2>Make an enrolment token</h2>
        <form class="fields" method="post" action="/settings/agents">
        <input type="hidden" name="csrf_token" value="\(csrfToken)">
        <label>What it is for<input type="text" name="name" required maxlength="200" placeholder="web servers"></label>
        <label>Machines<input type="number" name="uses" required min="1" max="100000" value="1"></label>
        <label>Expires<select name="hours">\(lifetimes)</select></label>
        <button>Make token</button>
        </form></section>
        \(signing(keys, csrfToken))
        """
    }

    private static func signing(_ keys: [PatchKeyStore.Description], _ csrfToken: String) -> HTML {
        guard let key = keys.first(where: { $0.retiredAt == nil }) else { return .empty }
        return """
            <section class="card"><h2>The key of orders</h2>
            <p>Orders to install something are signed with the key <code>\(key.id)</code>, made \(Components.time(key.createdAt)). \
            When another takes its place it signs that, and agents believe the new one when they next ask for work.</p>
            <form method="post" action="/settings/agents/keys">
            <input type="hidden" name="csrf_token" value="\(csrfToken)"><button class="quiet">Replace the key</button>
            </form></section>
            """
    }

    private static let lifetimes: HTML =
        "\([("1", "in an hour"), ("24", "in a day"), ("168", "in a week")].map { Components.option($0.0, $0.1, selected: "24") })"

    private static func made(_ secret: String) -> HTML {
        """
        <section class="card" role="status"><h2>The new enrolment token</h2>
        <p>Keep it now: it is stored only as a hash and cannot be shown again. On the machine, as root:</p>
        \(Components.copyable("garrison agent enrol --server URL --token \(secret)", id: "new-token"))
        </section>
        """
    }

    private static func table(_ agents: [AgentRecord], _ csrfToken: String) -> HTML {
        guard !agents.isEmpty else {
            return Components.empty(
                .lock, "No agent yet", "<p>Make an enrolment token, and enrol a machine with it.</p>")
        }
        let rows = agents.map { agent -> [HTML] in
            [
                "<span class=\"strong\">\(agent.hostname)</span>", state(agent), "\(agent.version)",
                Components.time(agent.lastSeenAt), Components.time(agent.inventoryAt), "\(agent.queued)",
                actions(agent, csrfToken),
            ]
        }
        return Table(
            caption: "Agents",
            columns: [
                .init("Machine", .wide), .init("State"), .init("Version"), .init("Last heartbeat"), .init("Inventory"),
                .init("Waiting", .number), .init("Action"),
            ], rows: rows
        ).html
    }

    private static func state(_ agent: AgentRecord) -> HTML {
        let words = agent.standing.state.rawValue + (agent.isIsolated ? ", isolated" : "")
        guard let reason = agent.standing.reason else { return "\(words)" }
        return "\(words)<br><small>\(reason)</small>"
    }

    private static func actions(_ agent: AgentRecord, _ csrfToken: String) -> HTML {
        let path = "/settings/agents/\(agent.id.description)"
        let revoke = Components.confirm(
            "Revoke", action: "\(path)/revoke", question: "Its requests are refused at once.", csrfToken: csrfToken)
        guard agent.standing.state == .quarantined else { return revoke }
        return """
            \(Components.confirm(
                "Accept", action: "\(path)/accept",
                question: "The machine that reports next is believed. Stop the copy first.", csrfToken: csrfToken))
            \(revoke)
            """
    }

    private static func table(_ enrolments: [EnrolmentStore.Summary], _ csrfToken: String) -> HTML {
        guard !enrolments.isEmpty else { return "<p>None is good at the moment.</p>" }
        let rows = enrolments.map { enrolment -> [HTML] in
            [
                "<span class=\"strong\">\(enrolment.name)</span>", "\(enrolment.usesLeft)", "\(enrolment.createdBy)",
                "\(Text.day(enrolment.expiresAt))",
                Components.confirm(
                    "Revoke", action: "/settings/enrolments/\(enrolment.id.description)/revoke",
                    question: "It enrols nobody any more.", csrfToken: csrfToken),
            ]
        }
        return Table(
            caption: "Enrolment tokens",
            columns: [
                .init("Name", .wide), .init("Uses left", .number), .init("Made by"), .init("Expires"), .init("Action"),
            ], rows: rows
        ).html
    }
}
