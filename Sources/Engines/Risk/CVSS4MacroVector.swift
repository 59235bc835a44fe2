/// The equivalence classes of section 8.2: six levels, 0 the worst, that choose a MacroVector.
struct CVSS4MacroVector: Sendable {
    var eq1: Int
    var eq2: Int
    var eq3: Int
    var eq4: Int
    var eq5: Int
    var eq6: Int

    /// Tables 24 to 29.
    init(_ levels: CVSS4Levels) {
        let easy = [levels[.AV], levels[.PR], levels[.UI]].count { $0 == 0 }
        eq1 = easy == 3 ? 0 : easy > 0 && levels[.AV] != 3 ? 1 : 2
        eq2 = levels[.AC] == 0 && levels[.AT] == 0 ? 0 : 1
        let loss = [levels[.VC], levels[.VI], levels[.VA]]
        eq3 = loss[0] == 0 && loss[1] == 0 ? 0 : loss.contains(0) ? 1 : 2
        let subsequent = [levels[.SC], levels[.SI], levels[.SA]]
        eq4 = subsequent[1] == 0 || subsequent[2] == 0 ? 0 : subsequent.contains(1) ? 1 : 2
        eq5 = levels[.E]
        let required = [levels[.CR], levels[.IR], levels[.AR]]
        eq6 = zip(required, loss).contains { $0 == 0 && $1 == 0 } ? 0 : 1
    }

    /// Nil where the combination does not exist: EQ6 is 0 only if some loss is high, so never with
    /// EQ3 2, and no class is past its last level.
    var score: Double? {
        guard eq1 < 3, eq2 < 2, eq3 < 3, eq4 < 3, eq5 < 3, eq6 < 2 else { return nil }
        let row = ((eq1 * 2 + eq2) * 3 + eq3) * 3 + eq4
        let tenths = CVSS4Tables.scores[row * 6 + eq5 * 2 + eq6]
        return tenths == CVSS4Tables.absent ? nil : Double(tenths) / 10
    }

    /// The score of the MacroVector that `change` leads to.
    func score(_ change: (inout Self) -> Void) -> Double? {
        var other = self
        change(&other)
        return other.score
    }

    /// The best of the MacroVectors one step below in EQ3 and EQ6, which depend on each other.
    var scoreBelowLoss: Double? {
        switch (eq3, eq6) {
        case (0, 0): max(score { $0.eq6 = 1 } ?? 0, score { $0.eq3 = 1 } ?? 0)
        case (1, 0): score { $0.eq6 = 1 }
        default: score { $0.eq3 += 1 }
        }
    }
}
