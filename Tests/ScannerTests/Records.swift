import Domain
import Scanner

let bookworm = Ecosystem(family: "debian", release: "12")
let alma = Ecosystem(family: "almalinux", release: "9")

/// One advisory on one package, shortest words for the tests.
func advisory(
    _ id: String, _ package: String, _ ranges: [VersionRange] = [], on ecosystem: Ecosystem = bookworm,
    source: IntelligenceSource = .debian, vulnerabilities: [String]? = nil, versions: [String] = [],
    state: PackageState = .affected, note: String? = nil, severity: Severity? = nil, urgency: String? = nil
) -> IntelligenceRecord {
    .advisory(
        Advisory(
            id: id, source: source, vulnerabilities: vulnerabilities ?? [id], severity: severity,
            affected: [
                AffectedPackage(
                    ecosystem: ecosystem, name: package, ranges: ranges, versions: versions, state: state, note: note,
                    urgency: urgency)
            ]))
}

func fixed(_ version: String, from introduced: String? = nil) -> VersionRange {
    VersionRange(introduced: introduced, fixed: version)
}

let unfixed = VersionRange()

func index(_ records: [IntelligenceRecord]) -> ScanIndex {
    var builder = ScanIndexBuilder()
    for record in records { builder.add(record) }
    return builder.finish()
}

func deb(
    _ name: String, _ version: String, source: String? = nil, sourceVersion: String? = nil
) -> InstalledPackage {
    InstalledPackage(type: "deb", name: name, version: version, source: source, sourceVersion: sourceVersion)
}

func rpm(_ name: String, _ version: String, source: String? = nil, module: String? = nil) -> InstalledPackage {
    InstalledPackage(type: "rpm", name: name, version: version, source: source, module: module)
}

func scan(
    _ packages: [InstalledPackage], with records: [IntelligenceRecord], on system: Ecosystem = bookworm,
    kernel: String? = nil
) -> ScanReport {
    HostScanner(index: index(records)).scan(
        ScanTarget(ecosystem: system, kernelRelease: kernel, packages: packages))
}
