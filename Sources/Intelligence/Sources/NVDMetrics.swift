/// The CVSS metrics of an NVD record; NVD's own are "Primary".
struct NVDMetrics {
    private var choice = VectorChoice()

    /// Vectors that are none, by their specification; they are passed over.
    var invalid: Int { choice.invalid }
    var best: (vector: String, score: Double)? { choice.best }

    mutating func take(_ reader: JSONReader) throws {
        if try reader.null() { return }
        try reader.object { key in
            guard key.hasPrefix("cvssMetricV") else { return }
            try reader.array { try takeMetric(reader) }
        }
    }

    private mutating func takeMetric(_ reader: JSONReader) throws {
        var isPrimary = false
        var vector: String?
        try reader.object { key in
            switch key {
            case "type": isPrimary = try reader.string() == "Primary"
            case "cvssData":
                try reader.object { key in
                    if key == "vectorString" { vector = try reader.string() }
                }
            default: break
            }
        }
        if let vector { choice.offer(vector, isOwn: isPrimary) }
    }
}
