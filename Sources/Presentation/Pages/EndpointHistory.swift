import Domain
import FoundationEssentials
import Store

/// What happened on one endpoint, the latest first: findings opened, remediated, decided upon.
package enum EndpointHistory {
    private static let limit = 300

    /// What changed in one act: a scan opens and closes many findings at once.
    struct Entry: Equatable {
        let at: Date
        let to: FindingStatus
        let by: String
        let reason: String
        var findings: [String]
    }

    static func entries(_ findings: [FindingStore.View]) -> [Entry] {
        var entries: [Entry] = []
        let changes = findings.flatMap { finding in finding.history.map { (change: $0, cve: finding.cve) } }
            .sorted { ($0.change.at, $1.cve) > ($1.change.at, $0.cve) }
        for (change, cve) in changes {
            if let last = entries.last, last.at == change.at, last.to == change.to, last.by == change.by,
                last.reason == change.reason
            {
                entries[entries.count - 1].findings.append(cve)
            } else {
                entries.append(
                    Entry(at: change.at, to: change.to, by: change.by, reason: change.reason, findings: [cve]))
            }
        }
        return entries
    }

    package static func render(_ findings: [FindingStore.View], endpoint: EndpointDetail) -> HTML {
        let entries = entries(findings)
        guard !entries.isEmpty else {
            return
                "<section class=\"card\">\(Components.empty(.lost, "Nothing has happened yet", "<p>Findings that open and close are listed here with their dates.</p>"))</section>"
        }
        let rows = entries.prefix(limit).map { entry($0, endpoint) }
        return "<section class=\"card\"><h2>What happened</h2><ol class=\"timeline\">\(rows)</ol></section>"
    }

    private static func entry(_ entry: Entry, _ endpoint: EndpointDetail) -> HTML {
        let id = endpoint.summary.id.description
        let links = entry.findings.prefix(12).map {
            "<a class=\"id\" href=\"\(Address.finding($0, on: id))\">\($0)</a> " as HTML
        }
        let more = entry.findings.count - links.count
        return """
            <li><span class="strong">\(Text.count(entry.findings.count, "finding"))</span> \(Badge.finding(entry.to)) \
            <span class="muted">\(Text.time(entry.at)), by \(entry.by)\(entry.reason.isEmpty ? "" : ": \(entry.reason)")</span>\
            <div class="small">\(links)\(more > 0 ? "and \(Text.grouped(more)) more" : "")</div></li>
            """
    }
}
