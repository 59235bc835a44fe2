import Foundation
import TestSupport

/// Files beside the tests.
enum Fixture {
    static func path(_ name: String) -> String { "\(Shell.checkout)/Tests/ScanCommandTests/Fixtures/\(name)" }
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
        let feeds = "\(Shell.checkout)/data/intel"
        let made = try? Program.run(garrison: ["intel", "index", feeds, "--output", path])
        precondition(made?.status == 0, "garrison intel index failed: \(made?.complaints ?? "")")
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

func findings(_ outcome: Program.Ended) throws -> [PrintedFinding] {
    try JSONDecoder().decode([PrintedFinding].self, from: outcome.output)
}

/// Scans one of the dpkg status fixtures against the bundled intelligence.
func scanStatus(_ name: String, _ more: String...) throws -> Program.Ended {
    try Program.run(
        garrison: ["scan", "--dpkg-status", Fixture.path(name), "--distro", "debian:12", "--intel", BundledIndex.path]
            + more)
}
