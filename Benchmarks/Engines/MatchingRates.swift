import Domain
import Foundation
import Scanner

/// Endpoints of 500 packages against a distribution's advisories, in memory.
struct MatchingRates: BenchmarkGroup {
    static let name = "matching"
    static let summary = "endpoints of 500 packages against 60,000 advisory rows, in memory"

    private static let packages = 500

    func run(_ bench: Bench) async throws {
        let distribution = SyntheticDistribution()
        let index = distribution.index()
        let titles = distribution.titles
        try await bench.measure(
            "matching.fleet_distinct_sets", unit: "endpoints/s", required: .atLeast(20_000)
        ) {
            await Self.fleetRate(index, titles)
        }
        let hosts = Self.hosts(of: titles, count: 50)
        try await bench.measure("matching.host_explained", unit: "endpoints/s", required: .atLeast(100)) {
            Self.hostRate(index, hosts)
        }
    }

    /// Every endpoint has a set of its own, drawn from 12,000 package versions. Matching those once is
    /// part of the time. All processors work.
    private static func fleetRate(_ index: ScanIndex, _ titles: [SoftwareTitle]) async -> Double {
        let endpoints = 40_000
        let sets = sets(of: titles.count, count: endpoints / 8)
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let clock = ContinuousClock()
        let start = clock.now
        let scanner = FleetScanner(TitleMatcher(index: index, titles: titles))
        await withTaskGroup(of: Int.self) { group in
            for worker in 0..<workers {
                group.addTask { scan(endpoints / workers, of: sets, from: worker, scanner) }
            }
            for await found in group { precondition(found > 0) }
        }
        return Double(endpoints / workers * workers) / (clock.now - start).seconds
    }

    private static func scan(_ count: Int, of sets: [[TitleID]], from worker: Int, _ scanner: FleetScanner) -> Int {
        var scanner = scanner
        var matches: [FleetMatch] = []
        var found = 0
        for number in 0..<count {
            scanner.scan(sets[(number + worker * count) % sets.count], kernelRelease: nil, into: &matches)
            found += matches.count
        }
        return found
    }

    /// One host after the other on one processor, from its packages to explained findings, nothing shared.
    private static func hostRate(_ index: ScanIndex, _ hosts: [[InstalledPackage]]) -> Double {
        let scanner = HostScanner(index: index)
        let clock = ContinuousClock()
        let start = clock.now
        for packages in hosts {
            let report = scanner.scan(ScanTarget(ecosystem: SyntheticDistribution.ecosystem, packages: packages))
            precondition(!report.findings.isEmpty)
        }
        return Double(hosts.count) / (clock.now - start).seconds
    }

    private static func sets(of titles: Int, count: Int) -> [[TitleID]] {
        var random = SeededRandom(seed: 7)
        return (0..<count).map { _ in
            (0..<packages).map { _ in TitleID(Int.random(in: 0..<titles, using: &random)) }
        }
    }

    private static func hosts(of titles: [SoftwareTitle], count: Int) -> [[InstalledPackage]] {
        sets(of: titles.count, count: count).map { set in set.map { titles[Int($0)].package } }
    }
}
