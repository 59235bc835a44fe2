import Foundation

/// What a group measures with.
struct Bench: Sendable {
    let rounds: Int
    /// A private PostgreSQL, started when it is first asked for.
    let server: ScratchServer

    /// Measures everything in alternating rounds, so that a busy moment of the machine hits all alike, and
    /// prints a figure for each contender. One unmeasured round goes before, to warm caches.
    func compare(_ contenders: [Contender], with baseline: Contender, unit: String) async throws {
        let runners = [baseline] + contenders
        var samples = [[Double]](repeating: [], count: runners.count)
        for round in 0...rounds {
            for position in runners.indices {
                // Each goes first in turn: what comes after a writer pays for its write-back.
                let index = (position + round) % runners.count
                try Task.checkCancellation()
                let value = try await runners[index].run()
                note(round, runners[index].name, value, unit)
                if round > 0 { samples[index].append(value) }
            }
        }
        for (index, contender) in contenders.enumerated() {
            try print(
                Figure(
                    name: contender.name, samples: samples[index + 1], unit: unit,
                    baseline: (baseline.name, samples[0]), goal: contender.goal))
        }
    }

    /// Measures against a required number, where no other program does the same.
    func measure(_ name: String, unit: String, required goal: Goal, run: @Sendable () async throws -> Double)
        async throws
    {
        var samples: [Double] = []
        for round in 0...rounds {
            try Task.checkCancellation()
            let value = try await run()
            note(round, name, value, unit)
            if round > 0 { samples.append(value) }
        }
        let relative: Goal = if case .atLeast = goal { .atLeast(1) } else { .atMost(1) }
        try print(
            Figure(name: name, samples: samples, unit: unit, baseline: ("required", [goal.bound]), goal: relative))
    }

    private func print(_ figure: Figure) throws {
        FileHandle.standardOutput.write(Data("\(try figure.line())\n".utf8))
    }

    private func note(_ round: Int, _ name: String, _ value: Double, _ unit: String) {
        note("  \(round == 0 ? "warm-up" : "round \(round)"): \(name): \(Figure.rounded(value)) \(unit)")
    }

    /// Progress, on standard error.
    func note(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}

extension Duration {
    /// Seconds, with their fraction.
    var seconds: Double { self / .seconds(1) }
}
