import Domain
import FoundationEssentials
import Store

/// What happened on one endpoint, the latest first: findings opened, remediated, decided upon.
package enum EndpointHistory {
    package static let pageSize = 50

    /// - Parameters:
    ///   - isFirstPage: whether nothing newer is left out.
    ///   - next: the address's cursor of the next page.
    package static func render(
        _ page: ListPage<FindingStore.HistoryEntry>, isFirstPage: Bool = true, next: String? = nil,
        endpoint: EndpointDetail
    ) -> HTML {
        guard !page.items.isEmpty else {
            return
                "<section class=\"card\">\(Components.empty(.lost, "Nothing has happened yet", "<p>Findings that open and close are listed here with their dates.</p>"))</section>"
        }
        let path = EndpointPage.View.history.path(endpoint.summary.id)
        let rows = page.items.map { entry($0, endpoint) }
        let pager = Components.pager(
            shown: page.items.count, total: page.total, first: isFirstPage ? nil : path,
            next: next.map { Address.make(path, ["cursor": $0]) })
        return """
            <section class="card"><h2>What happened</h2><ol class="timeline">\(rows)</ol>\
            \(page.total > page.items.count ? pager : .empty)</section>
            """
    }

    private static func entry(_ entry: FindingStore.HistoryEntry, _ endpoint: EndpointDetail) -> HTML {
        let id = endpoint.summary.id.description
        let links = entry.findings.map {
            "<a class=\"id\" href=\"\(Address.finding($0, on: id))\">\($0)</a> " as HTML
        }
        let more = entry.count - links.count
        return """
            <li><span class="strong">\(Text.count(entry.count, "finding"))</span> \(Badge.finding(entry.to)) \
            <span class="muted">\(Text.time(entry.at)), by \(entry.by)\(entry.reason.isEmpty ? "" : ": \(entry.reason)")</span>\
            <div class="small">\(links)\(more > 0 ? "and \(Text.grouped(more)) more" : "")</div></li>
            """
    }
}
