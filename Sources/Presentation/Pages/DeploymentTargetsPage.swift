import API
import Domain
import FoundationEssentials
import Store

/// The endpoints of a deployment: how far each is, and what it said.
package enum DeploymentTargetsPage {
    /// Which are shown.
    package struct Filter: Sendable {
        package var status: TargetStatus?
        /// Those that failed or were not reached, whichever way.
        package var isUnsuccessful: Bool
        package var ring: Int?
        package var search: String?

        package init(
            status: TargetStatus? = nil, isUnsuccessful: Bool = false, ring: Int? = nil, search: String? = nil
        ) {
            self.status = status
            self.isUnsuccessful = isUnsuccessful
            self.ring = ring
            self.search = search
        }

        /// What the field of the form has.
        var state: String? { isUnsuccessful ? Self.unsuccessful : status?.rawValue }
        var isEmpty: Bool { state == nil && ring == nil && search == nil }
        package static let unsuccessful = "unsuccessful"
    }

    package static func render(
        _ deployment: DeploymentRecord, _ page: ListPage<DeploymentTarget>, filter: Filter, isFirstPage: Bool = true,
        nextPath: String? = nil
    ) -> HTML {
        """
        \(Components.crumbs([("Deployments", "/deployments"), (deployment.number, "/deployments/\(deployment.id.description)")]))
        <div class="heading"><div><h1>Endpoints of \(deployment.number)</h1>\
        <p>\(Text.count(page.total, "endpoint"))\(filter.isEmpty ? "" : " that match")</p></div>\
        <div class="actions"><a class="button quiet" href="\(address(deployment.id, filter, ".csv"))">\(Icon.download.html)CSV</a></div></div>
        \(form(deployment, filter))
        <section class="card">\(list(deployment, page, filter, isFirstPage, nextPath))</section>
        """
    }

    /// - Parameter ending: `.csv` for the table to take along.
    static func address(_ id: DeploymentID, _ filter: Filter, _ ending: String = "") -> String {
        Address.make(
            "/deployments/\(id.description)/targets\(ending)",
            ["state": filter.state, "ring": filter.ring.map(String.init), "search": filter.search])
    }

    private static func form(_ deployment: DeploymentRecord, _ filter: Filter) -> HTML {
        let path = address(deployment.id, .init())
        let states = TargetStatus.allCases.map { Components.option($0.rawValue, $0.label, selected: filter.state) }
        let ring = filter.ring.map(String.init)
        let rings = (0..<deployment.plan.ringCount).map {
            Components.option(String($0), deployment.ringName($0), selected: ring)
        }
        return """
            <form class="filters" method="get" action="\(path)">
            <label class="grow">Search<input type="search" name="search" value="\(filter.search ?? "")" placeholder="Part of the host name"></label>
            <label>State<select name="state">\(Components.option("", "any", selected: filter.state))\
            \(Components.option(Filter.unsuccessful, "Failed or not reached", selected: filter.state))\(states)</select></label>
            <label>Ring<select name="ring">\(Components.option("", "any", selected: ring))\(rings)</select></label>
            <button>Show</button>\(filter.isEmpty ? .empty : "<a class=\"button quiet\" href=\"\(path)\">Clear</a>" as HTML)
            </form>
            """
    }

    private static func list(
        _ deployment: DeploymentRecord, _ page: ListPage<DeploymentTarget>, _ filter: Filter, _ isFirstPage: Bool,
        _ nextPath: String?
    ) -> HTML {
        guard !page.items.isEmpty else {
            return Components.empty(
                .lost, "No endpoint matches",
                "<p><a href=\"\(address(deployment.id, .init()))\">Show all of the deployment</a></p>")
        }
        let rows = page.items.map { target -> [HTML] in
            [
                Components.endpointLink(target.endpoint, target.hostname), "\(deployment.ringName(target.ring))",
                state(target), "\(target.life.attempt)", Components.time(target.since),
                "\(target.life.message ?? "")\(packages(target))\(log(target))",
            ]
        }
        let columns: [Table.Column] = [
            .init("Endpoint"), .init("Ring"), .init("State"), .init("Attempt", .number), .init("Since"),
            .init("What it said", .wide),
        ]
        return Table(caption: "Endpoints of the deployment", columns: columns, rows: rows).html
            + Components.pager(
                shown: page.items.count, total: page.total,
                first: isFirstPage ? nil : address(deployment.id, filter), next: nextPath)
    }

    private static func state(_ target: DeploymentTarget) -> HTML {
        let notes = [
            target.life.awaitsReboot ? "awaits a restart" : nil,
            target.life.hasFailed && target.life.status == .deployed ? "after a failure" : nil,
            target.carrier.map { "by \($0.label)" },
        ].compactMap(\.self)
        return "\(Badge.target(target.life.status))\(notes.map { "<span class=\"under\">\($0)</span>" as HTML })"
    }

    private static func packages(_ target: DeploymentTarget) -> HTML {
        guard let packages = target.packages, !packages.isEmpty else { return .empty }
        let items = packages.map { package -> HTML in
            "<li>\(package.name) \(package.installed.map { "\($0) → " } ?? "")\(package.version ?? "newest")</li>"
        }
        return """
            <details><summary>\(Text.count(packages.count, "package"))</summary><ul class="plain small">\(items)</ul></details>
            """
    }

    /// The end of its log, to unfold.
    static func log(_ target: DeploymentTarget) -> HTML {
        guard let log = target.log, !log.isEmpty else { return .empty }
        return "<details><summary>The end of its log</summary><pre class=\"log\">\(log)</pre></details>"
    }
}

extension Badge {
    static func target(_ status: TargetStatus) -> HTML {
        let style =
            switch status {
            case .failed, .rollbackFailed: "critical"
            case .lost, .expired: "high"
            case .unknown, .rollbackWaiting, .rollingBack: "medium"
            case .deployed: "status-healthy"
            case .offered, .downloading, .installing, .rebooting, .verifying: "low"
            case .waiting, .cancelled, .rolledBack: "unknown"
            }
        return "<span class=\"badge \(style)\">\(status.label)</span>"
    }
}
