import Domain
import FoundationEssentials
import Risk
import Store

/// Deadlines: what is overdue, what is due soon, and the policy that sets them.
package enum DeadlinesPage {
    /// What the page is made from.
    package struct Content {
        let policy: DeadlinePolicy
        let overdue: ListPage<FindingRow>
        let soon: ListPage<FindingRow>
        let history: [PolicyStore.Version]
        var diff: PolicyDiff?
        var problem: String?

        package init(
            policy: DeadlinePolicy, overdue: ListPage<FindingRow>, soon: ListPage<FindingRow>,
            history: [PolicyStore.Version], diff: PolicyDiff? = nil, problem: String? = nil
        ) {
            self.policy = policy
            self.overdue = overdue
            self.soon = soon
            self.history = history
            self.diff = diff
            self.problem = problem
        }
    }

    /// - Parameter csrfToken: nil for those who may not change the policy.
    package static func render(_ content: Content, csrfToken: String?) -> HTML {
        """
        <div class="heading"><div><h1>Deadlines</h1><p>Days from the detection of a finding to its remediation; the \
        shortest that applies holds. Under an exception the clock stands still.</p></div></div>
        \(FindingsPage.tabs("/sla"))
        \(content.problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
        \(content.diff.map(PolicyDiffCard.render))
        \(findings("Overdue", content.overdue, path: "/findings?sla=overdue&sort=due_at", none: "Nothing is overdue"))
        \(findings("Due within \(Text.count(content.policy.warningDays, "day"))", content.soon, path: "/findings?sla=due_soon&sort=due_at", none: "Nothing is due soon"))
        \(policy(content.policy, csrfToken))
        \(PolicyHistory.render(content.history))
        """
    }

    private static func findings(_ title: String, _ page: ListPage<FindingRow>, path: String, none: String) -> HTML {
        let all: HTML =
            page.total > page.items.count ? "<a href=\"\(path)\">All \(Text.grouped(page.total))</a>" : .empty
        let list =
            page.items.isEmpty ? "<p class=\"muted\">\(none).</p>" : FindingsPage.table(page.items, caption: title)
        return "<section class=\"card\"><div class=\"cardhead\"><h2>\(title)</h2>\(all)</div>\(list)</section>"
    }

    private static func policy(_ policy: DeadlinePolicy, _ csrfToken: String?) -> HTML {
        guard let csrfToken else {
            let facts = DeadlinePolicy.parts.map { part in
                Components.fact(part.label, policy[keyPath: part.path].map { Text.count($0, "day") } ?? "no deadline")
            }
            return "<section class=\"card\"><h2>The policy</h2><dl class=\"facts\">\(facts)</dl></section>"
        }
        let inputs = DeadlinePolicy.parts.map { part -> HTML in
            let days = policy[keyPath: part.path].map(String.init) ?? ""
            return """
                <label>\(part.label)<input type="number" name="\(part.name)" min="1" max="3650" value="\(days)" placeholder="none"></label>
                """
        }
        return """
            <section class="card"><h2>The policy, in days</h2>
            <form class="fields even" method="post" action="/sla"><input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(inputs)
            <label>Warn this many days before<input type="number" name="warning_days" min="0" max="365" value="\(policy.warningDays)"></label>
            <label class="grow">Why<input type="text" name="note" maxlength="2000"></label>
            \(PolicyButtons.html)</form></section>
            """
    }
}

/// Look first, then do.
enum PolicyButtons {
    static let html: HTML = """
        <div class="actions"><button name="action" value="preview">Preview</button>\
        <button class="quiet" name="action" value="activate">Put into force</button></div>
        """
}
