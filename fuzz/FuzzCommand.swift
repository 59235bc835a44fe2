import ArgumentParser
import Glibc

/// `garrison-fuzz`: mutated real inputs for every parser, for a bounded time.
@main
struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "garrison-fuzz",
        abstract: "Try mutated real inputs on the program's parsers, each in a process of its own.",
        discussion: "Exit code 1 when an input ended a process, hung it or broke a promise; it is kept for --input.")

    @Argument(help: "A target (see --list), or all.")
    var target = "all"

    @Option(help: "How long each target runs.")
    var seconds = 5.0

    @Option(help: "The random seed: the same one gives the same inputs.")
    var seed: UInt64 = 1

    @Option(help: "The folder of samples.")
    var corpus = "fuzz/corpus"

    @Option(help: "Where inputs that break something are left.")
    var findings = ".build-artifacts/fuzz"

    @Option(help: "Try this file alone.")
    var input: String?

    @Option(help: .hidden)
    var record: String?

    @Flag(help: "Print the targets' names.")
    var list = false

    func run() throws {
        if list { return FuzzTarget.all.forEach { print($0.name) } }
        if let input { return try replay(input) }
        if let record { return try attack(try named(target), record: record) }
        let targets = target == "all" ? FuzzTarget.all : [try named(target)]
        let supervisor = Supervisor(
            program: try Self.program(), corpus: corpus, findings: findings, seconds: seconds, seed: seed)
        if try !supervisor.run(targets) { throw ExitCode(1) }
    }

    private func named(_ name: String) throws(FuzzError) -> FuzzTarget {
        guard let found = FuzzTarget.all.first(where: { $0.name == name }) else { throw .unknownTarget(name) }
        return found
    }

    private func replay(_ path: String) throws {
        guard let bytes = FileBytes.read(path) else { throw FuzzError.file(path: path) }
        defer { ScratchFolder.remove() }
        try named(target).run(bytes)
        print("\(target): came through")
    }

    /// The child's part.
    private func attack(_ target: FuzzTarget, record: String) throws {
        defer { ScratchFolder.remove() }
        let samples = try Corpus.samples(of: target, in: corpus)
        let longest = samples.map(\.count).max() ?? 0
        let run = FuzzRun(
            target: target, seed: seed, seconds: seconds,
            record: try InputRecord(path: record, capacity: max(longest, FuzzTarget.sizeLimit)))
        let count = run.execute(samples: samples)
        print("\(target.name): \(count) inputs, seed \(seed)")
        unlink(record)
    }

    private static func program() throws(FuzzError) -> String {
        guard let path = realpath("/proc/self/exe", nil) else { throw .cannotStart("/proc is not mounted") }
        defer { free(path) }
        return String(cString: path)
    }
}
