import Domain
import Intelligence
import Testing

@Suite("Debian's security tracker")
struct DebianTrackerTests {
    private func package(_ release: String) throws -> AffectedPackage {
        let text = #"{"pkg":{"CVE-2024-0001":{"description":"d","releases":{"bookworm":\#(release)}}}}"#
        let reading = try Reading(text, source: .debian)
        let advisory = try #require(reading.advisories.first)
        #expect(advisory.vulnerabilities == ["CVE-2024-0001"])
        return try #require(advisory.affected.first)
    }

    @Test(
        "each state of the tracker is a state here",
        arguments: [
            (#"{"status":"resolved","fixed_version":"1.2-3","urgency":"not yet assigned"}"#, PackageState.affected),
            (#"{"status":"resolved","fixed_version":"0","urgency":"unimportant"}"#, .notAffected),
            (#"{"status":"open","urgency":"medium"}"#, .affected),
            (#"{"status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":""}"#, .noAdvisory),
            (#"{"status":"open","nodsa":"Minor issue","nodsa_reason":"ignored"}"#, .ignored),
            (#"{"status":"open","nodsa":"Minor issue","nodsa_reason":"postponed"}"#, .postponed),
            (#"{"status":"open","urgency":"end-of-life"}"#, .endOfLife),
            (#"{"status":"undetermined","urgency":"not yet assigned"}"#, .undetermined),
        ])
    func states(_ release: String, _ state: PackageState) throws {
        #expect(try package(release).state == state)
    }

    @Test("a fix ends the range; without one every version is affected; nothing is where nothing is affected")
    func ranges() throws {
        let fixed = try package(#"{"status":"resolved","fixed_version":"1:2.0~rc1-1+deb12u2"}"#)
        #expect(fixed.ranges == [VersionRange(introduced: "0", fixed: "1:2.0~rc1-1+deb12u2")])
        #expect(try package(#"{"status":"open"}"#).ranges == [VersionRange(introduced: "0")])
        #expect(try package(#"{"status":"resolved","fixed_version":"0"}"#).ranges == [])
    }

    @Test("the distribution's words are kept: urgency, and why there is no advisory")
    func words() throws {
        let package = try package(
            #"{"status":"open","urgency":"unimportant","nodsa":"Minor issue","nodsa_reason":"ignored"}"#)
        #expect(package.urgency == "unimportant")
        #expect(package.note == "Minor issue")
    }

    @Test("releases are told by number once released; a later code name stays a name")
    func releases() throws {
        let reading = try Reading(path: Fixture.path("debian-tracker.json"))
        #expect(
            Set(reading.advisories.flatMap(\.affected).map(\.ecosystem.description)) == ["debian:11", "debian:sid"])
        #expect(reading.advisories.map(\.id).contains("TEMP-0000000-0CA7E3"))
        #expect(reading.summary.notes == ["The tracker's JSON carries no date."])
    }

    @Test("a record with an unknown state is left out with the reason; the others are taken")
    func unknownState() throws {
        let reading = try Reading(
            #"""
            {"a": {"CVE-2024-0001": {"releases": {"sid": {"status": "lost"}}},
                   "CVE-2024-0002": {"releases": {"sid": {"status": "open"}}}},
             "b": 7,
             "c": {"CVE-2024-0003": {"releases": {}}, "CVE-2024-0004": {"releases": {"sid": {"status": "open"}}}}}
            """#, source: .debian)
        #expect(reading.advisories.map(\.id) == ["CVE-2024-0002", "CVE-2024-0004"])
        #expect(reading.summary.skipped == 3)
        #expect(reading.summary.rejected[0].record == "a CVE-2024-0001")
        #expect(reading.summary.rejected[0].reason.contains("found \"lost\""))
    }
}
