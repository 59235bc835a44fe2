import API
import Domain
import FoundationEssentials
import Store

/// One deployment as it goes: its rings, its gate, where it failed, and what can be done about it.
package enum DeploymentPage {
    package struct Content: Sendable {
        let status: DeploymentStore.Status
        let steps: [DeploymentTransition]
        let words: [DeploymentStore.Word]
        /// Of those that failed, those whose whole log is there.
        let logs: Set<TargetID>

        package init(
            status: DeploymentStore.Status, steps: [DeploymentTransition], words: [DeploymentStore.Word],
            logs: Set<TargetID> = []
        ) {
            self.status = status
            self.steps = steps
            self.words = words
            self.logs = logs
        }
    }

    /// - Parameter csrfToken: nil where the visitor may only read.
    package static func render(_ content: Content, csrfToken: String?) -> HTML {
        let deployment = content.status.deployment
        let watch: HTML =
            deployment.status.isFinal
            ? .empty
            : " data-deployment=\"\(deployment.id.description)\" data-events=\"\(DeploymentStatus.allCases.map(\.rawValue).joined(separator: " "))\""
        return """
            \(Components.crumbs([("Deployments", "/deployments")]))
            <div class="heading"><div><h1>\(deployment.number)</h1><p class="muted">\(deployment.title)</p></div>\
            <div class="actions"><a class="button quiet" href="\(DeploymentTargetsPage.address(deployment.id, .init()))">All its endpoints</a></div></div>
            <div id="live" data-status="\(deployment.status.rawValue)"\(watch)>\(live(content.status))</div>
            \(csrfToken.map { actions(deployment, $0) })
            <section class="card"><h2>Where it failed</h2>\(failures(content.status, logs: content.logs))</section>
            <section class="card"><h2>What was asked for</h2>\(facts(deployment))\(words(content.words))</section>
            <section class="card"><h2>What happened</h2><ol class="timeline">\(content.steps.map(step))</ol></section>
            """
    }

    private static func live(_ status: DeploymentStore.Status) -> HTML {
        let (deployment, counts) = (status.deployment, status.counts)
        return """
            <section class="card"><h2 class="hidden-text">State</h2><dl class="facts">
            \(Components.fact("Status", Badge.deployment(deployment.status)))
            \(Components.fact("Endpoints", Text.grouped(counts.all.total)))
            \(Components.fact("Deployed", Text.grouped(counts.all[.deployed])))
            \(Components.fact("Failed", failed(counts, deployment.id)))
            \(Components.fact("Success rate", "\(Text.tenths(counts.successRate)) %"))
            \(Components.fact("Started", Components.time(deployment.startedAt)))
            </dl>\(gate(deployment))</section>
            <section class="card"><h2>Rings</h2>\(counts.rings.map { ring($0, deployment) })</section>
            """
    }

    private static func failed(_ counts: DeploymentCounts, _ id: DeploymentID) -> HTML {
        guard counts.failed > 0 else { return "0" }
        let path = DeploymentTargetsPage.address(id, .init(isUnsuccessful: true))
        return "<a href=\"\(path)\">\(Text.grouped(counts.failed))</a>"
    }

    private static func gate(_ deployment: DeploymentRecord) -> HTML {
        guard let reasons = deployment.gate?.reasons, !reasons.isEmpty, !deployment.status.isFinal else {
            return .empty
        }
        let style: HTML = deployment.status == .halted ? " error" : ""
        return "<div class=\"notice\(style)\" role=\"status\">\(reasons.map { "<p>\($0)</p>" as HTML })</div>"
    }

    private static func ring(_ ring: DeploymentCounts.Ring, _ deployment: DeploymentRecord) -> HTML {
        let all = ring.all
        let ended = all.sum(where: \.isFinal)
        let parts = TargetStatus.allCases.filter { all[$0] > 0 }.enumerated().map { place, status -> HTML in
            let path = DeploymentTargetsPage.address(deployment.id, .init(status: status, ring: ring.ring))
            return
                "\(place > 0 ? ", " : "")<a href=\"\(path)\">\(Text.grouped(all[status])) \(status.label.lowercased())</a>"
        }
        let state =
            ring.openedAt == nil
            ? "not open yet" : ring.ring == deployment.life.ring && !deployment.status.isFinal ? "open" : "opened"
        return """
            <div class="ring"><p><span class="strong">\(ring.name)</span> <span class="muted">\(state)</span></p>\
            <progress aria-label="Endpoints of \(ring.name) that have an outcome" value="\(ended)" max="\(max(all.total, 1))">\
            </progress><p class="small muted">\(parts.isEmpty ? ["nobody"] : parts)</p>\(gate(deployment.plan, ring.ring))</div>
            """
    }

    /// What a ring has to show, where another comes after it or came before.
    private static func gate(_ plan: DeploymentPlan, _ ring: Int) -> HTML {
        plan.ringCount > 1 ? "<p class=\"small muted\">\(GateWords.html(plan, ring: ring))</p>" : .empty
    }

    private static func failures(_ status: DeploymentStore.Status, logs: Set<TargetID>) -> HTML {
        guard !status.failures.isEmpty else { return "<p class=\"muted\">Nowhere so far.</p>" }
        let rows = status.failures.map { target -> [HTML] in
            let whole: HTML =
                logs.contains(target.id)
                ? "<p class=\"small\"><a href=\"/api/patches/deployments/\(target.deployment.description)/targets/\(target.id.description)/log\">All of its log</a></p>"
                : .empty
            return [
                Components.endpointLink(target.endpoint, target.hostname), "\(target.life.status.label)",
                "\(target.life.message ?? "")\(DeploymentTargetsPage.log(target))\(whole)",
                "\(target.carrier?.label ?? "")",
                Components.time(target.since),
            ]
        }
        let columns: [Table.Column] = [
            .init("Endpoint"), .init("State"), .init("Why", .wide), .init("Carried out by"), .init("Since"),
        ]
        let more = status.counts.failed - status.failures.count
        let path = DeploymentTargetsPage.address(status.deployment.id, .init(isUnsuccessful: true))
        let rest: HTML =
            more > 0
            ? "<p>These are the first \(Text.grouped(status.failures.count)): <a href=\"\(path)\">\(Text.grouped(more)) more</a>.</p>"
            : .empty
        return Table(caption: "Endpoints that failed", columns: columns, rows: rows).html + rest
    }

    private static func facts(_ deployment: DeploymentRecord) -> HTML {
        let plan = deployment.plan
        return """
            <dl class="facts">
            \(Components.fact("Patch", "<a href=\"/patches/\(deployment.patch.description)\">\(deployment.number)</a>" as HTML))
            \(Components.fact("Strategy", plan.strategy.rawValue))
            \(Components.fact("Approval", plan.approval.rawValue.replacing("_", with: " ")))
            \(Components.fact("Restart", plan.reboot.mode.rawValue.replacing("_", with: " ")))
            \(Components.fact("At once", plan.limits.concurrent.map { Text.grouped($0) } ?? "any number"))
            \(Components.fact("Not before", plan.startsAt.map { Text.time($0) }))
            \(Components.fact("Asked for by", deployment.requestedBy))
            \(Components.fact("Made", Components.time(deployment.createdAt)))
            \(Components.fact("Why", deployment.reason))
            </dl>
            """
    }

    private static func words(_ words: [DeploymentStore.Word]) -> HTML {
        guard !words.isEmpty else { return .empty }
        let items = words.map { word -> HTML in
            "<li>\(word.person) \(word.agrees ? "agrees" : "refuses")\(word.comment.isEmpty ? "" : ": \(word.comment)") <span class=\"muted\">\(Text.time(word.at))</span></li>"
        }
        return "<h3>What people said</h3><ul>\(items)</ul>"
    }

    private static func step(_ step: DeploymentTransition) -> HTML {
        let status = DeploymentStatus(rawValue: step.to)?.label ?? step.to
        return """
            <li>\(status)\(step.reason.map { ": \($0)" } ?? "") <span class="muted">\(Text.time(step.at)), by \(step.actor)\
            </span></li>
            """
    }

    /// What a person can decide in each status; the store has the last word.
    private static func actions(_ deployment: DeploymentRecord, _ token: String) -> HTML {
        let path = "/deployments/\(deployment.id.description)"
        func confirm(_ label: String, _ word: String, _ question: String) -> HTML {
            Components.confirm(
                label, action: "\(path)/\(word)", question: question, csrfToken: token,
                reason: "Why; it stands in the history")
        }
        let pause = confirm("Pause", "pause", "Nothing more begins until it is resumed. What has begun goes on.")
        let resume = confirm("Resume", "resume", "It goes on, past what its gate has shown so far.")
        let abort = confirm(
            "Abort", "abort", "What has not begun is cancelled for good. What runs is waited for.")
        let rollback = confirm(
            "Roll back", "rollback", "What was deployed is taken back on every endpoint, and nothing more is begun.")
        let retry = confirm("Try again", "retry", "What failed or was not reached is tried again.")
        let buttons: [HTML] =
            switch deployment.status {
            case .awaitingApproval:
                [
                    confirm("Approve", "approve", "It begins by itself as its plan says."),
                    confirm("Refuse", "reject", "It ends here, and nothing of it is begun."), abort,
                ]
            case .scheduled: [pause, abort]
            case .running, .soaking: [pause, retry, abort, rollback]
            case .paused, .halted: [resume, retry, abort, rollback]
            case .aborting, .aborted, .completed: [rollback]
            case .completedWithFailures: [retry, rollback]
            case .rolledBackWithFailures: [retry]
            case .rejected, .rollingBack, .rolledBack: []
            }
        return buttons.isEmpty ? .empty : "<div class=\"actions decisions\">\(buttons)</div>"
    }
}
