import ArgumentParser
import Glibc
import UnixSignals

/// Measures Garrison beside its baselines, and prints one JSON object a line.
@main
struct GarrisonBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "garrison-bench",
        abstract: "Measures Garrison beside its baselines in the same run.",
        discussion: """
            Each line on standard output is {name, value, unit, baseline, ratio, baseline_name, goal, met}: value and \
            baseline are medians over alternating rounds, ratio is value / baseline, and goal is what ratio has to be.
            """)

    @Option(help: "Only groups of this name, or whose name begins with it and a hyphen; may be repeated.")
    var only: [String] = []

    @Option(help: "Rounds; each measures everything once, in turning order.")
    var rounds = 5

    @Flag(help: "List the groups and end.")
    var list = false

    func validate() throws {
        for name in only where !BenchmarkGroups.all.contains(where: { Self.isNamed(name, $0) }) {
            let names = BenchmarkGroups.all.map { type(of: $0).name }
            throw ValidationError("There is no group '\(name)'. Groups: \(names.joined(separator: ", ")).")
        }
        if rounds < 1 { throw ValidationError("--rounds must be at least 1.") }
    }

    func run() async throws {
        if list {
            for group in BenchmarkGroups.all { print("\(type(of: group).name): \(type(of: group).summary)") }
            return
        }
        signal(SIGPIPE, SIG_IGN)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await measure() }
            // Ctrl-C must not leave a PostgreSQL behind: it becomes a cancellation.
            tasks.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { throw CancellationError() }
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    private static func isNamed(_ name: String, _ group: any BenchmarkGroup) -> Bool {
        let full = type(of: group).name
        return full == name || full.hasPrefix("\(name)-")
    }

    private func measure() async throws {
        let server = ScratchServer()
        let bench = Bench(rounds: rounds, server: server)
        do {
            for group in BenchmarkGroups.all where only.isEmpty || only.contains(where: { Self.isNamed($0, group) }) {
                bench.note("\(type(of: group).name): \(type(of: group).summary)")
                try await group.run(bench)
            }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}
