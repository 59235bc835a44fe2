import Domain
import Foundation
import Scanner

/// The scan index of more advisories than all distributions and registries have together: the time to build it
/// and the memory that takes.
struct IndexBuild: BenchmarkGroup {
    static let name = "index-build"
    static let summary = "the scan index of 320,000 advisories: seconds and memory"

    private static let advisories = 320_000

    func run(_ bench: Bench) async throws {
        try await bench.measure("scanner.index_build", unit: "s", required: .atMost(15)) {
            ContinuousClock().measure { _ = Self.build() }.seconds
        }
        try await bench.measure("scanner.index_build_memory", unit: "MB", required: .atMost(1_000)) {
            let before = try Memory.resetPeak()
            let index = Self.build()
            let peak = try Memory.peak()
            precondition(index.vulnerabilityCount > 0)
            return Double(max(0, peak - before)) / 1e6
        }
    }

    private static func build() -> ScanIndex {
        var builder = ScanIndexBuilder()
        var random = SeededRandom(seed: 7)
        for number in 0..<advisories { builder.add(.advisory(advisory(number, &random))) }
        return builder.finish()
    }

    private static let ecosystems = [
        "npm", "pypi", "maven", "go", "debian:12", "ubuntu:24.04", "almalinux:9", "rocky:9", "redhat:9", "alpine:3.20",
    ].map { Ecosystem(osv: $0) }

    private static func advisory(_ number: Int, _ random: inout SeededRandom) -> Advisory {
        let ecosystem = ecosystems[number % ecosystems.count]
        let packages = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let fixed = (0..<3).map { _ in String(Int.random(in: 0...40, using: &random)) }.joined(separator: ".")
            return AffectedPackage(
                ecosystem: ecosystem, name: "package-\(Int.random(in: 0..<60_000, using: &random))",
                ranges: [VersionRange(introduced: "0", fixed: fixed)])
        }
        return Advisory(
            id: "ADVISORY-\(number)", source: .osv,
            vulnerabilities: ["CVE-2024-\(10_000 + Int.random(in: 0..<250_000, using: &random))"],
            title: "A vulnerability of a package, number \(number)", severity: .high, affected: packages)
    }
}

/// The memory of this process, from /proc (Linux).
private enum Memory {
    /// Forgets the peak so far; gives what is in use now, in bytes.
    static func resetPeak() throws -> Int {
        try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        return try field("VmRSS")
    }

    static func peak() throws -> Int { try field("VmHWM") }

    private static func field(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
        return (kilobytes ?? 0) * 1024
    }
}
