import FoundationEssentials

/// How a probability went, as a line of steps: it stays what it was until the day of its next value.
enum TrendLine {
    typealias Point = (day: Int, value: Double)

    private static let (left, right, top, bottom) = (44, 396, 10, 92)

    /// - Parameters:
    ///   - points: at least one, days ascending, values 0…1.
    ///   - last: the day up to which the last value holds.
    ///   - labels: the first day and the last as they are written.
    ///   - sentence: the chart in words.
    static func render(_ points: [Point], until last: Int, labels: (first: String, last: String), sentence: String)
        -> HTML
    {
        let start = points.first?.day ?? last
        let span = Double(max(1, last - start))
        let ceiling = ceiling(points.map(\.value).max() ?? 0)
        func x(_ day: Int) -> String { Text.tenths(Double(left) + Double(day - start) / span * Double(right - left)) }
        func y(_ value: Double) -> String { Text.tenths(Double(bottom) - value / ceiling * Double(bottom - top)) }
        var path = ""
        for point in points {
            path += path.isEmpty ? "M\(x(point.day)) \(y(point.value))" : "H\(x(point.day))V\(y(point.value))"
        }
        path += "H\(x(last))"
        return """
            <svg class="trend" viewBox="0 0 400 112" role="img" aria-label="\(sentence)">\
            <line class="axis" x1="\(left)" x2="\(right)" y1="\(bottom)" y2="\(bottom)"/>\
            <line class="axis" x1="\(left)" x2="\(right)" y1="\(top)" y2="\(top)"/>\
            <text x="\(left - 5)" y="\(top + 4)" text-anchor="end">\(Text.percent(ceiling))</text>\
            <text x="\(left - 5)" y="\(bottom + 4)" text-anchor="end">0 %</text>\
            <text x="\(left)" y="108">\(labels.first)</text>\
            <text x="\(right)" y="108" text-anchor="end">\(labels.last)</text>\
            <path class="line" d="\(path)"/></svg>
            """
    }

    /// The next of 1, 2 and 5 times a power of ten, so that scales can be read.
    static func ceiling(_ highest: Double) -> Double {
        for power in [0.001, 0.01, 0.1] {
            for step in [1.0, 2, 5] where highest <= step * power { return step * power }
        }
        return 1
    }
}
