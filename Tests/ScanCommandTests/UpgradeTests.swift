import Domain
import Foundation
import Risk
import TestSupport
import Testing
import Versions

/// Three Debian 12 machines with the same packages: as of November 2026, as of November 2025, and
/// upgraded but not rebooted since. Against the bundled intelligence.
@Suite("A machine with the newest packages and one with year-old packages", .blocking)
struct UpgradeTests {
    private func status(_ findings: [PrintedFinding]) -> EndpointStatus {
        let risks = findings.map(\.risk)
        return RiskModel.status(
            score: RiskModel.endpointScore(openFindingRisks: risks), worst: risks.max() ?? 0,
            hasKnownExploited: findings.contains(where: \.kev))
    }

    @Test("the newest packages have no known vulnerability, and the machine is healthy")
    func newest() throws {
        let outcome = try scanStatus("debian-12-newest.status", "--kernel", "6.1.0-53-amd64")
        #expect(outcome.status == 0)
        #expect(outcome.text == "[]\n")
        #expect(status(try findings(outcome)) == .healthy)
    }

    @Test("year-old packages are critical: known exploited holes come first, each with the version that closes it")
    func yearOld() throws {
        let found = try findings(try scanStatus("debian-12-year-old.status", "--kernel", "6.1.0-41-amd64"))
        #expect(found.count > 3000)
        #expect(found.filter(\.kev).map(\.id) == ["CVE-2023-44487", "CVE-2026-31431"])
        #expect(found.prefix(2).map(\.kev) == [true, true], "known exploited holes are the riskiest")
        #expect(found.map(\.risk) == found.map(\.risk).sorted(by: >))
        #expect(status(found) == .critical)
        let sources = Set(found.map(\.explanation.package))
        #expect(sources.isSuperset(of: ["linux", "nginx", "openssl", "curl", "glibc", "postgresql-15", "rsync"]))
    }

    @Test("every finding is cured by the version that the newest machine has")
    func cured() throws {
        let found = try findings(try scanStatus("debian-12-year-old.status", "--kernel", "6.1.0-41-amd64"))
        let newest = try installedVersions("debian-12-newest.status")
        for finding in found {
            let fixed = try #require(finding.fixed, "\(finding.id) has a fix")
            let name = finding.package.replacing("6.1.0-41", with: "6.1.0-53")
            let available = try #require(newest[name], "\(name) is on the newest machine")
            #expect(Versions.compare(finding.installed, fixed, scheme: .deb) == .less, "\(finding.id)")
            #expect(Versions.compare(fixed, available, scheme: .deb) != .greater, "\(finding.id)")
        }
    }

    @Test(
        "dpkg itself has what is installed below the fix of every finding",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg")))
    func confirmed() throws {
        let found = try findings(try scanStatus("debian-12-year-old.status", "--kernel", "6.1.0-41-amd64"))
        let pairs = Set(found.map { [$0.installed, $0.fixed ?? ""] })
        #expect(found.count > 100 && pairs.count > 10)
        for pair in pairs {
            let dpkg = Process()
            dpkg.executableURL = URL(fileURLWithPath: "/usr/bin/dpkg")
            dpkg.arguments = ["--compare-versions", pair[0], "lt-nl", pair[1]]
            try dpkg.run()
            dpkg.waitUntilExit()
            #expect(dpkg.terminationStatus == 0, "\(pair)")
        }
    }

    @Test("packages that had no update in that year make no finding")
    func unchanged() throws {
        let found = try findings(try scanStatus("debian-12-year-old.status", "--kernel", "6.1.0-41-amd64"))
        let unchanged: Set = ["bash", "coreutils", "zlib1g", "tzdata", "adduser", "less", "librsvg2-2"]
        #expect(found.allSatisfy { unchanged.isDisjoint(with: $0.explanation.packages) })
        #expect(found.allSatisfy { !$0.explanation.packages.contains("samba") }, "samba is removed")
    }

    @Test("upgraded but not rebooted: the old kernel's holes are open, and a reboot closes them")
    func notRebooted() throws {
        let old = try findings(try scanStatus("debian-12-not-rebooted.status", "--kernel", "6.1.0-41-amd64"))
        #expect(old.count > 3000)
        for finding in old {
            #expect(finding.package == "linux-image-6.1.0-41-amd64")
            #expect(finding.explanation.notes.contains { $0.contains("reboot into 6.1.0-53-amd64") }, "\(finding.id)")
        }
        #expect(Set(old.map(\.id)).count == old.count, "the kernel counts once, not once a package")
        let rebooted = try scanStatus("debian-12-not-rebooted.status", "--kernel", "6.1.0-53-amd64")
        #expect(try findings(rebooted).isEmpty)
        #expect(rebooted.complaints.contains("linux-image-6.1.0-41-amd64 6.1.158-1 is installed but does not run"))
    }

    @Test("without the running kernel's release the newest installed one is judged, and that is said")
    func unknownKernel() throws {
        let outcome = try scanStatus("debian-12-not-rebooted.status")
        #expect(try findings(outcome).isEmpty)
        #expect(outcome.complaints.contains("The running kernel is not known"))
    }

    private func installedVersions(_ name: String) throws -> [String: String] {
        let text = try String(contentsOfFile: Fixture.path(name), encoding: .utf8)
        var versions: [String: String] = [:]
        var package = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("Package: ") { package = String(line.dropFirst(9)) }
            if line.hasPrefix("Version: ") { versions[package] = String(line.dropFirst(9)) }
        }
        return versions
    }
}
