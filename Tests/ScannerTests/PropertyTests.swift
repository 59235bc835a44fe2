import Domain
import Scanner
import Testing
import TestRandomness

@Suite("Over random records")
struct PropertyTests {
    @Test("the index finds what reading every record finds", arguments: 0..<200)
    func agreesWithBruteForce(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        let advisories = (0..<25).map { Advisory.random($0, using: &generator) }
        let truth = BruteForce(advisories: advisories)
        let scanner = HostScanner(index: index(advisories.map { .advisory($0) }))
        for name in AffectedPackage.someNames {
            for version in AffectedPackage.someVersions {
                let target = ScanTarget(
                    ecosystem: bookworm, packages: [deb(name, version, source: name, sourceVersion: version)])
                let found = scanner.scan(target).findings.map(\.id)
                #expect(Set(found) == truth.findings(name, version, on: bookworm), "\(name) \(version)")
                #expect(Set(found).count == found.count)
            }
        }
    }

    @Test("a fleet's endpoints have the findings of their scans", arguments: 0..<40)
    func fleetAgreesWithHosts(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        let index = index((0..<25).map { .advisory(Advisory.random($0, using: &generator)) })
        var packages = AffectedPackage.someNames.flatMap { name in
            AffectedPackage.someVersions.map { deb("\(name)-bin", $0, source: name, sourceVersion: $0) }
        }
        packages += AffectedPackage.someNames.map { deb("lib\($0)", "1.0-1", source: $0, sourceVersion: "1.0-1") }
        let matcher = TitleMatcher(
            index: index, titles: packages.map { SoftwareTitle(system: bookworm, package: $0) })
        var fleet = FleetScanner(matcher)
        var matches: [FleetMatch] = []
        for _ in 0..<20 {
            let set = packages.indices.filter { _ in UInt8.random(in: 0...3, using: &generator) == 0 }
            let report = HostScanner(index: index).scan(
                ScanTarget(ecosystem: bookworm, packages: set.map { packages[$0] }))
            fleet.scan(set.map { TitleID($0) }, kernelRelease: nil, into: &matches)
            let ids = matches.compactMap { index.vulnerability(at: $0.match.vulnerability)?.id }
            #expect(ids.sorted() == report.findings.map(\.id).sorted())
            fleet.scanDistinct(set.map { TitleID($0) }, kernelRelease: nil, into: &matches)
            #expect(matches.count == Set(ids).count)
        }
    }

    @Test(
        "no finding without a verdict that says affected, and no verdict of affected without a finding",
        arguments: 0..<40)
    func verdictsAgree(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        let scanner = HostScanner(index: index((0..<25).map { .advisory(Advisory.random($0, using: &generator)) }))
        for version in AffectedPackage.someVersions {
            let package = deb("alpha", version, source: "alpha", sourceVersion: version)
            let target = ScanTarget(ecosystem: bookworm, packages: [package])
            let found = Set(scanner.scan(target).findings.map(\.id))
            for id in (1...12).map({ "CVE-2024-\($0)" }) {
                let verdict = scanner.verdict(for: package, vulnerability: id, target: target)
                var isAffected = false
                if case .affected = verdict { isAffected = true }
                #expect(isAffected == found.contains(id), "\(id): \(verdict.sentence)")
            }
        }
    }
}
