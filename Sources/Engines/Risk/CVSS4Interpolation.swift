extension CVSS4Levels {
    /// 0…10 with one decimal: section 8.2, "CVSS v4.0 scoring using MacroVectors and interpolation".
    var score: Double {
        let macro = CVSS4MacroVector(self)
        guard !isHarmless, let top = macro.score else { return 0 }
        let distances = CVSS4Distances(self, in: macro)
        var total = 0.0
        var count = 0.0
        func reduce(by share: Double, towards lower: Double?) {
            guard let lower else { return }
            total += (top - lower) * share
            count += 1
        }
        reduce(by: distances.eq1, towards: macro.score { $0.eq1 += 1 })
        reduce(by: distances.eq2, towards: macro.score { $0.eq2 += 1 })
        reduce(by: distances.eq3and6, towards: macro.scoreBelowLoss)
        reduce(by: distances.eq4, towards: macro.score { $0.eq4 += 1 })
        // Every member of an EQ5 class is its worst: distance 0, but the class counts in the mean.
        reduce(by: 0, towards: macro.score { $0.eq5 += 1 })
        let score = top - (count > 0 ? total / count : 0)
        // Halves up; 1e-6 forgives what binary fractions lose, far below one step of any distance.
        return ((min(max(score, 0), 10) + 1e-6) * 10).rounded() / 10
    }
}

/// How far a vector lies from the worst member of its MacroVector, for each class as a share of
/// the class's depth: 0 the worst member, towards 1 the mildest.
struct CVSS4Distances {
    var eq1 = 0.0
    var eq2 = 0.0
    var eq3and6 = 0.0
    var eq4 = 0.0

    /// The worst members of a class may be several, of which the first that is nowhere milder than
    /// the vector is taken. Classes are independent, so each is sought by itself.
    init(_ levels: CVSS4Levels, in macro: CVSS4MacroVector) {
        eq1 = Self.share(levels, CVSS4Tables.eq1[macro.eq1])
        eq2 = Self.share(levels, CVSS4Tables.eq2[macro.eq2])
        eq3and6 = Self.share(levels, CVSS4Tables.eq3and6[macro.eq3 * 2 + macro.eq6])
        eq4 = Self.share(levels, CVSS4Tables.eq4[macro.eq4])
    }

    private static func share(_ levels: CVSS4Levels, _ class: CVSS4Tables.Class) -> Double {
        for worst in `class`.worst {
            let steps = zip(`class`.metrics, worst).map { levels[$0] - $1 }
            if steps.allSatisfy({ $0 >= 0 }) { return Double(steps.reduce(0, +)) / Double(`class`.depth) }
        }
        return 0
    }
}
