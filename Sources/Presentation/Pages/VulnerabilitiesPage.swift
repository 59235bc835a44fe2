import Domain
import FoundationEssentials
import Store

/// The list of vulnerabilities that are open somewhere.
package enum VulnerabilitiesPage {
    package typealias Query = VulnerabilityStore.Query

    package static func render(_ page: ListPage<VulnerabilityStore.Summary>, query: Query, nextPath: String?) -> HTML {
        """
        <div class="heading"><div><h1>Vulnerabilities</h1>\
        <p>\(Text.count(page.total, "vulnerability", "vulnerabilities"))\(isFiltered(query) ? " that match" : " open on at least one endpoint"), \(order(query))</p></div>
        <div class="actions"><a class="button quiet" href="\(address("/vulnerabilities.csv", query))">\(Icon.download.html)CSV</a></div></div>
        \(filters(query))
        <section class="card">\(list(page, query: query, nextPath: nextPath))</section>
        """
    }

    private static func filters(_ query: Query) -> HTML {
        """
        <form class="filters" method="get" action="/vulnerabilities">
        <label class="grow">Search<input type="search" name="search" value="\(query.search ?? "")" placeholder="CVE or words of the title"></label>
        <label>Severity<select name="severity">\(severityOptions(query))</select></label>
        <label>System or package<input type="text" name="affected_systems" value="\(query.affectedSystems ?? "")" placeholder="openssl"></label>
        <label>Order<select name="sort">\(orders(query))</select></label>
        \(check("kev", "Known exploited only", query.knownExploitedOnly))
        \(check("remediated", "Also remediated", query.includesRemediated))
        <button>Show</button>\(isFiltered(query) ? "<a class=\"button quiet\" href=\"/vulnerabilities\">Clear</a>" as HTML : .empty)
        </form>
        """
    }

    private static func order(_ query: Query) -> String {
        switch query.sort {
        case .risk: "the highest risk first"
        case .endpoints: "those on most endpoints first"
        case .changed: "the latest change first"
        }
    }

    private static func orders(_ query: Query) -> HTML {
        let choices: [(Query.Sort, String)] = [(.risk, "risk"), (.endpoints, "endpoints"), (.changed, "latest change")]
        return "\(choices.map { Components.option($0.0.rawValue, $0.1, selected: query.sort.rawValue) })"
    }

    private static func check(_ name: String, _ label: String, _ isOn: Bool) -> HTML {
        "<label class=\"check\"><input type=\"checkbox\" name=\"\(name)\" value=\"true\"\(isOn ? " checked" as HTML : .empty)>\(label)</label>"
    }

    private static func isFiltered(_ query: Query) -> Bool {
        query.search != nil || query.severity != nil || query.affectedSystems != nil || query.knownExploitedOnly
            || query.includesRemediated
    }

    private static func address(_ path: String, _ query: Query) -> String {
        Address.make(
            path,
            [
                "search": query.search, "severity": query.severity?.rawValue, "affected_systems": query.affectedSystems,
                "sort": query.sort == .risk ? nil : query.sort.rawValue, "kev": query.knownExploitedOnly ? "true" : nil,
                "remediated": query.includesRemediated ? "true" : nil,
            ])
    }

    private static func list(_ page: ListPage<VulnerabilityStore.Summary>, query: Query, nextPath: String?) -> HTML {
        if page.items.isEmpty {
            return isFiltered(query)
                ? Components.empty(
                    .lost, "No vulnerability matches", "<p><a href=\"/vulnerabilities\">Show all</a></p>")
                : Components.empty(
                    .check, "No open vulnerability",
                    "<p>Nothing that the loaded intelligence knows is open on any scanned endpoint. <a href=\"/intelligence\">What was checked, and how old it is</a></p>"
                )
        }
        let first = query.cursor == nil ? nil : address("/vulnerabilities", query)
        return table(page.items, caption: "Vulnerabilities by risk")
            + Components.pager(shown: page.items.count, total: page.total, first: first, next: nextPath)
    }

    static func table(_ vulnerabilities: [VulnerabilityStore.Summary], caption: String) -> HTML {
        let columns: [Table.Column] = [
            .init("Vulnerability", .wide), .init("Risk"), .init("Severity"), .cvss, .epss, .init("Exploitation"),
            .init("Endpoints", .number),
        ]
        let rows = vulnerabilities.map { item -> [HTML] in
            [
                """
                \(Components.vulnerabilityLink(item.cve))\
                \(item.title == item.cve ? .empty : "<span class=\"under\">\(item.title)</span>" as HTML)
                """, Badge.risk(item.maxRisk), Badge.severity(item.severity), "\(item.cvss.map(Text.tenths) ?? "–")",
                "\(item.epss.map(Text.percent) ?? "–")",
                Badge.exploitation(isKnownExploited: item.isKnownExploited, exploitCount: item.exploitCount),
                "\(Text.grouped(item.endpointsAffected))",
            ]
        }
        return Table(caption: caption, columns: columns, rows: rows).html
    }

    private static func severityOptions(_ query: Query) -> HTML {
        let selected = query.severity?.rawValue
        let options = Severity.allCases.reversed().map {
            Components.option($0.rawValue, $0.rawValue, selected: selected)
        }
        return "\(Components.option("", "any", selected: selected))\(options)"
    }
}
