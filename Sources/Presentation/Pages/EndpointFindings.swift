import Domain
import FoundationEssentials
import Store

/// The findings of one endpoint: filtered by status, severity and words, the highest risk first.
package enum EndpointFindings {
    /// What is asked for; nil filters nothing.
    package struct Filter {
        /// Open ones where nil: in progress counts as open.
        var status: FindingStatus?
        var severity: Severity?
        var search: String?
        var offset = 0

        static let pageSize = 100

        package init(status: FindingStatus? = nil, severity: Severity? = nil, search: String? = nil, offset: Int = 0) {
            self.status = status
            self.severity = severity
            self.search = search
            self.offset = offset
        }

        func admits(_ finding: FindingStore.View) -> Bool {
            guard severity == nil || finding.severity == severity else { return false }
            guard let search = search?.lowercased() else { return true }
            return finding.cve.lowercased().contains(search) || finding.title.lowercased().contains(search)
                || finding.packages.contains { $0.lowercased().contains(search) }
        }

        func hasStatus(_ finding: FindingStore.View) -> Bool {
            guard let status else { return finding.status == .open || finding.status == .inProgress }
            return finding.status == status
        }
    }

    package static func render(_ findings: [FindingStore.View], filter: Filter, endpoint: EndpointDetail) -> HTML {
        let ofStatus = findings.filter(filter.hasStatus)
        let shown = ofStatus.filter(filter.admits)
        return """
            <section class="card"><div class="cardhead"><h2>Findings</h2>\
            <div class="actions"><a class="button quiet small" href="\(EndpointPage.View.findings.path(endpoint.summary.id))/findings.csv">\(Icon.download.html)CSV</a></div></div>
            \(statusChips(findings, filter, endpoint))
            \(severityChips(ofStatus, filter, endpoint))
            \(list(shown, total: ofStatus.count, filter, endpoint))</section>
            """
    }

    private static func address(_ endpoint: EndpointDetail, _ filter: Filter) -> String {
        Address.make(
            EndpointPage.View.findings.path(endpoint.summary.id),
            [
                "status": filter.status?.rawValue, "severity": filter.severity?.rawValue, "search": filter.search,
                "from": filter.offset > 0 ? String(filter.offset) : nil,
            ])
    }

    private static func chip(_ label: String, _ count: Int, _ path: String, _ isCurrent: Bool) -> HTML {
        let mark: HTML = isCurrent ? " aria-current=\"true\"" : ""
        return "<li><a href=\"\(path)\"\(mark)>\(label) <span class=\"count\">\(Text.grouped(count))</span></a></li>"
    }

    private static func statusChips(_ findings: [FindingStore.View], _ filter: Filter, _ endpoint: EndpointDetail)
        -> HTML
    {
        let choices: [(FindingStatus?, String)] = [
            (nil, "open"), (.remediated, "remediated"), (.exception, "exception"),
        ]
        let chips = choices.map { status, label -> HTML in
            let wanted = Filter(status: status)
            let count = findings.count { wanted.hasStatus($0) }
            return chip(label, count, address(endpoint, wanted), filter.status == status)
        }
        return "<ul class=\"chips\" aria-label=\"Status\">\(chips)</ul>"
    }

    private static func severityChips(_ findings: [FindingStore.View], _ filter: Filter, _ endpoint: EndpointDetail)
        -> HTML
    {
        guard !findings.isEmpty else { return .empty }
        var chips = [
            chip(
                "any severity", findings.count, address(endpoint, Filter(status: filter.status)), filter.severity == nil
            )
        ]
        for severity in Severity.allCases.reversed() {
            let count = findings.count { $0.severity == severity }
            guard count > 0 else { continue }
            let path = address(endpoint, Filter(status: filter.status, severity: severity, search: filter.search))
            chips.append(chip(severity.rawValue, count, path, filter.severity == severity))
        }
        return """
            <ul class="chips" aria-label="Severity">\(chips)</ul>
            <form class="filters" method="get" action="\(EndpointPage.View.findings.path(endpoint.summary.id))">\
            \(filter.status.map { "<input type=\"hidden\" name=\"status\" value=\"\($0.rawValue)\">" as HTML })\
            \(filter.severity.map { "<input type=\"hidden\" name=\"severity\" value=\"\($0.rawValue)\">" as HTML })\
            <label class="grow">Search these findings<input type="search" name="search" value="\(filter.search ?? "")" placeholder="CVE, package or title"></label>\
            <button class="quiet">Search</button></form>
            """
    }

    private static func list(
        _ findings: [FindingStore.View], total: Int, _ filter: Filter, _ endpoint: EndpointDetail
    ) -> HTML {
        guard !findings.isEmpty else { return nothing(total: total, filter, endpoint) }
        let slice = findings.dropFirst(filter.offset).prefix(Filter.pageSize)
        var next = filter
        next.offset += Filter.pageSize
        var first = filter
        first.offset = 0
        return table(Array(slice), isRemediated: filter.status == .remediated)
            + Components.pager(
                shown: slice.count, total: findings.count, first: filter.offset > 0 ? address(endpoint, first) : nil,
                next: next.offset < findings.count ? address(endpoint, next) : nil)
    }

    private static func nothing(total: Int, _ filter: Filter, _ endpoint: EndpointDetail) -> HTML {
        if total > 0 {
            return Components.empty(
                .lost, "No finding matches",
                "<p><a href=\"\(address(endpoint, Filter(status: filter.status)))\">Show all \(Text.grouped(total))</a></p>"
            )
        }
        if filter.status != nil { return Components.empty(.lost, "None", "<p>No finding has this status.</p>") }
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
