/// One parser under attack.
struct FuzzTarget: Sendable {
    /// The longest input tried, in bytes.
    static let sizeLimit = 256 << 10

    /// `osv`; also the folder of its samples in the corpus.
    let name: String
    let grammar: Mutator.Grammar
    /// Samples made by the program itself, besides those of the corpus.
    let samples: @Sendable () -> [[UInt8]]
    /// Tries an input. Errors are what a parser is for; only a trap, a hang or a broken promise
    /// (`expect`) is a finding.
    let run: @Sendable ([UInt8]) -> Void

    init(
        _ name: String, _ grammar: Mutator.Grammar, samples: @escaping @Sendable () -> [[UInt8]] = { [] },
        run: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.name = name
        self.grammar = grammar
        self.samples = samples
        self.run = run
    }

    /// For texts written in the source.
    init(_ name: String, lines: [String], run: @escaping @Sendable ([UInt8]) -> Void) {
        self.init(name, .text, samples: { lines.map { Array($0.utf8) } }, run: run)
    }
}

extension FuzzTarget {
    /// Every parser of the program that reads what others wrote. A new one gets a line here.
    static let all: [FuzzTarget] =
        VersionTargets.all + DocumentTargets.all + DatabaseTargets.all + FeedTargets.all + CompressionTargets.all
        + IndexTargets.all + ProductTargets.all + HTTPTargets.all + ConnectorTargets.all + DiscoveryTargets.all
}

/// A promise that a parser must keep whatever it is given.
func expect(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fatalError("broken promise: \(promise())") }
}
