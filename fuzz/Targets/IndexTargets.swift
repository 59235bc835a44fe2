import Domain
import Scanner

/// The index file: whatever its bytes, it is refused or answers without harm.
enum IndexTargets {
    static let all: [FuzzTarget] = [
        FuzzTarget("index", .binary, samples: { [index.bytes] }) { input in
            guard let index = try? ScanIndex(contentsOf: sealed(input)) else { return }
            ask(index)
        }
    ]

    private static let debian = Ecosystem(family: "debian", release: "12")
    private static let alma = Ecosystem(family: "almalinux", release: "9")

    /// Small, with something in every table.
    static let index: ScanIndex = {
        var builder = ScanIndexBuilder()
        for number in 0..<30 {
            builder.add(.advisory(advisory(number)))
            builder.add(
                .exploitPrediction(
                    ExploitPrediction(cve: "CVE-2024-\(number)", probability: 0.25, percentile: Double(number) / 30)))
        }
        builder.add(.exploits(ExploitList(cve: "CVE-2024-3", exploits: ["51001"])))
        builder.add(
            .knownExploited(
                KnownExploited(
                    cve: "CVE-2024-4", name: "A flaw", dateAdded: "2024-02-01", dueDate: "2024-02-22",
                    knownRansomware: true, requiredAction: "")))
        return builder.finish()
    }()

    private static func advisory(_ number: Int) -> Advisory {
        let package =
            number.isMultiple(of: 3)
            ? AffectedPackage(
                ecosystem: alma, name: "nodejs", ranges: [VersionRange(fixed: "1:18-1.module_el9+1")],
                note: "module:nodejs:18")
            : AffectedPackage(
                ecosystem: debian, name: number.isMultiple(of: 2) ? "linux" : "openssl",
                ranges: [VersionRange(introduced: "1.\(number)", fixed: "3.\(number)-1"), VersionRange()],
                versions: number.isMultiple(of: 5) ? ["1.0", "1.1-2"] : [], state: PackageState.allCases[number % 7],
                note: "a note", urgency: "medium")
        return Advisory(
            id: "ADV-\(number)", source: number.isMultiple(of: 2) ? .debian : .osv,
            vulnerabilities: ["CVE-2024-\(number)"], title: "Flaw \(number)", severity: .high,
            vectors: ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"], affected: [package])
    }

    /// Asks an index everything that there is to ask.
    static func ask(_ index: ScanIndex) {
        let scanner = HostScanner(index: index)
        let target = ScanTarget(ecosystem: debian, kernelRelease: "6.1.0-18-amd64", packages: packages)
        let report = scanner.scan(target)
        _ = scanner.scan(ScanTarget(ecosystem: alma, packages: [node]))
        for package in packages {
            _ = scanner.verdict(for: package, vulnerability: "CVE-2024-2", target: target).sentence
        }
        expect(report.findings.allSatisfy { (0...100).contains($0.risk) }, "a risk lies in 0…100")
        _ = index.packagesAffected(byAdvisories: ["ADV-3"])
        _ = index.packagesAffected(byVulnerabilities: ["CVE-2024-3"])
        _ = index.changedPackages(since: IndexTargets.index)
        _ = (index.ecosystems, index.newestAdvisory, index.vulnerability("CVE-2024-4"))
        let matcher = TitleMatcher(index: index, titles: packages.map { SoftwareTitle(system: debian, package: $0) })
        var fleet = FleetScanner(matcher)
        var matches: [FleetMatch] = []
        fleet.scanDistinct([0, 1, 2, 99], kernelRelease: "6.1.0-18-amd64", into: &matches)
        for match in matches { _ = scanner.finding(for: match.match, of: matcher.titles[Int(match.title)]) }
    }

    private static let packages = [
        InstalledPackage(type: "deb", name: "libssl3", version: "1.20", source: "openssl"),
        InstalledPackage(
            type: "deb", name: "linux-image-6.1.0-18-amd64", version: "2.5-1", source: "linux-signed-amd64"),
        InstalledPackage(type: "deb", name: "openssl", version: "~", source: "openssl"),
        InstalledPackage(type: "pypi", name: "Django", version: "3.2"),
    ]
    private static let node = InstalledPackage(
        type: "rpm", name: "nodejs", version: "1:17-1.module_el9+1", module: "nodejs:18")

    /// With the header's checksum and size put right, as docs/scanner.md describes them; otherwise no
    /// damage to the header would get past the first check. Every fourth input stays as it is.
    private static func sealed(_ input: [UInt8]) -> [UInt8] {
        let checksumOffset = 160
        guard input.count >= checksumOffset + 8, input.last.map({ $0 % 4 != 0 }) ?? false else { return input }
        var sealed = input
        put(UInt64(input.count), at: 16, into: &sealed)
        let checksum = sealed[..<checksumOffset].reduce(UInt64(0xCBF2_9CE4_8422_2325)) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        put(checksum, at: checksumOffset, into: &sealed)
        return sealed
    }

    private static func put(_ value: UInt64, at offset: Int, into bytes: inout [UInt8]) {
        withUnsafeBytes(of: value) { bytes.replaceSubrange(offset..<offset + 8, with: $0) }
    }
}
