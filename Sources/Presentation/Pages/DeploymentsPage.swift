import Domain
import FoundationEssentials
import Store

/// All deployments of patches, the newest first.
package enum DeploymentsPage {
    package static func render(
        _ page: ListPage<DeploymentStore.Row>, status: DeploymentStatus?, mayDeploy: Bool = false,
        isFirstPage: Bool = true, nextPath: String? = nil
    ) -> HTML {
        let statuses = DeploymentStatus.allCases.map {
            Components.option($0.rawValue, $0.label, selected: status?.rawValue)
        }
        return """
            <div class="heading"><div><h1>Deployments</h1></div>\(mayDeploy ? new : .empty)</div>
            \(WindowCalendarPage.tabs(current: "/deployments"))
            <form class="filters" method="get" action="/deployments"><label>Status<select name="status">\
            \(Components.option("", "any", selected: status?.rawValue))\(statuses)</select></label>\
            <button class="quiet">Filter</button></form>
            <section class="card">\(list(page, isFiltered: status != nil, isFirstPage, nextPath))</section>
            """
    }

    private static let new: HTML = "<div><a class=\"button\" href=\"/deployments/new\">Deploy a patch</a></div>"

    private static func list(
        _ page: ListPage<DeploymentStore.Row>, isFiltered: Bool, _ isFirstPage: Bool, _ nextPath: String?
    ) -> HTML {
        guard !page.items.isEmpty else {
            return Components.empty(
                .download, isFiltered ? "No such deployment" : "Nothing was deployed yet",
                isFiltered
                    ? "<p>No deployment has this status.</p>"
                    : "<p>A patch goes to its endpoints in rings, with gates between them.</p>"
            )
        }
        let rows = page.items.map { row -> [HTML] in
            let (deployment, counts) = (row.deployment, row.counts.all)
            return [
                "<a class=\"strong\" href=\"/deployments/\(deployment.id.description)\">\(deployment.number)</a><span class=\"under\">\(deployment.title)</span>",
                Badge.deployment(deployment.status),
                "\(Text.grouped(counts[.deployed])) of \(Text.grouped(counts.total))",
                "\(Text.grouped(row.counts.failed))", "\(deployment.requestedBy)",
                Components.time(deployment.createdAt),
            ]
        }
        let columns: [Table.Column] = [
            .init("Patch", .wide), .init("Status"), .init("Deployed", .number), .init("Failed", .number),
            .init("Asked for by"), .init("Made"),
        ]
        return Table(caption: "Deployments", columns: columns, rows: rows).html
            + Components.pager(
                shown: page.items.count, total: page.total, first: isFirstPage ? nil : "/deployments", next: nextPath)
    }
}

extension Badge {
    static func deployment(_ status: DeploymentStatus) -> HTML {
        let style =
            switch status {
            case .halted, .completedWithFailures, .rolledBackWithFailures: "high"
            case .awaitingApproval, .paused, .aborting, .rollingBack: "medium"
            case .completed: "status-healthy"
            case .scheduled, .running, .soaking, .rejected, .aborted, .rolledBack: "low"
            }
        return "<span class=\"badge \(style)\">\(status.label)</span>"
    }
}
