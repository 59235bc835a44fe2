import Domain

/// What all sources together say of one vulnerability. Each field comes from the source with the
/// highest precedence that has it: NVD describes a vulnerability better than package trackers do.
struct FactsDraft {
    private(set) var isRejected = false
    private(set) var title: UInt32 = 0
    private(set) var vector: UInt32 = 0
    private(set) var tenths = IndexLayout.noScore
    private var rating: Severity?
    private var titleRank = UInt8.max
    private var scoreRank = UInt8.max
    private var vectorVersion = -1

    /// The band of the score, else the best rating of an advisory on this vulnerability alone.
    var severity: Severity? {
        tenths == IndexLayout.noScore ? rating : Severity(score: Double(tenths) / 10)
    }

    mutating func add(_ draft: VulnerabilityDraft, precedence: UInt8) {
        // Records on vulnerabilities come from NVD first: the reverse of who knows packages best.
        let rank = UInt8(10) - min(precedence, 10)
        isRejected = isRejected || draft.isRejected
        if draft.title != 0, rank < titleRank { (title, titleRank) = (draft.title, rank) }
        if draft.tenths != IndexLayout.noScore, rank < scoreRank {
            (vector, tenths, scoreRank) = (draft.vector, draft.tenths, rank)
        }
    }

    /// Advisories come in the order of the index, so the choice between equals is stable.
    mutating func add(_ advisory: AdvisoryDraft) {
        if advisory.title != 0, titleRank == .max { (title, titleRank) = (advisory.title, .max - 1) }
        rating = [rating, advisory.severity].compactMap { $0 }.max()
        guard let best = advisory.vector, scoreRank >= .max - 1 else { return }
        guard (best.version, best.tenths) > (vectorVersion, tenths == IndexLayout.noScore ? 0 : tenths) else { return }
        (vector, tenths, vectorVersion, scoreRank) = (best.text, best.tenths, best.version, .max - 1)
    }
}
