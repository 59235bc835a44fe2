import Domain

/// The remarks of a scan: what is not covered, and which kernel was judged.
struct ScanNotes {
    let host: HostPackages
    let index: ScanIndex
    let target: ScanTarget

    var all: [ScanNote] { coverage + kernel + notRunning }

    private var coverage: [ScanNote] {
        let known = Set(index.ecosystems.map(\.name))
        let unknown = host.packageCounts.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
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
