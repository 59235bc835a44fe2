import Domain
import Intelligence
import Testing

@Suite("OSV records")
struct OSVTests {
    private func ranges(_ events: String, ecosystem: String = "npm", type: String = "SEMVER") throws -> [VersionRange] {
        let text = #"""
            {"id": "X-1", "modified": "2024-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "\#(ecosystem)",
             "name": "p"}, "ranges": [{"type": "\#(type)", "events": [\#(events)]}]}]}
            """#
        return try #require(try Reading(text, source: .osv).advisories.first?.affected.first).ranges
    }

    @Test(
        "events become intervals, in whatever order they are listed",
        arguments: [
            (#"{"introduced":"0"},{"fixed":"1.2.3"}"#, [VersionRange(introduced: "0", fixed: "1.2.3")]),
            (#"{"introduced":"0"}"#, [VersionRange(introduced: "0")]),
            (
                #"{"introduced":"1.0.0"},{"last_affected":"1.4.0"}"#,
                [VersionRange(introduced: "1.0.0", lastAffected: "1.4.0")]
            ),
            (
                #"{"introduced":"1.0.0"},{"fixed":"1.2.0"},{"introduced":"2.0.0"},{"fixed":"2.1.0"}"#,
                [VersionRange(introduced: "1.0.0", fixed: "1.2.0"), VersionRange(introduced: "2.0.0", fixed: "2.1.0")]
            ),
            (
                #"{"introduced":"2.0.0"},{"introduced":"1.0.0"},{"fixed":"2.1.0"},{"fixed":"1.10.0"}"#,
                [VersionRange(introduced: "1.0.0", fixed: "1.10.0"), VersionRange(introduced: "2.0.0", fixed: "2.1.0")]
            ),
            (#"{"fixed":"1.2.3"},{"introduced":"0"}"#, [VersionRange(introduced: "0", fixed: "1.2.3")]),
            (
                #"{"introduced":"0"},{"last_affected":"1.4.0"},{"fixed":"1.4.1"}"#,
                [VersionRange(introduced: "0", fixed: "1.4.1")]
            ),
            // A fix at which the next range begins.
            (
                #"{"introduced":"0"},{"fixed":"2.0.0"},{"introduced":"2.0.0"},{"fixed":"3.0.0"}"#,
                [VersionRange(introduced: "0", fixed: "2.0.0"), VersionRange(introduced: "2.0.0", fixed: "3.0.0")]
            ),
            (#"{"fixed":"1.0.0"}"#, []),
        ])
    func intervals(_ events: String, _ expected: [VersionRange]) throws {
        #expect(try ranges(events) == expected)
    }

    @Test("versions are ordered as the ecosystem orders them")
    func scheme() throws {
        let events = #"{"fixed":"1:1.0-1"},{"introduced":"9.0-1"},{"introduced":"1:2.0-1"},{"fixed":"1:3.0-1"}"#
        #expect(
            try ranges(events, ecosystem: "Debian:12", type: "ECOSYSTEM") == [
                VersionRange(introduced: "9.0-1", fixed: "1:1.0-1"),
                VersionRange(introduced: "1:2.0-1", fixed: "1:3.0-1"),
            ])
    }

    @Test("ranges of git commits are counted and left out, with a note")
    func git() throws {
        let text = #"""
            {"id": "X-1", "modified": "2024-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "p"},
             "ranges": [{"type": "GIT", "repo": "https://example.org/p", "events": [{"introduced": "0"}]},
                        {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}]}]}
            """#
        let reading = try Reading(text, source: .osv)
        #expect(reading.advisories[0].affected[0].ranges == [VersionRange(introduced: "0", fixed: "2")])
        #expect(reading.summary.setAside == ["GIT ranges": 1])
        #expect(reading.summary.notes.count == 1)
    }

    @Test(
        "severity is taken from where each publisher puts it",
        arguments: [
            (#""database_specific":{"severity":"MODERATE"}"#, Severity.medium),
            (#""severity":[{"type":"Ubuntu","score":"negligible"}]"#, .low),
            (#""summary":"Important: kernel security update""#, .high),
            (#""affected":[{"package":{"ecosystem":"a","name":"b"},"ecosystem_specific":{"severity":"High"}}]"#, .high),
            (#""affected":[{"package":{"ecosystem":"a","name":"b"},"database_specific":{"severity":"low"}}]"#, .low),
        ])
    func severity(_ part: String, _ severity: Severity) throws {
        let reading = try Reading(#"{"id":"X-1","modified":"2024-01-01T00:00:00Z",\#(part)}"#, source: .osv)
        #expect(reading.advisories[0].severity == severity)
    }

    @Test("vectors of the record and of its packages are kept, each once")
    func vectors() throws {
        let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
        let severity = #"[{"type":"CVSS_V3","score":"\#(vector)"}]"#
        let text = #"{"id":"X-1","severity":\#(severity),"affected":[{"severity":\#(severity)}]}"#
        #expect(try Reading(text, source: .osv).advisories[0].vectors == [vector])
    }

    @Test("a withdrawn record says when it was withdrawn")
    func withdrawn() throws {
        let text = #"{"id":"X-1","modified":"2024-01-01T00:00:00Z","withdrawn":"2024-02-03T04:05:06Z"}"#
        #expect(try Reading(text, source: .osv).advisories[0].withdrawn == moment("2024-02-03T04:05:06Z"))
    }

    @Test("a distribution's advisory speaks of the CVEs it fixes, a registry's of its aliases only")
    func vulnerabilities() throws {
        let rocky = try Reading(path: Fixture.path("osv-rocky.zip")).advisories
        #expect(rocky.first { $0.id == "RLSA-2023:0005" }?.vulnerabilities == ["CVE-2022-42920"])
        let alma = try Reading(path: Fixture.path("alsa-2023-4520.json")).advisories[0]
        #expect(alma.vulnerabilities == ["CVE-2023-32681"])
        #expect(alma.severity == .medium)
        #expect(
            alma.affected == [
                AffectedPackage(
                    ecosystem: Ecosystem(family: "almalinux", release: "8"), name: "python3-requests",
                    ranges: [VersionRange(introduced: "0", fixed: "2.20.0-3.el8_8")])
            ])
        let registry = #"{"id":"GHSA-1","aliases":["CVE-2024-0001"],"related":["CVE-2024-0002"]}"#
        #expect(try Reading(registry, source: .osv).advisories[0].vulnerabilities == ["CVE-2024-0001"])
        #expect(try Reading(#"{"id":"GHSA-2"}"#, source: .osv).advisories[0].vulnerabilities == ["GHSA-2"])
    }

    @Test("versions listed one by one count where there is no range for them to lie in")
    func versions() throws {
        let alpine = try Reading(path: Fixture.path("osv-alpine.zip")).advisories
        let affected = alpine.flatMap(\.affected)
        #expect(affected.contains { $0.ecosystem.description == "alpine:3.18" && $0.name == "openvpn" })
        #expect(affected.allSatisfy { $0.versions.isEmpty == !$0.ranges.isEmpty })
    }

    @Test("one object, a list, lines and objects after each other are all read")
    func shapes() throws {
        let (a, b) = (#"{"id":"X-1"}"#, #"{"id":"X-2"}"#)
        for text in ["[\(a),\(b)]", "\(a)\n\(b)\n", "\(a)\(b)"] {
            #expect(try Reading(text, source: .osv).advisories.map(\.id) == ["X-1", "X-2"])
        }
    }
}
