import Risk

/// The CVSS metrics of an NVD record and the choice among them: the newest version of the standard
/// first; within it NVD's own ("Primary") before others'; within these the order of the feed.
struct NVDMetrics {
    /// Vectors that are none, by their specification; they are passed over.
    private(set) var invalid = 0
    private(set) var best: (vector: String, score: Double)?
    private var bestRank: (version: CVSSVersion, isPrimary: Bool)?

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
        if let vector { offer(vector, isPrimary: isPrimary) }
    }

    private mutating func offer(_ vector: String, isPrimary: Bool) {
        guard let score = try? CVSS.parse(vector) else {
            invalid += 1
            return
        }
        if let bestRank, (bestRank.version, bestRank.isPrimary ? 1 : 0) >= (score.version, isPrimary ? 1 : 0) { return }
        bestRank = (score.version, isPrimary)
        best = (vector, score.baseScore)
    }
}
