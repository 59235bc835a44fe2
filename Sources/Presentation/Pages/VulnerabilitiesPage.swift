import Domain
import FoundationEssentials
import Store

/// The list of vulnerabilities that are open somewhere.
enum VulnerabilitiesPage {
    static func render(
        _ page: ListPage<VulnerabilityStore.Summary>, query: VulnerabilityStore.Query, nextPath: String?
    ) -> HTML {
        let exploited: HTML = query.knownExploitedOnly ? " checked" : ""
        return """
            <h1>Vulnerabilities</h1>
            <form class="filters" method="get" action="/vulnerabilities" role="search">
            <label>Search<input type="search" name="search" value="\(query.search ?? "")" placeholder="CVE or title"></label>
            <label>Severity<select name="severity">\(severityOptions(query))</select></label>
            <label>System or package<input name="affected_systems" value="\(query.affectedSystems ?? "")" placeholder="openssl"></label>
            <label class="check"><input type="checkbox" name="kev" value="true"\(exploited)>known exploited only</label>
            <button>Show</button><a class="button quiet" href="/vulnerabilities">Clear</a>
            </form>
            <section class="card">\(list(page, query: query, nextPath: nextPath))</section>
            """
    }

    private static func list(
        _ page: ListPage<VulnerabilityStore.Summary>, query: VulnerabilityStore.Query, nextPath: String?
    ) -> HTML {
        if page.items.isEmpty {
            let isFiltered =
                query.search != nil || query.severity != nil || query.affectedSystems != nil || query.knownExploitedOnly
            return isFiltered
                ? Components.empty("No vulnerability matches", "<a href=\"/vulnerabilities\">Show all</a>")
                : Components.empty(
                    "No open vulnerability",
                    "Nothing that the loaded intelligence knows of is open. <a href=\"/intelligence\">What is loaded?</a>"
                )
        }
        return table(page.items) + Components.pager(shown: page.items.count, total: page.total, next: nextPath)
    }

    static func table(_ vulnerabilities: [VulnerabilityStore.Summary]) -> HTML {
        let rows = vulnerabilities.map { item -> HTML in
            """
            <tr><td>\(Components.vulnerabilityLink(item.cve))</td><td>\(Components.risk(item.maxRisk))</td>\
            <td>\(Components.severity(item.severity))</td><td class="n">\(item.cvss.map(Text.tenths) ?? "–")</td>\
            <td class="n">\(item.epss.map(Text.percent) ?? "–")</td>\
            <td class="title">\(item.title)</td>\
            <td>\(Components.marks(isKnownExploited: item.isKnownExploited, exploitCount: item.exploitCount))</td>\
            <td class="n">\(Text.grouped(item.endpointsAffected))</td></tr>
            """
        }
        return """
            <div class="scroll"><table><thead><tr><th scope="col">Vulnerability</th><th scope="col">Risk</th>\
            <th scope="col">Severity</th><th scope="col" class="n">CVSS</th>\
            <th scope="col" class="n"><abbr title="Probability of exploitation within 30 days">EPSS</abbr></th>\
            <th scope="col">Title</th><th scope="col">Exploitation</th><th scope="col" class="n">Endpoints</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private static func severityOptions(_ query: VulnerabilityStore.Query) -> HTML {
        let selected = query.severity?.rawValue
        var options = Components.option("", "any", selected: selected)
        for severity in Severity.allCases.reversed() {
            options = options + Components.option(severity.rawValue, severity.rawValue, selected: selected)
        }
        return options
    }
}
