import Risk

/// The choice among the CVSS vectors that are published of one vulnerability: the newest version of the
/// standard first; within it the publisher's own before others'; within these the order of the feed.
struct VectorChoice {
    /// Vectors that are none, by their specification; they are passed over.
    private(set) var invalid = 0
    private(set) var best: (vector: String, score: Double)?
    private var bestRank: (version: CVSSVersion, isOwn: Bool)?

    mutating func offer(_ vector: String, isOwn: Bool) {
        guard let score = try? CVSS.parse(vector) else {
            invalid += 1
            return
        }
        if let bestRank, (bestRank.version, bestRank.isOwn ? 1 : 0) >= (score.version, isOwn ? 1 : 0) { return }
        bestRank = (score.version, isOwn)
        best = (vector, score.baseScore)
    }
}
