/// Reads the `METRIC:VALUE/METRIC:VALUE` text that all CVSS versions share.
struct VectorReader: Sendable {
    let version: CVSSVersion
    let metrics: [VectorMetric]
    /// Whether the specification refuses metrics in another order than its table's.
    let isOrdered: Bool

    private static let absent = UInt8.max

    /// For each of `metrics`, the index of its value; of an absent optional one 0, "not defined".
    func read(_ text: ArraySlice<UInt8>) throws(CVSSError) -> [UInt8] {
        var chosen = [UInt8](repeating: Self.absent, count: metrics.count)
        var previous = -1
        var rest = text
        var isLast = false
        while !isLast {
            let slash = rest.firstIndex(of: UInt8(ascii: "/"))
            isLast = slash == nil
            let end = slash ?? rest.endIndex
            // Most vectors follow the table, so the search starts where the last metric was.
            let (metric, value) = try choice(rest[..<end], after: previous)
            guard chosen[metric] == Self.absent else { throw .duplicateMetric(metrics[metric].name) }
            if isOrdered, metric < previous {
                throw .wrongOrder(metrics[metric].name, after: metrics[previous].name)
            }
            chosen[metric] = value
            previous = metric
            rest = rest[(isLast ? end : end + 1)...]
        }
        try fillAbsent(&chosen)
        return chosen
    }

    private func choice(_ part: ArraySlice<UInt8>, after previous: Int) throws(CVSSError) -> (metric: Int, value: UInt8)
    {
        guard let colon = part.firstIndex(of: UInt8(ascii: ":")), colon > part.startIndex else {
            throw .malformedMetric(quotable(part))
        }
        let key = VectorMetric.key(part[..<colon])
        let following = metrics[(previous + 1)...].firstIndex { $0.nameKey == key }
        guard let metric = following ?? metrics.firstIndex(where: { $0.nameKey == key }) else {
            throw .unknownMetric(quotable(part[..<colon]), version: version.rawValue)
        }
        let valueKey = VectorMetric.key(part[(colon + 1)...])
        guard let index = metrics[metric].valueKeys.firstIndex(of: valueKey) else {
            throw .unknownValue(
                quotable(part[(colon + 1)...]), metric: metrics[metric].name, version: version.rawValue)
        }
        return (metric, UInt8(truncatingIfNeeded: index))
    }

    private func fillAbsent(_ chosen: inout [UInt8]) throws(CVSSError) {
        for index in chosen.indices where chosen[index] == Self.absent {
            guard !metrics[index].isMandatory else {
                throw .missingMetric(metrics[index].name, version: version.rawValue)
            }
            chosen[index] = 0
        }
    }

    private func quotable(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self).quotable }
}

extension String {
    /// As it may stand in an error message: short, and without control characters.
    var quotable: String {
        var text = ""
        for scalar in unicodeScalars.prefix(40) {
            text.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return unicodeScalars.count > 40 ? text + "…" : text
    }
}
