/// Named bars below each other, each a link to what it counts.
enum BarList {
    typealias Bar = (name: String, label: String, count: Int, path: String?)

    static func render(_ bars: [Bar]) -> HTML {
        let longest = max(1, bars.map(\.count).max() ?? 1)
        let rows = bars.map { bar -> HTML in
            let width = Text.tenths(Double(bar.count) / Double(longest) * 100)
            let content: HTML = """
                <span>\(bar.label)</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">\
                <rect class="track" width="100" height="10"/><rect class="fill-\(bar.name)" width="\(width)" height="10"/></svg>\
                <b>\(Text.grouped(bar.count))</b>
                """
            guard let path = bar.path, bar.count > 0 else { return "<li><div>\(content)</div></li>" }
            return "<li><a href=\"\(path)\">\(content)</a></li>"
        }
        return "<ul class=\"bars\">\(rows)</ul>"
    }
}
