import Domain
import Intelligence
import Testing

@Suite("Ubuntu's records")
struct UbuntuTests {
    @Test("a record is Ubuntu's own, with its priority and every release")
    func record() throws {
        let reading = try Reading(path: Fixture.path("ubuntu-cve-2024-51988.json"))
        let advisory = try #require(reading.advisories.first)
        #expect(advisory.source == .ubuntu)
        #expect(advisory.vulnerabilities == ["CVE-2024-51988"])
        #expect(advisory.severity == .medium)
        #expect(
            advisory.affected.map(\.ecosystem.description) == [
                "ubuntu:20.04", "ubuntu:22.04", "ubuntu:24.10", "ubuntu:24.04",
            ])
        #expect(advisory.affected[0].ranges == [VersionRange(introduced: "0", fixed: "3.8.3-0ubuntu0.1")])
        #expect(advisory.affected[0].urgency == "medium")
    }

    @Test("the same file may be named as OSV's, and is Ubuntu's when nobody says")
    func names() throws {
        let path = Fixture.path("ubuntu-cve-2024-51988.json")
        #expect(try Reading(path: path, source: .osv).summary.source == .osv)
        #expect(try Reading(path: path, source: .ubuntu).summary.source == .ubuntu)
        #expect(try Reading(path: path).summary.source == .ubuntu)
    }

    @Test("a fix of paid support counts where the release itself has none")
    func paid() throws {
        func entry(_ ecosystem: String, _ fixed: String?) -> String {
            let end = fixed.map { #",{"fixed":"\#($0)"}"# } ?? ""
            return #"{"package":{"ecosystem":"\#(ecosystem)","name":"a"},"#
                + #""ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}\#(end)]}]}"#
        }
        let free = entry("Ubuntu:16.04:LTS", nil)
        let paid = entry("Ubuntu:Pro:16.04:LTS", "1.0+esm1")
        for (affected, fixed) in [
            ([free, paid], "1.0+esm1"), ([paid, free], "1.0+esm1"), ([free], nil),
            ([entry("Ubuntu:16.04:LTS", "1.0.1"), paid], "1.0.1"),
        ] {
            let text = #"{"id":"UBUNTU-CVE-2024-0001","affected":[\#(affected.joined(separator: ","))]}"#
            let packages = try Reading(text, source: .ubuntu).advisories[0].affected
            #expect(packages.map { $0.ranges.last?.fixed } == [fixed])
        }
    }
}
