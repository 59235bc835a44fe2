import Domain
import FoundationEssentials

/// The people who sign in.
package enum UsersPage {
    /// What was entered before, and what was wrong with it.
    package struct Entry {
        var email = ""
        var role = Role.viewer
        var problem: String?

        package init(email: String = "", role: Role = .viewer, problem: String? = nil) {
            self.email = email
            self.role = role
            self.problem = problem
        }
    }

    package static func render(_ users: [User], own: String, entry: Entry, csrfToken: String) -> HTML {
        """
        <section class="card"><h2>Users</h2>\(table(users, own, csrfToken))</section>
        <section class="card"><h2>Add a user</h2>
        \(entry.problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
        <form class="fields" method="post" action="/settings/users">
        <input type="hidden" name="csrf_token" value="\(csrfToken)">
        <label>E-mail address<input type="email" name="email" value="\(entry.email)" required maxlength="254" autocomplete="off"></label>
        <label>Role<select name="role">\(SettingsPage.roles(selected: entry.role))</select></label>
        <label>First password, 12 characters at least<input type="password" name="password" required minlength="12" maxlength="1024" autocomplete="new-password"></label>
        <button>Add user</button>
        </form></section>
        """
    }

    private static func table(_ users: [User], _ own: String, _ csrfToken: String) -> HTML {
        let rows = users.map { user -> [HTML] in
            [
                "<span class=\"strong\">\(user.email)</span>", "\(user.role.rawValue)", "\(Text.day(user.createdAt))",
                user.email == own
                    ? "<span class=\"muted\">you</span>"
                    : Components.confirm(
                        "Disable", action: "/settings/users/\(user.id.description)/disable",
                        question: "Ends the sessions of \(user.email). What they did stays in the audit trail.",
                        csrfToken: csrfToken),
            ]
        }
        return Table(
            caption: "Users", columns: [.init("Address", .wide), .init("Role"), .init("Since"), .init("Action")],
            rows: rows
        ).html
    }
}
