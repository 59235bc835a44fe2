import Domain
import Scanner
import Testing

/// One installed version, one fix, and what dpkg's order makes of them.
struct DebianCase: Sendable, CustomTestStringConvertible {
    let installed: String
    let fix: String
    let isAffected: Bool
    let why: String

    init(_ installed: String, _ fix: String, _ isAffected: Bool, _ why: String) {
        self.installed = installed
        self.fix = fix
        self.isAffected = isAffected
        self.why = why
    }

    var testDescription: String { "\(installed) against fix \(fix): \(why)" }
}

private let cases = [
    DebianCase("3.0.11-1~deb12u1", "3.0.11-1~deb12u2", true, "stable update not installed yet"),
    DebianCase("3.0.11-1~deb12u2", "3.0.11-1~deb12u2", false, "the fix itself"),
    DebianCase("3.0.13-1~deb12u1", "3.0.11-1~deb12u2", false, "a later upstream version"),
    DebianCase("1:9.2p1-2", "1:9.2p1-2+deb12u1", true, "security update adds +deb12u1"),
    DebianCase("1:9.2p1-2+deb12u3", "1:9.2p1-2+deb12u1", false, "a later security update"),
    DebianCase("1:9.2p1-2+deb12u10", "1:9.2p1-2+deb12u9", false, "ten is more than nine"),
    DebianCase("9.9p1-1", "1:9.2p1-2", true, "an epoch outranks any upstream version"),
    DebianCase("2:1.0-1", "1:9.2p1-2", false, "a higher epoch outranks any upstream version"),
    DebianCase("0:1.0-1", "1.0-1", false, "epoch 0 is no epoch"),
    DebianCase("1.0~rc1-1", "1.0-1", true, "a tilde sorts before the end"),
    DebianCase("1.0-1~bpo12+1", "1.0-1", true, "a backport precedes what it was made from"),
    DebianCase("1.0-1+b1", "1.0-1", false, "a rebuild without changes has the fix"),
    DebianCase("1.0-1+b1", "1.0-1+deb12u1", true, "a rebuild without changes lacks the next update"),
    DebianCase("1.0", "1.0-1", true, "no revision is below revision 1"),
    DebianCase("1.0-0", "1.0", false, "revision 0 equals none"),
    DebianCase("0~20231001-1", "0", false, "fixed in 0: never affected, even below 0"),
    DebianCase("5.36.0-7", "0", false, "fixed in 0: never affected"),
]

@Suite("Debian versions decide by dpkg's order")
struct DebianVersionTests {
    @Test("installed against fixed", arguments: cases)
    func comparison(_ example: DebianCase) {
        let report = scan(
            [deb("tool", example.installed)], with: [advisory("CVE-2024-1", "tool", [fixed(example.fix)])])
        #expect(report.findings.isEmpty == !example.isAffected)
        #expect(report.indeterminate.isEmpty)
    }

    @Test("the source's version counts where it differs from the binary's")
    func sourceVersion() {
        let records = [advisory("CVE-2024-1", "libatm", [fixed("1:2.5.1-5")])]
        let installed = deb("libatm1", "9:9.9-9", source: "libatm", sourceVersion: "1:2.5.1-4")
        let report = scan([installed], with: records)
        #expect(report.findings.map(\.installed) == ["1:2.5.1-4"])
        #expect(report.findings.first?.explanation.comparison == "1:2.5.1-4 < 1:2.5.1-5")
    }

    @Test("binaries are looked up under their source, not under their own name")
    func sourceName() {
        let records = [
            advisory("CVE-2024-1", "openssl", [fixed("3.0.14-1")]), advisory("CVE-2024-2", "libssl3", [unfixed]),
        ]
        let report = scan([deb("libssl3", "3.0.11-1", source: "openssl")], with: records)
        #expect(report.findings.map(\.id) == ["CVE-2024-1"])
    }

    @Test("all binaries of one source make one finding that lists them, sorted")
    func oneFindingForASource() {
        let packages = ["openssl", "libssl3", "libssl-dev"].map { deb($0, "3.0.11-1", source: "openssl") }
        let report = scan(packages, with: [advisory("CVE-2024-1", "openssl", [fixed("3.0.14-1")])])
        #expect(report.findings.map(\.packages) == [["libssl-dev", "libssl3", "openssl"]])
    }

    @Test("a record of another release says nothing of this one")
    func otherRelease() {
        let bullseye = Ecosystem(family: "debian", release: "11")
        let report = scan(
            [deb("tool", "1.0-1")], with: [advisory("CVE-2024-1", "tool", [fixed("2.0-1")], on: bullseye)])
        #expect(report.findings.isEmpty)
        #expect(report.notes.map(\.kind) == [.ecosystemNotCovered])
        #expect(report.notes.first?.message.contains("debian:12") == true)
    }
}
