import TestSupport

/// Reads the text exposition format of Prometheus, version 0.0.4, as strictly as its own parser.
struct PrometheusText {
    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var help: [String: String] = [:]
    /// Types by name of the family.
    private(set) var families: [String: String] = [:]
    private(set) var samples: [Sample] = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw TestFailure("the last line does not end") }
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1)
                guard parts.count == 2, help.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                    throw TestFailure("bad or second HELP: \(line)")
                }
            } else if line.hasPrefix("# TYPE ") {
                let parts = line.dropFirst(7).split(separator: " ")
                guard parts.count == 2, ["counter", "gauge", "histogram"].contains(parts[1]),
                    families.updateValue(String(parts[1]), forKey: String(parts[0])) == nil
                else { throw TestFailure("bad or second TYPE: \(line)") }
            } else {
                try add(line)
            }
        }
    }

    subscript(_ name: String, _ labels: [String: String]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private mutating func add(_ line: Substring) throws {
        let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }
        var (rest, labels) = (line[name.endIndex...], [String: String]())
        if rest.first == "{" {
            guard let end = rest.lastIndex(of: "}") else { throw TestFailure("labels do not end: \(line)") }
            for pair in rest[rest.index(after: rest.startIndex)..<end].split(separator: "\",") {
                let halves = pair.split(separator: "=", maxSplits: 1)
                guard halves.count == 2, halves[1].hasPrefix("\"") else { throw TestFailure("bad label: \(line)") }
                labels[String(halves[0])] = halves[1].filter { $0 != "\"" }
            }
            rest = rest[rest.index(after: end)...]
        }
        guard !name.isEmpty, rest.first == " ", let value = Double(rest.dropFirst()) else {
            throw TestFailure("bad sample: \(line)")
        }
        let family = ["_bucket", "_sum", "_count"].lazy.filter { name.hasSuffix($0) }
            .map { String(name.dropLast($0.count)) }.first { families[$0] == "histogram" }
        guard families[family ?? String(name)] != nil else { throw TestFailure("no TYPE before: \(line)") }
        samples.append(Sample(name: String(name), labels: labels, value: value))
    }
}
