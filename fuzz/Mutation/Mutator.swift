/// Makes hostile inputs out of real ones.
struct Mutator {
    /// What an input is made of, which decides how it is damaged.
    enum Grammar {
        /// Lengths, offsets and checksums.
        case binary
        /// Words, numbers, quotes and brackets.
        case text
    }

    let grammar: Grammar
    /// Inputs never grow beyond this.
    let sizeLimit: Int
    private let samples: [[UInt8]]
    private let tokens: TokenMutations
    private let bytes = ByteMutations()

    /// - Parameter samples: real inputs; at least one.
    init(grammar: Grammar, samples: [[UInt8]], sizeLimit: Int) {
        self.grammar = grammar
        self.samples = samples
        self.sizeLimit = sizeLimit
        tokens = TokenMutations(samples: grammar == .text ? samples : [])
    }

    /// One input: a sample after one to eight changes.
    func input(_ random: inout FuzzRandom) -> [UInt8] {
        var input = random.pick(samples)
        let rounds = 1 + random.below(random.isOneIn(4) ? 8 : 3)
        for _ in 0..<rounds {
            if grammar == .text, !random.isOneIn(3) {
                tokens.mutate(&input, &random)
            } else {
                bytes.mutate(&input, other: random.pick(samples), &random)
            }
            if input.count > sizeLimit { input.removeLast(input.count - sizeLimit) }
        }
        return input
    }
}
