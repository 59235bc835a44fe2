import FoundationEssentials
import Risk
import Store

/// What updates would do to the risk, and which to do first.
package enum WhatIfPage {
    /// What was asked.
    package struct Question {
        /// Vulnerabilities and packages, one a line or between commas.
        var fixes: String
        var count: Int
        var reboots: Int?

        package init(fixes: String = "", count: Int = 5, reboots: Int? = nil) {
            self.fixes = fixes
            self.count = count
            self.reboots = reboots
        }
    }

    package static func render(
        _ question: Question, outcome: SimulationStore.Outcome?, plan: SimulationStore.Plan
    ) -> HTML {
        """
        <div class="heading"><div><h1>What if</h1><p>How the risk moves when something is fixed, and what to fix \
        first. Nothing is changed here.</p></div></div>
        \(FindingsPage.tabs("/what-if"))
        <section class="card"><h2>If these were fixed</h2>
        <form class="filters" method="get" action="/what-if">
        <label class="grow">Vulnerabilities or packages, between commas<input type="text" name="fixes" value="\(question.fixes)" maxlength="1000" placeholder="CVE-2024-3094, openssl, curl 7.88.1-10+deb12u6"></label>
        <button>Show</button></form>
        \(outcome.map { self.outcome($0) })</section>
        \(planned(question, plan))
        """
    }

    private static func planned(_ question: Question, _ plan: SimulationStore.Plan) -> HTML {
        """
        <section class="card"><h2>What to update first</h2>
        <form class="filters" method="get" action="/what-if">
        <label>Updates at most<input type="number" name="count" min="1" max="100" value="\(question.count)"></label>
        <label>Reboots at most<input type="number" name="reboots" min="0" max="10000000" value="\(question.reboots.map(String.init) ?? "")" placeholder="any number"></label>
        <button>Plan</button></form>
        \(plan.plan.updates.isEmpty ? nothing : table(plan))</section>
        """
    }

    private static let nothing = Components.empty(
        .check, "Nothing to update", "<p>No open finding has a fixed version within these limits.</p>")

    private static func table(_ plan: SimulationStore.Plan) -> HTML {
        let rows = zip(plan.plan.updates, plan.versions).enumerated().map { place, entry -> [HTML] in
            let (update, version) = entry
            return [
                "\(place + 1)",
                "<span class=\"strong\">\(update.package)</span><span class=\"under\">\(update.ecosystem) → <code>\(version)</code></span>",
                "\(Text.grouped(Int(update.risk.rounded())))", "\(Text.grouped(update.findings))",
                "\(Text.grouped(update.endpoints))",
                "\(update.needsReboot ? Text.count(update.reboots, "reboot") : "none")",
            ]
        }
        let list = Table(
            caption: "Updates in the order in which to do them",
            columns: [
                .init("Place"), .init("Update", .wide), .init("Risk removed", .number), .init("Findings", .number),
                .init("Endpoints", .number), .init("Reboots"),
            ], rows: rows)
        let share = plan.plan.bound > 0 ? Text.percent(plan.plan.risk / plan.plan.bound) : "100 %"
        return """
            \(list.html)
            <p class="small muted">Ordered by the risk removed for each reboot, those without one first. Together they \
            remove at least \(share) of what any choice within these limits could.</p>
            \(outcome(plan.outcome))
            """
    }

    private static func outcome(_ outcome: SimulationStore.Outcome) -> HTML {
        """
        <dl class="facts">
        \(Components.fact("Findings that go", Text.grouped(outcome.findings)))
        \(Components.fact("Endpoints that gain", Text.grouped(outcome.endpoints)))
        \(Components.fact("Mean risk", "\(Text.tenths(outcome.before.meanRisk)) → \(Text.tenths(outcome.after.meanRisk))"))
        \(Components.fact("Highest risk", "\(Text.tenths(outcome.before.highestRisk)) → \(Text.tenths(outcome.after.highestRisk))"))
        \(Components.fact("Critical endpoints", "\(Text.grouped(outcome.before.critical)) → \(Text.grouped(outcome.after.critical))"))
        \(Components.fact("Healthy endpoints", "\(Text.grouped(outcome.before.healthy)) → \(Text.grouped(outcome.after.healthy))"))
        </dl>\(gains(outcome))
        """
    }

    private static func gains(_ outcome: SimulationStore.Outcome) -> HTML {
        guard !outcome.gains.isEmpty else { return .empty }
        let rows = outcome.gains.map { gain -> [HTML] in
            [Components.endpointLink(gain.id, gain.hostname), Badge.risk(gain.before), Badge.risk(gain.after)]
        }
        let table = Table(
            caption: "Endpoints that gain most",
            columns: [.init("Endpoint", .wide), .init("Risk now"), .init("Risk then")],
            rows: rows)
        return "<details><summary class=\"small\">Endpoints that gain most</summary>\(table.html)</details>"
    }
}
