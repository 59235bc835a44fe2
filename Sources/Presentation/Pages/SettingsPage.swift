import Domain
import FoundationEssentials
import Store

/// Who has access, and what was done.
enum SettingsPage {
    static func render(users: [User], tokens: [TokenStore.Summary], events: [AuditStore.Event]) -> HTML {
        """
        <h1>Settings</h1>
        <section class="card"><h2>Users</h2>\(table(users))
        <p class="small muted">Add one: <code>garrison user create --tenant NAME --role analyst ADDRESS</code></p></section>
        <section class="card"><h2>API tokens</h2>\(table(tokens))
        <p class="small muted">Add one: <code>garrison token create --tenant NAME --role viewer</code>, or <a href="/docs">POST /api/tokens</a>.</p></section>
        <section class="card"><h2>Audit trail</h2>\(table(events))</section>
        """
    }

    private static func table(_ users: [User]) -> HTML {
        let rows = users.map {
            "<tr><td>\($0.email)</td><td>\($0.role.rawValue)</td><td>\(Text.day($0.createdAt))</td></tr>" as HTML
        }
        return """
            <div class="scroll"><table><thead><tr><th scope="col">Address</th><th scope="col">Role</th>\
            <th scope="col">Since</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private static func table(_ tokens: [TokenStore.Summary]) -> HTML {
        guard !tokens.isEmpty else { return "<p class=\"muted\">No token yet.</p>" }
        let rows = tokens.map { token -> HTML in
            """
            <tr><td>\(token.name)</td><td>\(token.role.rawValue)</td><td>\(Text.age(token.lastUsedAt))</td>\
            <td>\(token.expiresAt.map { Text.day($0) } ?? "never")</td></tr>
            """
        }
        return """
            <div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col">Role</th>\
            <th scope="col">Last used</th><th scope="col">Expires</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private static func table(_ events: [AuditStore.Event]) -> HTML {
        guard !events.isEmpty else { return "<p class=\"muted\">Nothing has been changed yet.</p>" }
        let rows = events.map { event -> HTML in
            "<tr><td>\(Text.time(event.at))</td><td>\(event.actor)</td><td>\(event.action)</td><td>\(event.object)</td></tr>"
        }
        return """
            <div class="scroll"><table><thead><tr><th scope="col">Time</th><th scope="col">Who</th>\
            <th scope="col">What</th><th scope="col">Object</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }
}
