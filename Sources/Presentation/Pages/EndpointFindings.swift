import Domain
import FoundationEssentials
import Store

/// The findings of one endpoint: filtered by status, severity and words, the highest risk first.
package enum EndpointFindings {
    package static let pageSize = 100

    /// What the view is made from.
    package struct Content {
        let page: ListPage<FindingStore.View>
        let counts: FindingStore.EndpointCounts
        let query: FindingStore.EndpointQuery
        /// The address's cursor of the next page.
        let next: String?

        package init(
            page: ListPage<FindingStore.View>, counts: FindingStore.EndpointCounts, query: FindingStore.EndpointQuery,
            next: String? = nil
        ) {
            self.page = page
            self.counts = counts
            self.query = query
            self.next = next
        }
    }

    package static func render(_ content: Content, endpoint: EndpointDetail) -> HTML {
        """
        <section class="card"><div class="cardhead"><h2>Findings</h2>\
        <div class="actions"><a class="button quiet small" href="\(EndpointPage.View.findings.path(endpoint.summary.id))/findings.csv">\(Icon.download.html)CSV</a></div></div>
        \(statusChips(content, endpoint))
        \(severityChips(content, endpoint))
        \(list(content, endpoint))</section>
        """
    }

    private static func address(
        _ endpoint: EndpointDetail, status: FindingStatus?, severity: Severity? = nil, search: String? = nil,
        cursor: String? = nil
    ) -> String {
        Address.make(
            EndpointPage.View.findings.path(endpoint.summary.id),
            ["status": status?.rawValue, "severity": severity?.rawValue, "search": search, "cursor": cursor])
    }

    private static func chip(_ label: String, _ count: Int, _ path: String, _ isCurrent: Bool) -> HTML {
        let mark: HTML = isCurrent ? " aria-current=\"true\"" : ""
        return "<li><a href=\"\(path)\"\(mark)>\(label) <span class=\"count\">\(Text.grouped(count))</span></a></li>"
    }

    private static func statusChips(_ content: Content, _ endpoint: EndpointDetail) -> HTML {
        let choices: [(FindingStatus?, String)] = [
            (nil, "open"), (.remediated, "remediated"), (.exception, "exception"),
        ]
        let chips = choices.map { status, label -> HTML in
            chip(label, content.counts.of(status), address(endpoint, status: status), content.query.status == status)
        }
        return "<ul class=\"chips\" aria-label=\"Status\">\(chips)</ul>"
    }

    private static func severityChips(_ content: Content, _ endpoint: EndpointDetail) -> HTML {
        let query = content.query
        let total = content.counts.of(query.status)
        guard total > 0 else { return .empty }
        var chips = [
            chip("any severity", total, address(endpoint, status: query.status), query.severity == nil)
        ]
        for severity in Severity.allCases.reversed() {
            let count = content.counts.of(query.status, severity)
            guard count > 0 else { continue }
            let path = address(endpoint, status: query.status, severity: severity, search: query.search)
            chips.append(chip(severity.rawValue, count, path, query.severity == severity))
        }
        return """
            <ul class="chips" aria-label="Severity">\(chips)</ul>
            <form class="filters" method="get" action="\(EndpointPage.View.findings.path(endpoint.summary.id))">\
            \(query.status.map { "<input type=\"hidden\" name=\"status\" value=\"\($0.rawValue)\">" as HTML })\
            \(query.severity.map { "<input type=\"hidden\" name=\"severity\" value=\"\($0.rawValue)\">" as HTML })\
            <label class="grow">Search these findings<input type="search" name="search" value="\(query.search ?? "")" placeholder="CVE, package or title"></label>\
            <button class="quiet">Search</button></form>
            """
    }

    private static func list(_ content: Content, _ endpoint: EndpointDetail) -> HTML {
        let (page, query) = (content.page, content.query)
        guard !page.items.isEmpty else { return nothing(content, endpoint) }
        func place(_ cursor: String?) -> String {
            address(endpoint, status: query.status, severity: query.severity, search: query.search, cursor: cursor)
        }
        return table(page.items, isRemediated: query.status == .remediated)
            + Components.pager(
                shown: page.items.count, total: page.total, first: query.cursor == nil ? nil : place(nil),
                next: content.next.map(place))
    }

    private static func nothing(_ content: Content, _ endpoint: EndpointDetail) -> HTML {
        let status = content.query.status
        let total = content.counts.of(status)
        if total > 0 {
            return Components.empty(
                .lost, "No finding matches",
                "<p><a href=\"\(address(endpoint, status: status))\">Show all \(Text.grouped(total))</a></p>")
        }
        if status != nil { return Components.empty(.lost, "None", "<p>No finding has this status.</p>") }
        guard endpoint.summary.scannedAt != nil else {
            return Components.empty(
                .scan, "Not scanned yet", "<p>The scan starts by itself; reload the page in a moment.</p>")
        }
        return Components.empty(
            .check, "Nothing open",
            """
            <p>\(Text.count(endpoint.packageCount, "package")) were compared \(Components.time(endpoint.summary.scannedAt)), \
            and no loaded record says that one of them is vulnerable. <a href="/intelligence">What was checked, and how old it is</a></p>
            """)
    }

    private static func table(_ findings: [FindingStore.View], isRemediated: Bool) -> HTML {
        let columns: [Table.Column] = [
            .init("Vulnerability", .wide), .init("Risk"), .init("Severity"), .init("Package, installed → fixed", .wide),
            .init("Exploitation"), .init(isRemediated ? "Remediated" : "Found"),
        ]
        let rows = findings.map { finding -> [HTML] in
            [
                """
                <a class="id strong" href="\(Address.finding(finding.cve, on: finding.endpoint.description))">\(finding.cve)</a>\
                \(finding.title == finding.cve ? .empty : "<span class=\"under\">\(finding.title)</span>" as HTML)
                """, Badge.risk(finding.riskScore), Badge.severity(finding.severity),
                software(finding),
                Badge.exploitation(isKnownExploited: finding.isKnownExploited, exploitCount: finding.exploitCount),
                Components.time(isRemediated ? finding.remediatedAt : finding.detectedAt),
            ]
        }
        return Table(caption: "Findings", columns: columns, rows: rows).html
    }

    /// What is installed, and what would fix it.
    static func software(_ finding: FindingStore.View) -> HTML {
        """
        \(packages(finding))<span class="under"><span class="mono">\(finding.installed)</span> \
        <span aria-hidden="true">→</span><span class="hidden-text">fixed in</span> \(fix(finding))</span>
        """
    }

    /// The first three names, and how many more there are.
    private static func packages(_ finding: FindingStore.View) -> String {
        let names = finding.packages.prefix(3).joined(separator: ", ")
        let more = finding.packages.count - 3
        return more > 0 ? "\(names) and \(more) more" : names
    }

    static func fix(_ finding: FindingStore.View) -> HTML {
        if let fixed = finding.fixed { return "<code>\(fixed)</code>" }
        return "<span class=\"muted\">\(Badge.label(finding.state) ?? "no fix yet")</span>"
    }
}
