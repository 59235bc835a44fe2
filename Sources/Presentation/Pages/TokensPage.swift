import Domain
import FoundationEssentials
import Store

/// API tokens: what programs sign in with.
package enum TokensPage {
    /// - Parameter secret: the token that was just made; this page alone shows it.
    package static func render(_ tokens: [TokenStore.Summary], secret: String?, csrfToken: String) -> HTML {
        """
        \(secret.map(made) ?? .empty)
        <section class="card"><h2>Tokens</h2>\(table(tokens, csrfToken))</section>
        <section class="card"><h2>Make a token</h2>
        <form class="fields" method="post" action="/settings/tokens">
        <input type="hidden" name="csrf_token" value="\(csrfToken)">
        <label>What it is for<input type="text" name="name" required maxlength="200" placeholder="nightly collection"></label>
        <label>Role<select name="role">\(SettingsPage.roles(selected: .analyst))</select></label>
        <label>Expires<select name="days">\(lifetimes)</select></label>
        <button>Make token</button>
        </form></section>
        """
    }

    private static let lifetimes: HTML =
        "\([("30", "in 30 days"), ("90", "in 90 days"), ("365", "in a year"), ("", "never")].map { Components.option($0.0, $0.1, selected: "90") })"

    private static func made(_ secret: String) -> HTML {
        """
        <section class="card" role="status"><h2>The new token</h2>
        <p>Keep it now: it is stored only as a hash and cannot be shown again.</p>
        \(Components.copyable(secret, id: "new-token", isCommand: false))
        </section>
        """
    }

    private static func table(_ tokens: [TokenStore.Summary], _ csrfToken: String) -> HTML {
        guard !tokens.isEmpty else {
            return Components.empty(
                .lock, "No token yet", "<p>Programs that report inventories or read the API need one.</p>")
        }
        let rows = tokens.map { token -> [HTML] in
            [
                "<span class=\"strong\">\(token.name)</span>",
                "\(token.role.rawValue)\(token.scope.map { ", \($0.rawValue) only" } ?? "")",
                "\(Text.day(token.createdAt))",
                Components.time(token.lastUsedAt), "\(token.expiresAt.map { Text.day($0) } ?? "never")",
                Components.confirm(
                    "Revoke", action: "/settings/tokens/\(token.id.description)/revoke",
                    question: "Programs that use it are refused at once.", csrfToken: csrfToken),
            ]
        }
        return Table(
            caption: "API tokens",
            columns: [
                .init("Name", .wide), .init("Role"), .init("Made"), .init("Last used"), .init("Expires"),
                .init("Action"),
            ], rows: rows
        ).html
    }
}
