import Domain
import FoundationEssentials
import Store

/// All deployments of patches, the newest first.
package enum DeploymentsPage {
    package static func render(
        _ page: ListPage<DeploymentStore.Row>, status: DeploymentStatus?, patch: PatchID? = nil,
        mayDeploy: Bool = false, isFirstPage: Bool = true, nextPath: String? = nil
    ) -> HTML {
        let statuses = DeploymentStatus.allCases.map {
            Components.option($0.rawValue, $0.label, selected: status?.rawValue)
        }
        return """
            <div class="heading"><div><h1>Deployments</h1></div>\(mayDeploy ? new : .empty)</div>
            \(WindowCalendarPage.tabs(current: "/deployments"))
            \(of(patch, page))
            <form class="filters" method="get" action="/deployments">\
            \(patch.map { "<input type=\"hidden\" name=\"patch\" value=\"\($0.description)\">" as HTML })<label>Status<select name="status">\
            \(Components.option("", "any", selected: status?.rawValue))\(statuses)</select></label>\
            <button class="quiet">Filter</button></form>
            <section class="card">\(list(page, first: address(status, patch), isFiltered: status != nil || patch != nil, isFirstPage, nextPath))</section>
            """
    }

    private static let new: HTML = "<div><a class=\"button\" href=\"/deployments/new\">Deploy a patch</a></div>"

    private static func list(
        _ page: ListPage<DeploymentStore.Row>, first: String, isFiltered: Bool, _ isFirstPage: Bool,
        _ nextPath: String?
    ) -> HTML {
        guard !page.items.isEmpty else {
            return Components.empty(
                .download, isFiltered ? "No such deployment" : "Nothing was deployed yet",
                isFiltered
                    ? "<p><a href=\"/deployments\">Show all</a></p>"
                    : "<p>A patch goes to its endpoints in rings, with gates between them.</p>"
            )
        }
        return table(page.items)
            + Components.pager(
                shown: page.items.count, total: page.total, first: isFirstPage ? nil : first, next: nextPath)
    }

    private static func address(_ status: DeploymentStatus?, _ patch: PatchID?) -> String {
        Address.make("/deployments", ["status": status?.rawValue, "patch": patch?.description])
    }

    /// Which patch they are of, where it is one's alone.
    private static func of(_ patch: PatchID?, _ page: ListPage<DeploymentStore.Row>) -> HTML {
        guard let patch else { return .empty }
        let number = page.items.first?.deployment.number ?? "one patch"
        return """
            <p class="notice" role="status">Of <a href="/patches/\(patch.description)">\(number)</a> alone. \
            <a href="/deployments">Show all</a></p>
            """
    }

    static func table(_ rows: [DeploymentStore.Row]) -> HTML {
        let rows = rows.map { row -> [HTML] in
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
