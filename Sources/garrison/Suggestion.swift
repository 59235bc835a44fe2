/// What somebody who mistyped a name may have meant.
enum Suggestion {
    /// The name with the fewest changed characters, if those are few; capitals do not matter.
    static func closest(to word: String, among names: [String]) -> String? {
        let ranked = names.map { ($0, distance(Array(word.lowercased()), Array($0.lowercased()))) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, min(3, word.count / 3)) else { return nil }
        return best.0
    }

    /// Characters to insert, remove or replace, or neighbours to swap (optimal string alignment).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var rows = [Array(0...right.count)]
        for (index, character) in left.enumerated() {
            var row = [index + 1]
            for column in right.indices {
                var best = rows[index][column] + (right[column] == character ? 0 : 1)
                best = min(best, rows[index][column + 1] + 1, row[column] + 1)
                if index > 0, column > 0, left[index - 1] == right[column], right[column - 1] == character {
                    best = min(best, rows[index - 1][column - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
