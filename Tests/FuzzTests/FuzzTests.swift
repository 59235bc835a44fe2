import Foundation
import TestSupport
import Testing

/// `garrison-fuzz` on every target for a second; `make fuzz` takes longer.
@Suite("Mutated real inputs", .blocking, .serialized)
struct FuzzTests {
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = repository.appendingPathComponent(".build/release/garrison-fuzz")
        process.arguments = arguments
        process.currentDirectoryURL = repository
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    static let targets: [String] = {
        let list = try? run(["--list"])
        return list?.output.split(separator: "\n").map(String.init) ?? []
    }()

    @Test("no parser is ended, hung or led astray", arguments: targets)
    func survives(_ target: String) throws {
        let outcome = try Self.run([target, "--seconds", "1"])
        #expect(outcome.code == 0, "\(outcome.output)")
        #expect(outcome.output.contains("inputs, seed 1"), "\(outcome.output)")
    }

    @Test("there are targets, each with its samples")
    func coverage() {
        #expect(Self.targets.count > 40)
        #expect(Set(Self.targets).count == Self.targets.count)
    }
}
