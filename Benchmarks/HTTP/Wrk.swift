import Foundation

/// wrk asking for one target over 50 connections.
struct Wrk: Sendable {
    /// What a run found.
    struct Report {
        /// Answers a second.
        let rate: Double
        /// Milliseconds.
        let p99: Double
    }

    let port: Int
    let target: String
    let token: String

    private static let connections = 50
    private static let seconds = 4

    private var url: String { "http://127.0.0.1:\(port)\(target)" }

    /// Throws `.unexpectedOutput` unless every answer was a 2xx.
    func run() async throws -> Report {
        let script = FileManager.default.temporaryDirectory.appending(path: "wrk-\(UUID().uuidString).lua").path
        try Data(Self.lua.utf8).write(to: URL(filePath: script))
        defer { try? FileManager.default.removeItem(atPath: script) }
        let output = try await Program(
            "/usr/bin/wrk",
            [
                "-t2", "-c\(Self.connections)", "-d\(Self.seconds)s", "-s", script, "-H",
                "Authorization: Bearer \(token)", url,
            ]
        ).run()
        let numbers = output.split(separator: "\n").first { $0.hasPrefix("RESULT ") }?.split(separator: " ").dropFirst()
            .compactMap { Double($0) }
        guard let numbers, numbers.count == 3, numbers[2] == 0, numbers[0] > 0 else {
            throw BenchError.unexpectedOutput("wrk", output: output)
        }
        return Report(rate: numbers[0], p99: numbers[1])
    }

    /// One answer's body.
    func body() async throws -> String {
        try await Program("/usr/bin/curl", ["-fsS", "-H", "Authorization: Bearer \(token)", url]).run()
    }

    private static let lua = """
        done = function(summary, latency, requests)
          local errors = summary.errors
          local bad = errors.status + errors.connect + errors.read + errors.write + errors.timeout
          print(string.format("RESULT %.1f %.3f %d", summary.requests / summary.duration * 1e6,
            latency:percentile(99) / 1e3, bad))
        end
        """
}
