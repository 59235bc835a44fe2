/// Charts as inline SVG: no script, no inline style, and every number also as text.
enum Chart {
    typealias Part = (name: String, label: String, count: Int)

    /// One bar divided into parts, with a legend that leaves out the empty ones.
    static func stack(_ parts: [Part], of total: Int, label: String) -> HTML {
        guard total > 0 else { return .empty }
        var x = 0.0
        var bars: [HTML] = []
        var legend: [HTML] = []
        for part in parts where part.count > 0 {
            let width = Double(part.count) / Double(total) * 1000
            bars.append(
                "<rect class=\"bar-\(part.name)\" x=\"\(Text.tenths(x))\" width=\"\(Text.tenths(width))\" height=\"14\"/>"
            )
            legend.append(
                """
                <li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="bar-\(part.name)" width="10" height="10" rx="2"/></svg>\
                <b>\(Text.grouped(part.count))</b> \(part.label)</li>
                """)
            x += width
        }
        return """
            <svg class="chart" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label="\(label)">\(bars)</svg>
            <ul class="legend">\(legend)</ul>
            """
    }
}
