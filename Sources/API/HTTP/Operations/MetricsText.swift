/// Writes the text format of Prometheus, version 0.0.4.
struct MetricsText {
    private(set) var text = ""

    mutating func header(_ name: String, help: String, kind: String) {
        text +=
            "# HELP \(name) \(help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n# TYPE \(name) \(kind)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty { text += "{" + labels.map { "\($0)=\"\(Self.escape($1))\"" }.joined(separator: ",") + "}" }
        text += " \(Self.number(value))\n"
    }

    mutating func requests(_ meters: [RouteMeter]) {
        let name = "garrison_http_requests_total"
        header(name, help: "Requests answered, by route and class of status.", kind: "counter")
        for meter in meters {
            for (status, count) in meter.requestsByClass {
                sample(name, Self.labels(meter) + [("status", status)], Double(count))
            }
        }
    }

    mutating func latencies(_ meters: [RouteMeter]) {
        let name = "garrison_http_request_duration_seconds"
        header(name, help: "Time from the request's head to its response, by route.", kind: "histogram")
        for meter in meters {
            let counts = meter.bucketCounts
            guard counts.contains(where: { $0 > 0 }) else { continue }
            var sum = 0
            for (index, count) in counts.enumerated() {
                sum += count
                let bound = index < RouteMeter.bounds.count ? Self.number(RouteMeter.bounds[index]) : "+Inf"
                sample(name + "_bucket", Self.labels(meter) + [("le", bound)], Double(sum))
            }
            sample(name + "_sum", Self.labels(meter), meter.totalSeconds)
            sample(name + "_count", Self.labels(meter), Double(sum))
        }
    }

    private static func labels(_ meter: RouteMeter) -> [(String, String)] {
        [("method", meter.method), ("route", meter.path)]
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? String(Int(value)) : value.description
    }

    private static func escape(_ label: String) -> String {
        label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
