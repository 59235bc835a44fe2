import Domain
import Foundation
import Store
import Synchronization

/// An advisory that appears, from its feed file to findings on every endpoint of a fleet; beside the scan of the whole
/// fleet that would find the same.
struct Rematch: BenchmarkGroup {
    static let name = "rematch"
    static let summary = "one advisory imported and found on 100,000 endpoints, beside scanning them all again"

    func run(_ bench: Bench) async throws {
        let fleet = try await Fleet(bench, database: "bench_rematch", endpoints: true)
        let folder = FileManager.default.temporaryDirectory.appending(path: "garrison-bench-rematch-\(getpid())").path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let stage = Stage(fleet: fleet, folder: folder)
            try await stage.prepare()
            try await measure(stage, bench)
        } catch {
            await fleet.store.close()
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        await fleet.store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func measure(_ stage: Stage, _ bench: Bench) async throws {
        try await bench.measure("rematch.some_endpoints", unit: "s", required: .atMost(2)) {
            let time = try await stage.follow(packages: 1)
            try await stage.settle()
            return time
        }
        try await bench.measure("rematch.every_endpoint", unit: "s", required: .atMost(2)) {
            let time = try await stage.follow(packages: Stage.everywhere)
            try await stage.settle()
            return time
        }
        try await bench.measure("rematch.every_score", unit: "s", required: .atMost(30)) {
            _ = try await stage.follow(packages: Stage.everywhere)
            return try await ContinuousClock().measure { try await stage.settle() }.seconds
        }
        try await bench.compare(
            [
                Contender("rematch.beside_whole_scan", goal: .atMost(0.2)) {
                    let time = try await stage.follow(packages: Stage.everywhere)
                    try await stage.settle()
                    return time
                }
            ], with: Contender("scan of the whole tenant") { try await stage.scan(packages: Stage.everywhere) },
            unit: "s")
    }
}

/// The fleet with a catalogue behind it, in which one advisory after the other appears.
private final class Stage: Sendable {
    /// Packages that one advisory must name for every set of the fleet to hold one: each has one of four neighbours.
    static let everywhere = 4
    /// Advisories besides those on the fleet's packages.
    private static let others = 58_000

    let fleet: Fleet
    private let folder: String
    private let number = Counter()

    init(fleet: Fleet, folder: String) {
        self.fleet = fleet
        self.folder = folder
    }

    func prepare() async throws {
        let known = stride(from: 0, to: 2_000, by: 2).flatMap { package in
            (0..<2).map { part in
                Self.record(
                    "CVE-2024-\(10_000 + package * 2 + part)", [("package-\(package)", 2 + (package + part) % 4)])
            }
        }
        let others = (0..<Self.others).map { Self.record("CVE-2023-\(10_000 + $0)", [("elsewhere-\($0 / 15)", 3)]) }
        try await load(known + others)
        let index = try await fleet.store.intelligence.buildRevisedIndex()
        _ = try await fleet.store.scans.scan(tenant: fleet.tenant, with: index)
        try await fleet.store.owner.withConnection { try await $0.query("VACUUM ANALYZE") }
    }

    /// From the file to the findings, in seconds.
    func follow(packages: Int) async throws -> Double {
        let record = nextRecord(packages)
        return try await ContinuousClock().measure {
            try await load([record])
            let following = try await fleet.store.scans.follow(tenant: fleet.tenant)
            guard case .followed(let outcome, _) = following,
                outcome.opened == (packages > 1 ? Fleet.endpoints : 25_000)
            else { throw BenchError.unexpectedOutput("follow", output: "\(following)") }
        }.seconds
    }

    func settle() async throws { _ = try await fleet.store.scans.settle(tenant: fleet.tenant) }

    /// The same by a new index and a scan of everything.
    func scan(packages: Int) async throws -> Double {
        let record = nextRecord(packages)
        return try await ContinuousClock().measure {
            try await load([record])
            let index = try await fleet.store.intelligence.buildRevisedIndex()
            let outcome = try await fleet.store.scans.scan(tenant: fleet.tenant, with: index)
            guard outcome.opened == Fleet.endpoints else {
                throw BenchError.unexpectedOutput("scan", output: "\(outcome.opened) opened")
            }
        }.seconds
    }

    private func nextRecord(_ packages: Int) -> String {
        let number = number.next()
        // The fix is above all versions that there are.
        let names = (0..<packages).map { ("package-\((number * 4 + $0) % 2_000)", 10) }
        return Self.record("CVE-2025-\(10_000 + number)", names)
    }

    private func load(_ records: [String]) async throws {
        let path = "\(folder)/feed.json"
        try Data("[\(records.joined(separator: ",\n"))]".utf8).write(to: URL(filePath: path))
        _ = try await fleet.store.intelligence.importFeed(path: path, source: .osv, origin: "file")
    }

    private static func record(_ cve: String, _ packages: [(name: String, fixed: Int)]) -> String {
        let affected = packages.map {
            #"{"package":{"ecosystem":"Debian:12","name":"\#($0.name)"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.\#($0.fixed)-1"}]}]}"#
        }
        return #"""
            {"id":"DEBIAN-\#(cve)","upstream":["\#(cve)"],"summary":"A flaw","modified":"2024-03-01T00:00:00Z","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],"affected":[\#(affected.joined(separator: ","))]}
            """#
    }
}

/// Numbers from 0 on.
private final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            defer { value += 1 }
            return value
        }
    }
}
