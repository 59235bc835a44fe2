import Domain
import FoundationEssentials
import Store

/// The first page: how the fleet stands, what matters most, how old the knowledge is.
enum OverviewPage {
    static func render(
        _ overview: OverviewStore.Overview, top: [VulnerabilityStore.Summary], worst: [EndpointStore.Summary],
        sources: [IntelligenceStore.SourceStatus]
    ) -> HTML {
        guard overview.endpoints > 0 else { return "<h1>Overview</h1>\(noEndpoints)" }
        return """
            <h1>Overview</h1>
            <div class="grid">
            \(fleet(overview))
            \(vulnerabilities(overview))
            \(knowledge(sources))
            </div>
            \(topVulnerabilities(top, overview))
            \(riskiestEndpoints(worst))
            """
    }

    private static let noEndpoints = Components.empty(
        "No endpoint yet",
        """
        Add the machine you sit at with <code>garrison collect | garrison import --tenant NAME -</code>, \
        or post inventories to <code>/api/inventories</code>. <a href="/docs">The API’s documentation</a> shows how.
        """)

    private static func fleet(_ overview: OverviewStore.Overview) -> HTML {
        let parts = EndpointStatus.allCases.reversed().map { status in
            (name: status.rawValue, label: label(status), count: overview.byStatus[status] ?? 0)
        }
        return """
            <section class="card"><h2>Endpoints</h2>
            <span class="number">\(Text.grouped(overview.endpoints))</span>
            <span class="muted">mean risk \(Text.tenths(overview.meanRisk)), highest \(Text.tenths(overview.highestRisk))</span>
            \(Chart.stack(parts + [(name: "unknown", label: "not scanned yet", count: overview.unscanned)], of: overview.endpoints, label: "Endpoints by status"))
            </section>
            """
    }

    private static func label(_ status: EndpointStatus) -> String {
        status == .atRisk ? "at risk" : status.rawValue
    }

    private static func vulnerabilities(_ overview: OverviewStore.Overview) -> HTML {
        let total = overview.bySeverity.values.reduce(0, +)
        var parts = Severity.allCases.reversed().map { severity in
            (name: severity.rawValue, label: severity.rawValue, count: overview.bySeverity[severity] ?? 0)
        }
        parts.append((name: "unknown", label: "unrated", count: overview.bySeverity[nil as Severity?] ?? 0))
        let exploited: HTML =
            overview.knownExploited > 0
            ? "<a href=\"/vulnerabilities?kev=true\"><b>\(Text.grouped(overview.knownExploited))</b> known to be exploited</a>"
            : "none known to be exploited"
        return """
            <section class="card"><h2>Open vulnerabilities</h2>
            <span class="number">\(Text.grouped(total))</span>
            <span class="muted">\(Text.count(overview.openFindings, "finding")) on endpoints, \(exploited)</span>
            \(Chart.stack(parts, of: total, label: "Open vulnerabilities by severity"))
            </section>
            """
    }

    private static func knowledge(_ sources: [IntelligenceStore.SourceStatus]) -> HTML {
        let rows = sources.map { source -> HTML in
            "<li><b>\(source.source)</b> \(Text.day(source.contentDate)) <span class=\"muted\">(\(Text.age(source.contentDate)))</span></li>"
        }
        return """
            <section class="card"><h2>Intelligence</h2>
            <ul class="legend">\(rows)</ul>
            <p class="small"><a href="/intelligence">Sources, licences and what they lack</a></p>
            </section>
            """
    }

    private static func topVulnerabilities(
        _ top: [VulnerabilityStore.Summary], _ overview: OverviewStore.Overview
    ) -> HTML {
        guard !top.isEmpty else {
            let body: HTML =
                overview.unscanned == overview.endpoints
                ? "The first scan is still to come."
                : "Nothing that the loaded intelligence knows of is open on any endpoint."
            return "<section class=\"card\">\(Components.empty("No open vulnerability", body))</section>"
        }
        return """
            <section class="card"><div class="heading"><h2>What to fix first</h2><a href="/vulnerabilities">All vulnerabilities</a></div>
            \(VulnerabilitiesPage.table(top))</section>
            """
    }

    private static func riskiestEndpoints(_ worst: [EndpointStore.Summary]) -> HTML {
        """
        <section class="card"><div class="heading"><h2>Endpoints at most risk</h2><a href="/endpoints">All endpoints</a></div>
        \(EndpointsPage.table(worst))</section>
        """
    }
}
