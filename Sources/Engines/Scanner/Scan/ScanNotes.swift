import Domain
import FoundationEssentials

/// The remarks of a scan: what is not covered, and which kernel was judged.
struct ScanNotes {
    let host: HostPackages
    let index: ScanIndex
    let target: ScanTarget
    let coverage: ScanCoverage

    var all: [ScanNote] { support + ecosystems + unmatched + owned + kernel + notRunning }

    private var support: [ScanNote] {
        guard let date = target.date, let end = EndOfLife.standard.end(of: target),
            EndOfLife.hasEnded(end, on: date) == true
        else { return [] }
        return [
            ScanNote(
                kind: .systemEndOfLife,
                message: """
                    \(system) has had no security support since \(end): new vulnerabilities in it will not be \
                    fixed, and may not be recorded.
                    """)
        ]
    }

    private var system: String {
        target.packages.first { $0.type == InstalledPackage.windowsType }?.name ?? target.ecosystem.description
    }

    private var unmatched: [ScanNote] {
        guard !coverage.unmatched.isEmpty else { return [] }
        return [ScanNote(kind: .coverage, message: coverage.sentence)]
    }

    private var owned: [ScanNote] {
        guard !host.owned.isEmpty else { return [] }
        let count = host.owned.count
        return [
            ScanNote(
                kind: .ownedByDistribution,
                message: """
                    \(count) language \(count == 1 ? "package belongs" : "packages belong") to packages of \
                    \(target.ecosystem) and \(count == 1 ? "was" : "were") judged as these.
                    """)
        ]
    }

    private var ecosystems: [ScanNote] {
        let known = Set(index.ecosystems.map(\.name))
        let unknown = host.packageCounts.filter {
            !known.contains($0.key) && $0.key != ProductName.ecosystem && $0.key != InstalledPackage.updateType
        }.sorted { $0.key < $1.key }
        return unknown.map { ecosystem, count in
            ScanNote(
                kind: .ecosystemNotCovered,
                message: """
                    No advisories are loaded for \(ecosystem): \(count) installed \(count == 1 ? "package" : "packages") \
                    could not be judged.
                    """)
        }
    }

    private var kernel: [ScanNote] {
        switch host.choice {
        case .none, .running: []
        case .assumed(let place):
            [
                ScanNote(
                    kind: .kernelAssumed,
                    message: """
                        The running kernel is not known; the newest installed one, \
                        \(host.images[place].packageName) \(host.images[place].version), was judged.
                        """)
            ]
        case .foreign(let release):
            [
                ScanNote(
                    kind: .kernelForeign,
                    message: """
                        The running kernel \(release) is not an installed package: it belongs to the host of this \
                        container, or was built by hand. No kernel findings were made.
                        """)
            ]
        }
    }

    private var notRunning: [ScanNote] {
        if case .assumed = host.choice { return [] }
        return host.otherImages.sorted { $0.packageName < $1.packageName }.map { image in
            ScanNote(
                kind: .kernelNotRunning,
                message: """
                    \(image.packageName) \(image.version) is installed but does not run: no findings were made for it.
                    """)
        }
    }
}
