import FoundationEssentials
import Store

/// How a vulnerability's EPSS score went.
package enum PredictionCard {
    private static let listed = 30

    /// - Parameters:
    ///   - changes: oldest first; days between are as the one before.
    ///   - lastDay: the newest day that is loaded, `2025-04-22`.
    package static func render(_ changes: [IntelligenceStore.PredictionChange], lastDay: String?) -> HTML {
        guard let first = changes.first, let newest = changes.last else { return .empty }
        let last = max(newest.day, lastDay ?? newest.day)
        guard changes.count > 1 else {
            let since =
                first.day == last ? "the one day that is loaded, \(last)" : "each day from \(first.day) to \(last)"
            return card(
                "<p class=\"muted\">It was \(Text.percent(first.probability)) on \(since). The line begins with the first change.</p>"
            )
        }
        let points = changes.compactMap { change in number(change.day).map { (day: $0, value: change.probability) } }
        let rows = changes.reversed().prefix(listed).map { change -> [HTML] in
            ["\(change.day)", "\(Text.percent(change.probability))", "\(Text.percent(change.percentile))"]
        }
        let columns: [Table.Column] = [
            .init("From"), .init("Within 30 days", .number), .init("Above so many of all CVEs", .number),
        ]
        let more = changes.count - rows.count
        return card(
            """
            \(TrendLine.render(points, until: number(last) ?? 0, labels: (first.day, last), sentence: sentence(changes, last)))
            <details><summary class="small">\(Text.count(changes.count, "value"))</summary>\
            \(Table(caption: "Changes of the EPSS score", columns: columns, rows: rows).html)\
            \(more > 0 ? "<p class=\"small muted\">and \(Text.grouped(more)) before</p>" as HTML : .empty)</details>
            """)
    }

    private static func card(_ content: HTML) -> HTML {
        "<section class=\"card\"><h2>EPSS over time</h2>\(content)</section>"
    }

    /// The chart in words.
    static func sentence(_ changes: [IntelligenceStore.PredictionChange], _ last: String) -> String {
        let values = changes.map(\.probability)
        return """
            EPSS from \(changes.first?.day ?? "") to \(last): \(Text.percent(values.first ?? 0)) at first, \
            \(Text.percent(values.last ?? 0)) at last, \(Text.percent(values.min() ?? 0)) at least, \
            \(Text.percent(values.max() ?? 0)) at most.
            """
    }

    /// Days since 1970.
    private static func number(_ day: String) -> Int? {
        (try? Date("\(day)T00:00:00Z", strategy: .iso8601)).map { Int($0.timeIntervalSince1970 / 86_400) }
    }
}
