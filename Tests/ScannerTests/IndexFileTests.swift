import Domain
import FoundationEssentials
import Scanner
import Testing
import TestRandomness

/// Enough of everything to fill every table of the file.
private let records: [IntelligenceRecord] =
    (0..<40).map { number in
        advisory(
            "CVE-2024-\(number)", "tool\(number % 7)", [fixed("\(number % 5).0-1"), unfixed], note: "note \(number)",
            severity: .high, urgency: "medium")
    } + [
        advisory("PYSEC-1", "left", on: Ecosystem(family: "pypi"), source: .osv, versions: ["1.0", "1.1"]),
        advisory("ALSA-1", "nodejs", [fixed("1:18-1.module_el8+1")], on: alma, source: .osv, note: "module:nodejs:18"),
        .exploitPrediction(ExploitPrediction(cve: "CVE-2024-3", probability: 0.5, percentile: 0.9)),
    ]

private let packages =
    (0..<7).map { deb("tool\($0)", "1.0-1") } + [InstalledPackage(type: "pypi", name: "left", version: "1.0")]

/// Goes through everything that reads the file.
private func exercise(_ index: ScanIndex) {
    let scanner = HostScanner(index: index)
    let target = ScanTarget(ecosystem: bookworm, packages: packages)
    _ = scanner.scan(target)
    _ = scanner.scan(ScanTarget(ecosystem: alma, packages: [rpm("nodejs", "1:17-1", module: "nodejs:18")]))
    _ = scanner.verdict(for: packages[0], vulnerability: "CVE-2024-3", target: target)
    _ = index.packagesAffected(byAdvisories: ["CVE-2024-3"])
    _ = index.changedPackages(since: index)
    _ = (index.ecosystems, index.newestAdvisory, index.covers(bookworm))
    let matcher = TitleMatcher(index: index, titles: packages.map { SoftwareTitle(system: bookworm, package: $0) })
    var fleet = FleetScanner(matcher)
    var matches: [FleetMatch] = []
    fleet.scanDistinct([0, 1, 2, 99], kernelRelease: nil, into: &matches)
    for match in matches { _ = scanner.finding(for: match.match, of: matcher.titles[Int(match.title)]) }
}

@Suite("The index as a file")
struct IndexFileTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "garrison-index-\(UUID().uuidString)").path()

    private func withDirectory(_ body: (String) throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    @Test("a written index, mapped again, gives the same findings")
    func roundTrip() throws {
        try withDirectory { directory in
            let original = index(records)
            try original.write(toFile: directory + "/a.index")
            let mapped = try ScanIndex(contentsOfFile: directory + "/a.index")
            let target = ScanTarget(ecosystem: bookworm, packages: packages)
            let report = HostScanner(index: mapped).scan(target)
            #expect(report == HostScanner(index: original).scan(target))
            #expect(report.findings.count > 20)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a.index"])
        }
    }

    @Test("replacing the file leaves a mapped index as it was")
    func replacing() throws {
        try withDirectory { directory in
            let path = directory + "/a.index"
            try index(records).write(toFile: path)
            let mapped = try ScanIndex(contentsOfFile: path)
            try index([]).write(toFile: path)
            #expect(mapped.advisoryCount == 42)
            exercise(mapped)
        }
    }

    @Test("a file cut off anywhere is refused")
    func truncated() {
        let bytes = index(records).bytes
        for length in stride(from: 0, to: bytes.count, by: 64) {
            #expect(throws: ScannerError.self) { try ScanIndex(contentsOf: Array(bytes[..<length])) }
        }
    }

    @Test("a cut-off file on disk is refused, and so is what is no file")
    func truncatedFile() throws {
        try withDirectory { directory in
            let bytes = index(records).bytes
            for length in [0, 10, 151, 200, bytes.count - 1] {
                try Data(bytes[..<length]).write(to: URL(filePath: directory + "/cut"))
                #expect(throws: ScannerError.self) { try ScanIndex(contentsOfFile: directory + "/cut") }
            }
            #expect(throws: ScannerError.notAnIndex(path: directory)) { try ScanIndex(contentsOfFile: directory) }
            #expect(throws: ScannerError.self) { try ScanIndex(contentsOfFile: directory + "/absent") }
            #expect(throws: ScannerError.self) { try index([]).write(toFile: directory + "/no/such/folder") }
        }
    }

    @Test("every byte turned over: refused, or read without harm")
    func flipped() {
        let bytes = index(records).bytes
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0xFF
            guard let index = try? ScanIndex(contentsOf: damaged) else { continue }
            if position % 5 == 0 { exercise(index) }
        }
    }

    @Test("bodies of noise under a valid header are read without harm", arguments: 0..<30)
    func noise(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        var bytes = index(records).bytes
        for position in 168..<bytes.count where seed < 10 || UInt8.random(in: 0...9, using: &generator) == 0 {
            bytes[position] = .random(in: 0...255, using: &generator)
        }
        exercise(try ScanIndex(contentsOf: bytes))
    }

    @Test("a newer format is named in the error")
    func newerFormat() {
        var bytes = index(records).bytes
        bytes[12] = 9
        #expect(throws: ScannerError.unsupportedVersion(path: "(memory)", version: 9)) {
            try ScanIndex(contentsOf: bytes)
        }
    }

    @Test(
        "errors tell what to do",
        arguments: [
            ScannerError.notAnIndex(path: "/x"), .unsupportedVersion(path: "/x", version: 9),
            .indexDamaged(path: "/x", reason: "short"), .fileUnavailable(path: "/x", reason: "No such file"),
        ])
    func messages(_ error: ScannerError) {
        #expect(error.message.contains("/x") && error.message.hasSuffix("."))
        #expect(error.code.hasPrefix("index."))
    }
}
