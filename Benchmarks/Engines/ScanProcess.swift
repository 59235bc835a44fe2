import CZlib
import Domain
import Foundation
import Scanner

/// `garrison scan` of hosts of 500 and of 3,000 packages beside debsecan on the same packages and the
/// same vulnerabilities: from the start of the process to its end, and once the index is open.
/// `make compare-scanners` has Trivy beside it, too.
struct ScanProcess: BenchmarkGroup {
    static let name = "scan"
    static let summary = "garrison scan of hosts of 500 and 3,000 packages beside debsecan"

    func run(_ bench: Bench) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bench-scan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let distribution = SyntheticDistribution()
        let index = folder.appending(path: "distribution.index").path
        try distribution.index().write(toFile: index)
        guard let debsecan = Self.debsecan else {
            return bench.note("  debsecan is not installed: no peer to compare with")
        }
        let feed = folder.appending(path: "feed")
        try FileManager.default.createDirectory(at: feed, withIntermediateDirectories: true)
        try Data(try distribution.debsecanFeed()).write(to: feed.appending(path: "bookworm"))
        for packages in [500, 3_000] {
            let status = folder.appending(path: "status-\(packages)").path
            try Data(distribution.status(packages: packages).utf8).write(to: URL(filePath: status))
            let garrison = Program(
                Self.binary, ["scan", "--dpkg-status", status, "--distro", "debian:12", "--intel", index])
            let peer = Program(
                debsecan,
                ["--suite", "bookworm", "--source", "file://\(feed.path)/", "--status", status, "--format", "simple"])
            let opened = try ScanIndex(contentsOfFile: index)
            let host = distribution.host(packages: packages)
            try await bench.compare(
                [
                    Contender("scan.process_\(packages)", goal: .atMost(0.5)) { try await Self.milliseconds(garrison) },
                    Contender("scan.loaded_\(packages)", goal: .atMost(0.1)) { Self.milliseconds(opened, host) },
                ],
                with: Contender("debsecan") { try await Self.milliseconds(peer) }, unit: "ms")
        }
    }

    /// The median of nine scans with the index open: from packages to explained findings.
    private static func milliseconds(_ index: ScanIndex, _ packages: [InstalledPackage]) -> Double {
        let clock = ContinuousClock()
        let scanner = HostScanner(index: index)
        let target = ScanTarget(ecosystem: SyntheticDistribution.ecosystem, packages: packages)
        let samples = (0..<9).map { _ in
            let start = clock.now
            precondition(!scanner.scan(target).findings.isEmpty)
            return (clock.now - start).seconds * 1000
        }
        return Figure.median(samples)
    }

    /// The median of nine runs.
    private static func milliseconds(_ program: Program) async throws -> Double {
        let clock = ContinuousClock()
        var samples: [Double] = []
        for _ in 0..<9 {
            let start = clock.now
            let output = try await program.run()
            samples.append((clock.now - start).seconds * 1000)
            guard output.contains("CVE-") else { throw BenchError.unexpectedOutput(program.path, output: output) }
        }
        return Figure.median(samples)
    }

    private static var binary: String {
        let folder = (CommandLine.arguments.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        return (folder.dropLast() + ["garrison"]).joined(separator: "/")
    }

    private static var debsecan: String? {
        let path = "/usr/bin/debsecan"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }
}

extension SyntheticDistribution {
    /// A dpkg status file.
    func status(packages count: Int) -> String {
        host(packages: count).map { package in
            """
            Package: \(package.name)
            Status: install ok installed
            Priority: optional
            Section: misc
            Installed-Size: 100
            Maintainer: Nobody <nobody@example.org>
            Architecture: amd64
            Source: \(package.source ?? package.name)
            Version: \(package.version)
            Depends: libc6 (>= 2.36), zlib1g (>= 1:1.2.11)
            Description: one of many packages

            """
        }.joined(separator: "\n")
    }

    /// debsecan's format, `VERSION 1`: vulnerabilities, then packages with their state, compressed.
    func debsecanFeed() throws -> [UInt8] {
        let names = Set(rows.map(\.cve)).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(names, 0...))
        var text = "VERSION 1\n"
        for name in names { text += "\(name),,a flaw that allows a denial of service\n" }
        text += "\n"
        for row in rows {
            let state = "SMR\(row.fixed == nil ? " " : "F")"
            text += "\(sources[row.source].name),\(places[row.cve] ?? 0),\(state),\(row.fixed ?? ""),\n"
        }
        text += "\n"
        for place in sources.indices { text += "\(sources[place].name),binary\(place)\n" }
        let plain = Array((text + "\n").utf8)
        var length = compressBound(uLong(plain.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        guard compress2(&packed, &length, plain, uLong(plain.count), 9) == Z_OK else {
            throw BenchError.unexpectedOutput("zlib", output: "")
        }
        return Array(packed.prefix(Int(length)))
    }
}
