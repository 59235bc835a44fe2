import Domain
import FoundationEssentials
import Store

/// The first page: how the fleet stands, what matters most, how old the knowledge is.
package enum OverviewPage {
    /// Everything that it shows.
    package struct Content {
        package var overview: OverviewStore.Overview
        package var histogram: [Int]
        package var top: [VulnerabilityStore.Summary]
        package var exploited: [VulnerabilityStore.Summary]
        package var newest: [VulnerabilityStore.Summary]
        package var worst: [EndpointStore.Summary]
        package var sources: [IntelligenceStore.SourceStatus]

        package init(
            overview: OverviewStore.Overview, histogram: [Int] = [], top: [VulnerabilityStore.Summary] = [],
            exploited: [VulnerabilityStore.Summary] = [], newest: [VulnerabilityStore.Summary] = [],
            worst: [EndpointStore.Summary] = [], sources: [IntelligenceStore.SourceStatus] = []
        ) {
            self.overview = overview
            self.histogram = histogram
            self.top = top
            self.exploited = exploited
            self.newest = newest
            self.worst = worst
            self.sources = sources
        }
    }

    package static func render(_ content: Content) -> HTML {
        let overview = content.overview
        guard overview.endpoints > 0 else {
            return
                "<div class=\"heading\"><h1>Overview</h1></div><section class=\"card\">\(AddEndpoint.firstSteps)</section>"
        }
        return """
            <div class="heading"><div><h1>\(headline(overview))</h1>\
            <p>\(Text.count(overview.openFindings, "open finding")) on \(Text.count(overview.endpoints, "endpoint")) · last scan \(Components.time(overview.lastScan))</p></div></div>
            <div class="grid">
            \(fleet(overview))
            \(severities(overview))
            \(risks(content.histogram, overview))
            </div>
            \(whatToFix(content.top, overview))
            <div class="grid">
            \(exploited(content.exploited, overview))
            \(newest(content.newest))
            </div>
            <div class="split">
            \(riskiest(content.worst))
            \(knowledge(content.sources))
            </div>
            """
    }

    /// The state of the fleet in one sentence.
    static func headline(_ overview: OverviewStore.Overview) -> String {
        let critical = overview.byStatus[.critical] ?? 0
        let atRisk = overview.byStatus[.atRisk] ?? 0
        if overview.unscanned == overview.endpoints { return "The first scan is under way" }
        if critical > 0 { return "\(Text.count(critical, "endpoint")) \(critical == 1 ? "is" : "are") critical" }
        if atRisk > 0 { return "\(Text.count(atRisk, "endpoint")) \(atRisk == 1 ? "is" : "are") at risk" }
        return "Every endpoint is healthy"
    }

    private static func fleet(_ overview: OverviewStore.Overview) -> HTML {
        var bars: [BarList.Bar] = EndpointStatus.allCases.reversed().map { status in
            (
                name: status.rawValue, label: Badge.label(status), count: overview.byStatus[status] ?? 0,
                path: Address.make("/endpoints", ["status": status.rawValue])
            )
        }
        if overview.unscanned > 0 {
            bars.append((name: "unknown", label: "not scanned", count: overview.unscanned, path: nil))
        }
        return """
            <section class="card"><h2>Endpoints by status</h2>
            <div class="figure"><b>\(Text.grouped(overview.endpoints))</b><span>watched</span></div>
            \(BarList.render(bars))
            </section>
            """
    }

    private static func severities(_ overview: OverviewStore.Overview) -> HTML {
        let total = overview.bySeverity.values.reduce(0, +)
        var bars: [BarList.Bar] = Severity.allCases.reversed().map { severity in
            (
                name: severity.rawValue, label: severity.rawValue, count: overview.bySeverity[severity] ?? 0,
                path: Address.make("/vulnerabilities", ["severity": severity.rawValue])
            )
        }
        let unrated = overview.bySeverity[nil as Severity?] ?? 0
        if unrated > 0 { bars.append((name: "unknown", label: "unrated", count: unrated, path: nil)) }
        return """
            <section class="card"><h2>Open vulnerabilities</h2>
            <div class="figure"><b>\(Text.grouped(total))</b><span>different ones\(aside(overview))</span></div>
            \(BarList.render(bars))
            </section>
            """
    }

    /// What does not count, and is not forgotten.
    private static func aside(_ overview: OverviewStore.Overview) -> HTML {
        guard overview.exceptedFindings > 0 else { return .empty }
        let count = Text.count(overview.exceptedFindings, "finding")
        return ", and <a href=\"/findings?status=exception\">\(count) under exceptions</a>"
    }

    private static func risks(_ bins: [Int], _ overview: OverviewStore.Overview) -> HTML {
        """
        <section class="card"><h2>Risk over the fleet</h2>
        <div class="figure"><b>\(Text.tenths(overview.meanRisk))</b><span>on average, highest \(Text.tenths(overview.highestRisk))</span></div>
        \(Histogram.render(bins))
        </section>
        """
    }

    private static func whatToFix(_ top: [VulnerabilityStore.Summary], _ overview: OverviewStore.Overview) -> HTML {
        guard !top.isEmpty else {
            let body: HTML =
                overview.unscanned == overview.endpoints
                ? "<p>Findings appear here as soon as it is through. Reload the page in a moment.</p>"
                : "<p>None of the vulnerabilities that the loaded intelligence knows is open on any endpoint. <a href=\"/intelligence\">What was checked against</a></p>"
            return "<section class=\"card\">\(Components.empty(.check, "No open vulnerability", body))</section>"
        }
        return """
            <section class="card"><div class="cardhead"><h2>What to fix first</h2><a href="/vulnerabilities">All vulnerabilities</a></div>
            \(VulnerabilitiesPage.table(top, caption: "Open vulnerabilities with the highest risk"))</section>
            """
    }

    private static func exploited(_ exploited: [VulnerabilityStore.Summary], _ overview: OverviewStore.Overview) -> HTML
    {
        let list: HTML =
            exploited.isEmpty
            ? "<p class=\"muted\">None of the open vulnerabilities is in CISA’s catalogue of known exploited ones.</p>"
            : short(exploited, "Risk") { Badge.risk($0.maxRisk) }
        return """
            <section class="card"><div class="cardhead"><h2>Known to be exploited</h2>\
            <a href="/vulnerabilities?kev=true">\(Text.count(overview.knownExploited, "vulnerability", "vulnerabilities"))</a></div>\(list)</section>
            """
    }

    private static func newest(_ newest: [VulnerabilityStore.Summary]) -> HTML {
        let list: HTML =
            newest.isEmpty
            ? "<p class=\"muted\">Nothing was found yet.</p>"
            : short(newest, "Found") { Components.time($0.firstDetected) }
        return "<section class=\"card\"><h2>Found last</h2>\(list)</section>"
    }

    private static func short(
        _ items: [VulnerabilityStore.Summary], _ noteTitle: String, _ note: (VulnerabilityStore.Summary) -> HTML
    )
        -> HTML
    {
        let rows = items.map { item -> [HTML] in
            [
                """
                \(Components.vulnerabilityLink(item.cve))\
                \(item.title == item.cve ? .empty : "<span class=\"under\">\(item.title)</span>" as HTML)
                """, Badge.severity(item.severity), note(item),
            ]
        }
        return Table(
            caption: "Vulnerabilities", columns: [.init("Vulnerability", .wide), .init("Severity"), .init(noteTitle)],
            rows: rows
        ).html
    }

    private static func riskiest(_ worst: [EndpointStore.Summary]) -> HTML {
        """
        <section class="card"><div class="cardhead"><h2>Endpoints at most risk</h2><a href="/endpoints">All endpoints</a></div>
        \(EndpointsPage.shortTable(worst))</section>
        """
    }

    private static func knowledge(_ sources: [IntelligenceStore.SourceStatus]) -> HTML {
        let rows = sources.map { source -> [HTML] in
            [
                """
                <span class="strong">\(source.source)</span>\
                \(source.lacks.isEmpty ? .empty : "<span class=\"under\">\(source.lacks)</span>" as HTML)
                """, Components.time(source.contentDate),
            ]
        }
        return """
            <section class="card"><div class="cardhead"><h2>How old the knowledge is</h2><a href="/intelligence">Details</a></div>
            \(Table(caption: "Sources with the age of their content", columns: [.init("Source", .wide), .init("Content of")], rows: rows).html)
            </section>
            """
    }
}
