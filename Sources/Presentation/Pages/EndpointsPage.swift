import Domain
import FoundationEssentials
import Store

/// The list of endpoints.
package enum EndpointsPage {
    package typealias Query = EndpointStore.Query

    package static func render(_ page: ListPage<EndpointStore.Summary>, query: Query, nextPath: String?) -> HTML {
        """
        <div class="heading"><div><h1>Endpoints</h1><p>\(Text.count(page.total, "endpoint"))\(isFiltered(query) ? " that match" : "")</p></div>
        <div class="actions"><a class="button quiet" href="\(address("/endpoints.csv", query))">\(Icon.download.html)CSV</a></div></div>
        \(filters(query))
        <section class="card">\(list(page, query: query, nextPath: nextPath))</section>
        \(isFiltered(query) || page.total == 0 ? .empty : "<details class=\"card\"><summary>Add an endpoint</summary>\(AddEndpoint.steps)</details>" as HTML)
        """
    }

    private static func filters(_ query: Query) -> HTML {
        """
        <form class="filters" method="get" action="/endpoints">
        <label class="grow">Search<input type="search" name="search" value="\(query.search ?? "")" placeholder="Host name, full name or address"></label>
        <label>Status<select name="status">\(statusOptions(query))</select></label>
        <label>System<select name="os_type">\(systemOptions(query))</select></label>
        <label>Order<select name="sort">\(sortOptions(query))</select></label>
        <button>Show</button>\(isFiltered(query) ? "<a class=\"button quiet\" href=\"/endpoints\">Clear</a>" as HTML : .empty)
        </form>
        """
    }

    private static func isFiltered(_ query: Query) -> Bool {
        query.search != nil || query.status != nil || query.osType != nil
    }

    private static func address(_ path: String, _ query: Query, sort: Query.Sort? = nil) -> String {
        let order = sort ?? query.sort
        return Address.make(
            path,
            [
                "search": query.search, "status": query.status?.rawValue, "os_type": query.osType,
                "sort": order == .risk ? nil : order.rawValue,
            ])
    }

    private static func list(_ page: ListPage<EndpointStore.Summary>, query: Query, nextPath: String?) -> HTML {
        if page.items.isEmpty {
            return isFiltered(query)
                ? Components.empty(.lost, "No endpoint matches", "<p><a href=\"/endpoints\">Show all endpoints</a></p>")
                : AddEndpoint.firstSteps
        }
        let first = query.cursor == nil ? nil : address("/endpoints", query)
        return table(page.items, query: query)
            + Components.pager(shown: page.items.count, total: page.total, first: first, next: nextPath)
    }

    private static func column(_ title: String, _ sort: Query.Sort, _ direction: String, _ query: Query) -> Table.Column
    {
        Table.Column(
            title, sortPath: address("/endpoints", query, sort: sort), sorted: query.sort == sort ? direction : nil)
    }

    private static func table(_ endpoints: [EndpointStore.Summary], query: Query) -> HTML {
        let columns: [Table.Column] = [
            column("Host name", .hostname, "ascending", query), .init("Status"),
            column("Risk", .risk, "descending", query), .init("Worst"), .init("Open findings", .number),
            .init("System"),
            .init("Address"), column("Last seen", .lastSeen, "descending", query),
        ]
        let rows = endpoints.map { endpoint -> [HTML] in
            [
                Components.endpointLink(endpoint.id, endpoint.hostname),
                Badge.status(endpoint.status, scanned: endpoint.scannedAt != nil), Badge.risk(endpoint.riskScore),
                endpoint.worstSeverity.map { Badge.severity($0) } ?? .empty, "\(Text.grouped(endpoint.openFindings))",
                "\(endpoint.osName.isEmpty ? endpoint.osType : endpoint.osName)", "\(endpoint.ipAddress ?? "")",
                Components.time(endpoint.lastSeen),
            ]
        }
        return Table(caption: "Endpoints", columns: columns, rows: rows).html
    }

    /// The few columns that the overview shows.
    static func shortTable(_ endpoints: [EndpointStore.Summary]) -> HTML {
        let rows = endpoints.map { endpoint -> [HTML] in
            [
                "\(Components.endpointLink(endpoint.id, endpoint.hostname))<span class=\"under\">\(endpoint.osName)</span>",
                Badge.status(endpoint.status, scanned: endpoint.scannedAt != nil), Badge.risk(endpoint.riskScore),
                "\(Text.grouped(endpoint.openFindings))",
            ]
        }
        return Table(
            caption: "Endpoints with the highest risk",
            columns: [.init("Host name", .wide), .init("Status"), .init("Risk"), .init("Open findings", .number)],
            rows: rows
        ).html
    }

    private static func statusOptions(_ query: Query) -> HTML {
        let selected = query.status?.rawValue
        let options = EndpointStatus.allCases.reversed().map {
            Components.option($0.rawValue, Badge.label($0), selected: selected)
        }
        return "\(Components.option("", "any", selected: selected))\(options)"
    }

    private static func systemOptions(_ query: Query) -> HTML {
        let options = [("", "any"), ("linux", "Linux"), ("windows", "Windows"), ("macos", "macOS")]
        return "\(options.map { Components.option($0.0, $0.1, selected: query.osType) })"
    }

    private static func sortOptions(_ query: Query) -> HTML {
        let selected = query.sort.rawValue
        let options: [(Query.Sort, String)] = [
            (.risk, "highest risk first"), (.hostname, "host name"), (.lastSeen, "last seen first"),
        ]
        return "\(options.map { Components.option($0.0.rawValue, $0.1, selected: selected) })"
    }
}
