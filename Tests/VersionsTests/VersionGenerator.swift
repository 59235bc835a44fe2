import Domain
import TestRandomness

/// Versions made of the pieces that the schemes treat specially, so that most pairs are decided
/// late and rare branches are met often.
struct VersionGenerator {
    private static let pieces = [
        "0", "0", "1", "1", "2", "9", "10", "00", "01", ".", ".", ".", ".", "-", "-", "_", "~", "^", "+", ":", "!", "a",
        "b",
        "z", "rc", "alpha", "beta", "pre", "p", "dev", "post", "final", "sp", "snapshot", "_alpha", "_p", "-r1", ".x",
        "-ea", "x", "#", "ga", "RC", "1:", "m", ".0", "-1", "cvs",
    ]
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// A version and changed copies of it and of one another, all of which satisfy the condition;
    /// fewer than asked for where that is hard to meet.
    mutating func family(of count: Int, where isWanted: (String) -> Bool = { _ in true }) -> [String] {
        var family = ["1"]
        for _ in 0..<(count * 60) where family.count < count {
            let isNew = Int.random(in: 0..<6, using: &random) == 0
            let candidate = isNew ? make() : mutated(family.randomElement(using: &random) ?? "1")
            if isWanted(candidate) { family.append(candidate) }
        }
        return family
    }

    private mutating func piece() -> String { Self.pieces.randomElement(using: &random) ?? "1" }

    private mutating func make() -> String {
        var text = ["0", "1", "1", "2", "1.0"].randomElement(using: &random) ?? "1"
        for _ in 0..<Int.random(in: 0...5, using: &random) { text += piece() }
        return text
    }

    private mutating func mutated(_ text: String) -> String {
        var characters = Array(text)
        let index = Int.random(in: 0...characters.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0 where index < characters.count: characters.remove(at: index)
        case 1 where index < characters.count: characters.replaceSubrange(index...index, with: piece())
        default: characters.insert(contentsOf: piece(), at: index)
        }
        return String(characters)
    }
}
