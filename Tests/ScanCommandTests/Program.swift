import Foundation

/// The built program, run as its users run it.
struct Program {
    struct Outcome {
        let code: Int32
        let output: Data
        let errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [String] { text.split(separator: "\n").map(String.init) }

        func json() throws -> Any { try JSONSerialization.jsonObject(with: output) }
    }

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func fixture(_ name: String) -> String {
        repository.appendingPathComponent("Tests/ScanCommandTests/Fixtures/\(name)").path
    }

    /// Runs `garrison` to its end. The input comes from a file, so that no pipe can fill up.
    static func run(_ arguments: [String], input: Data = Data()) throws -> Outcome {
        try Scratch.with { folder in
            let names = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
            try input.write(to: names[0])
            try Data().write(to: names[1])
            try Data().write(to: names[2])
            let process = Process()
            process.executableURL = repository.appendingPathComponent(".build/release/garrison")
            process.arguments = arguments
            process.environment = ProcessInfo.processInfo.environment.merging(
                ["XDG_CACHE_HOME": folder.path, "SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
            process.standardInput = try FileHandle(forReadingFrom: names[0])
            process.standardOutput = try FileHandle(forWritingTo: names[1])
            process.standardError = try FileHandle(forWritingTo: names[2])
            try process.run()
            process.waitUntilExit()
            return Outcome(
                code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
                output: try Data(contentsOf: names[1]),
                errors: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self))
        }
    }
}

/// Folders that go when their test ends.
enum Scratch {
    static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("garrison-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}

/// The index of the bundled intelligence, made once for all tests of the process.
enum BundledIndex {
    static let path: String = {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("garrison-test-\(ProcessInfo.processInfo.processIdentifier).index").path
        let feeds = Program.repository.appendingPathComponent("data/intel").path
        let made = try? Program.run(["intel", "index", feeds, "--output", path])
        precondition(made?.code == 0, "garrison intel index failed: \(made?.errors ?? "")")
        atexit { try? FileManager.default.removeItem(atPath: BundledIndex.path) }
        return path
    }()
}

/// A finding as `garrison scan` prints it.
struct PrintedFinding: Decodable {
    struct Explanation: Decodable {
        let sentence, source, ecosystem, package, range, scheme, installed, comparison, state: String
        let records, packages, notes: [String]
    }

    let id, package, installed: String
    let fixed, severity: String?
    let cvss, epss: Double?
    let kev: Bool
    let exploits: Int
    let risk: Double
    let explanation: Explanation
}

func findings(_ outcome: Program.Outcome) throws -> [PrintedFinding] {
    try JSONDecoder().decode([PrintedFinding].self, from: outcome.output)
}

/// Scans one of the dpkg status fixtures against the bundled intelligence.
func scanStatus(_ name: String, _ more: String...) throws -> Program.Outcome {
    try Program.run(
        ["scan", "--dpkg-status", Program.fixture(name), "--distro", "debian:12", "--intel", BundledIndex.path] + more)
}
