import Risk

/// How many endpoints have which risk: ten columns from 0 to 100.
enum Histogram {
    private static let height = 92.0
    private static let step = 40

    /// - Parameter bins: endpoints with a risk of 0 to under 10, …, 90 to 100.
    static func render(_ bins: [Int]) -> HTML {
        let highest = Double(max(1, bins.max() ?? 1))
        let columns = bins.enumerated().map { index, count -> HTML in
            guard count > 0 else { return .empty }
            let bar = max(2, Double(count) / highest * height)
            let x = index * step
            let top = 18 + height - bar
            let band = RiskModel.band(Double(index) * 10 + 5)?.rawValue ?? "low"
            return """
                <rect class="fill-\(band)" x="\(x + 4)" y="\(Text.tenths(top))" width="\(step - 8)" height="\(Text.tenths(bar))" rx="3"/>\
                <text class="value" x="\(x + step / 2)" y="\(Text.tenths(top - 5))" text-anchor="middle">\(Text.grouped(count))</text>
                """
        }
        let ticks = stride(from: 0, through: 100, by: 20).map { tick -> HTML in
            let anchor = tick == 0 ? "start" : tick == 100 ? "end" : "middle"
            return "<text x=\"\(tick * step / 10)\" y=\"126\" text-anchor=\"\(anchor)\">\(tick)</text>"
        }
        return """
            <svg class="histogram" viewBox="0 0 400 130" role="img" aria-label="\(sentence(bins))">\
            <line class="axis" x1="0" x2="400" y1="110.5" y2="110.5"/>\(columns)\(ticks)</svg>
            """
    }

    /// The chart in words.
    static func sentence(_ bins: [Int]) -> String {
        let parts = bins.enumerated().filter { $0.element > 0 }.map { index, count in
            "\(Text.count(count, "endpoint")) from \(index * 10) to \(index * 10 + 10)"
        }
        return parts.isEmpty ? "No endpoint has a risk yet." : "Risk: \(parts.joined(separator: ", "))."
    }
}
