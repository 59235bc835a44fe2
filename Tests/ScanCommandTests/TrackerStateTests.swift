import Foundation
import TestSupport
import Testing

/// The published shape of Debian's security tracker, with each of its states, through the command.
@Suite("States of the Debian security tracker", .blocking)
struct TrackerStateTests {
    private let packages = [
        ("curl", "curl", "7.88.1-10+deb12u5"), ("libcurl4", "curl", "7.88.1-10+deb12u5"),
        ("binutils", "binutils", "2.40-2"), ("libglib2.0-0", "glib2.0", "2.74.6-2+deb12u5"),
        ("chromium", "chromium", "90.0.4430.212-1"), ("zlib1g", "zlib", "1:1.2.13.dfsg-1"),
        ("openssh-client", "openssh", "1:9.2p1-2+deb12u2"),
    ]

    private func scan(on distribution: String = "debian:12") throws -> Program.Ended {
        let status = packages.map { name, source, version in
            "Package: \(name)\nStatus: install ok installed\nSource: \(source)\nArchitecture: amd64\nVersion: \(version)\n"
        }.joined(separator: "\n")
        return try Program.run(
            garrison: ["scan", "--dpkg-status", "-", "--distro", distribution, "--intel", Fixture.path("tracker")],
            input: Data(status.utf8))
    }

    private func finding(_ id: String) throws -> PrintedFinding? { try findings(try scan()).first { $0.id == id } }

    @Test(
        "a state without a fix is a finding that keeps the state and the reason",
        arguments: [
            ("CVE-2025-0725", "no_advisory", "no-dsa: Minor issue"),
            ("CVE-2023-1972", "ignored", "ignored: Binutils not covered by security support"),
            ("CVE-2024-52533", "postponed", "postponed: Minor issue, fix along in a future update"),
            ("CVE-2022-1096", "end_of_life", "end of life"), ("CVE-2018-20673", "affected", "urgency: unimportant"),
        ])
    func unfixed(_ id: String, _ state: String, _ note: String) throws {
        let found = try #require(try finding(id))
        #expect(found.fixed == nil)
        #expect(found.explanation.state == state)
        #expect(found.explanation.notes.contains(note), "\(found.explanation.notes)")
    }

    @Test("a fix is counted once for the source, below it in epoch and revision")
    func fixed() throws {
        let curl = try #require(try finding("CVE-2024-2398"))
        #expect(curl.explanation.packages == ["curl", "libcurl4"])
        #expect(curl.fixed == "7.88.1-10+deb12u6")
        #expect(try finding("CVE-2024-6387")?.explanation.comparison == "1:9.2p1-2+deb12u2 < 1:9.2p1-2+deb12u3")
    }

    @Test("fixed in 0 means never affected")
    func neverAffected() throws { #expect(try finding("CVE-2024-2379") == nil) }

    @Test("undetermined is told on standard error and is no finding")
    func undetermined() throws {
        let outcome = try scan()
        #expect(!outcome.text.contains("CVE-2023-6992"))
        #expect(outcome.complaints.contains("undecided: zlib1g"))
    }

    @Test("each release has its own states")
    func releases() throws {
        let bullseye = try findings(try scan(on: "debian:bullseye"))
        #expect(bullseye.map(\.id) == ["CVE-2024-2398"])
        #expect(bullseye.first?.explanation.ecosystem == "debian:11" && bullseye.first?.fixed == nil)
    }

    @Test("a release without records is said to be not covered, not clean")
    func notCovered() throws {
        let outcome = try scan(on: "debian:10")
        #expect(outcome.text == "[]\n")
        #expect(outcome.complaints.contains("No advisories are loaded for debian:10: 7 installed packages"))
    }
}
