import Domain
import FoundationEssentials
import Store

/// The list of endpoints.
enum EndpointsPage {
    static func render(_ page: ListPage<EndpointStore.Summary>, query: EndpointStore.Query, nextPath: String?) -> HTML {
        """
        <h1>Endpoints</h1>
        <form class="filters" method="get" action="/endpoints" role="search">
        <label>Search<input type="search" name="search" value="\(query.search ?? "")" placeholder="hostname or address"></label>
        <label>Status<select name="status">\(statusOptions(query))</select></label>
        <label>Order<select name="sort">\(sortOptions(query))</select></label>
        <button>Show</button><a class="button quiet" href="/endpoints">Clear</a>
        </form>
        <section class="card">\(list(page, query: query, nextPath: nextPath))</section>
        """
    }

    private static func list(_ page: ListPage<EndpointStore.Summary>, query: EndpointStore.Query, nextPath: String?)
        -> HTML
    {
        if page.items.isEmpty {
            let isFiltered = query.search != nil || query.status != nil || query.osType != nil
            return isFiltered
                ? Components.empty("No endpoint matches", "<a href=\"/endpoints\">Show all endpoints</a>")
                : Components.empty(
                    "No endpoint yet",
                    "Add this machine: <code>garrison collect | garrison import --tenant NAME -</code>")
        }
        return table(page.items) + Components.pager(shown: page.items.count, total: page.total, next: nextPath)
    }

    static func table(_ endpoints: [EndpointStore.Summary]) -> HTML {
        let rows = endpoints.map { endpoint -> HTML in
            """
            <tr><td>\(Components.endpointLink(endpoint.id, endpoint.hostname))</td>\
            <td>\(Components.status(endpoint.status, scanned: endpoint.scannedAt != nil))</td>\
            <td>\(Components.risk(endpoint.riskScore))</td><td class="n">\(Text.grouped(endpoint.openFindings))</td>\
            <td>\(endpoint.osName.isEmpty ? endpoint.osType : endpoint.osName)</td><td>\(endpoint.ipAddress ?? "")</td>\
            <td title="\(Text.time(endpoint.lastSeen))">\(Text.age(endpoint.lastSeen))</td></tr>
            """
        }
        return """
            <div class="scroll"><table><thead><tr><th scope="col">Hostname</th><th scope="col">Status</th>\
            <th scope="col">Risk</th><th scope="col" class="n">Open findings</th><th scope="col">System</th>\
            <th scope="col">Address</th><th scope="col">Last seen</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private static func statusOptions(_ query: EndpointStore.Query) -> HTML {
        let selected = query.status?.rawValue
        return Components.option("", "any", selected: selected)
            + Components.option("critical", "critical", selected: selected)
            + Components.option("at_risk", "at risk", selected: selected)
            + Components.option("healthy", "healthy", selected: selected)
    }

    private static func sortOptions(_ query: EndpointStore.Query) -> HTML {
        let selected = query.sort.rawValue
        return Components.option("-risk_score", "highest risk first", selected: selected)
            + Components.option("hostname", "hostname", selected: selected)
            + Components.option("-last_seen", "last seen first", selected: selected)
    }
}
