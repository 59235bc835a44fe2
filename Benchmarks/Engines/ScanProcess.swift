import Domain
import Foundation
import Scanner

/// `garrison scan` of hosts of 500 and of 3,000 packages beside debsecan and Trivy on the same packages and the
/// same vulnerabilities: from the start of the process to its end, and once the index is open. Of the peers that
/// run here the faster one for the host is the baseline.
struct ScanProcess: BenchmarkGroup {
    static let name = "scan"
    static let summary = "garrison scan of hosts of 500 and 3,000 packages beside the faster of debsecan and Trivy"

    func run(_ bench: Bench) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bench-scan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let distribution = SyntheticDistribution()
        let index = folder.appending(path: "distribution.index").path
        try distribution.index().write(toFile: index)
        for packages in [500, 3_000] {
            let root = try Self.root(folder, distribution, packages)
            let status = "\(root)/var/lib/dpkg/status"
            let garrison = Program(
                Self.binary, ["scan", "--dpkg-status", status, "--distro", "debian:12", "--intel", index])
            let peers = try await ScanPeer.all(distribution, folder, root: root, status: status)
            guard let peer = try await Self.fastest(of: peers) else {
                return bench.note("  neither debsecan nor Trivy is here: no peer to compare with")
            }
            let opened = try ScanIndex(contentsOfFile: index)
            let host = distribution.host(packages: packages)
            try await bench.compare(
                [
                    Contender("scan.process_\(packages)", goal: .atMost(0.5)) { try await Self.milliseconds(garrison) },
                    Contender("scan.loaded_\(packages)", goal: .atMost(0.1)) { Self.milliseconds(opened, host) },
                ],
                with: Contender(peer.name) { try await Self.milliseconds(peer.program) }, unit: "ms")
        }
    }

    /// A machine's root folder, as far as a scanner looks at it.
    private static func root(_ folder: URL, _ distribution: SyntheticDistribution, _ packages: Int) throws -> String {
        let root = folder.appending(path: "root-\(packages)")
        for part in ["var/lib/dpkg", "etc"] {
            try FileManager.default.createDirectory(at: root.appending(path: part), withIntermediateDirectories: true)
        }
        let files = [
            "var/lib/dpkg/status": distribution.status(packages: packages),
            "etc/os-release": "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n",
            "etc/debian_version": "12.11\n",
        ]
        for (name, text) in files { try Data(text.utf8).write(to: root.appending(path: name)) }
        return root.path
    }

    /// By the median of three runs each.
    private static func fastest(of peers: [ScanPeer]) async throws -> ScanPeer? {
        var best: (peer: ScanPeer, time: Double)?
        for peer in peers {
            let time = try await milliseconds(peer.program, runs: 3)
            if best.map({ time < $0.time }) ?? true { best = (peer, time) }
        }
        return best?.peer
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

    /// The median of some runs.
    private static func milliseconds(_ program: Program, runs: Int = 9) async throws -> Double {
        let clock = ContinuousClock()
        var samples: [Double] = []
        for _ in 0..<runs {
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
}
