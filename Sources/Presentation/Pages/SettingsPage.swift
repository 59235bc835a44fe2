import Domain
import FoundationEssentials
import Store

/// Who has access, and what was done.
package enum SettingsPage {
    package static func render(current path: String, notice: String?, content: HTML) -> HTML {
        let tabs = [
            (label: "API tokens", path: "/settings"), (label: "Users", path: "/settings/users"),
            (label: "Agents", path: "/settings/agents"), (label: "Live queries", path: "/settings/osquery"),
            (label: "Incidents", path: "/settings/incidents"),
            (label: "Notifications", path: "/settings/notifications"),
            (label: "Audit trail", path: "/settings/audit"),
        ]
        return """
            <div class="heading"><h1>Settings</h1></div>
            \(Components.tabs("Settings", tabs, current: path))
            \(notice.flatMap(sentence).map { "<p class=\"notice done\" role=\"status\">\($0)</p>" as HTML })
            \(content)
            """
    }

    /// What the names in an address's `notice` say; others say nothing.
    private static func sentence(_ notice: String) -> String? {
        switch notice {
        case "revoked": "The token is revoked. Whoever uses it is refused from now on."
        case "accepted": "The agent is believed again. Should another machine use its key, it is quarantined again."
        case "agent": "The agent is revoked. Its requests are refused from now on."
        case "key": "Orders are signed with a new key from now on."
        case "disabled": "The user is disabled, and their sessions have ended."
        case "created": "The user can sign in now."
        case "saved": "The webhook is set up so from now on."
        case "incidents": "Alerts that come from now on become incidents so."
        case "tested": "The message is on its way: reload the page to see what came of it."
        case "removed": "The webhook is removed."
        default: nil
        }
    }

    static func roles(selected: Role) -> HTML {
        "\(Role.allCases.map { Components.option($0.rawValue, describe($0), selected: selected.rawValue) })"
    }

    static func describe(_ role: Role) -> String {
        switch role {
        case .viewer: "viewer: reads everything"
        case .analyst: "analyst: also scans and imports"
        case .admin: "admin: also users, tokens, settings"
        }
    }
}
