import Domain
import Intelligence
import Testing

@Suite("Records of the CVE list")
struct CVETests {
    @Test("the CNA's words and score, and CISA's decision points")
    func record() throws {
        let reading = try Reading(path: Fixture.path("cve-2024-3080.json"))
        let record = try #require(reading.vulnerabilities.first)
        #expect(record.id == "CVE-2024-3080")
        #expect(record.title == "ASUS Router - Improper Authentication")
        #expect(record.details.hasPrefix("Certain ASUS router models"))
        #expect(record.vector == "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
        #expect(record.score == 9.8)
        #expect(record.published == moment("2024-06-14T02:57:27.002Z"))
        #expect(record.modified == moment("2024-06-17T14:38:06.904Z"))
        #expect(record.references.count == 2)
        #expect(
            record.ssvc
                == SSVCAssessment(
                    exploitation: .none, automatable: true, technicalImpact: .total,
                    assessed: moment("2024-06-17T13:20:16.362263Z")))
        #expect(reading.summary.setAside["products without a registry's package"] == 2)
    }

    private static func text(_ cna: String, adp: String = "", state: String = "PUBLISHED") -> String {
        #"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-0001","state":"\#(state)"},"#
            + #""containers":{"cna":{\#(cna)},"adp":[\#(adp)]}}"#
    }

    private static let four = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    private static let three = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"

    @Test("CVSS 4 stands before 3; another publisher's score fills what the CNA left open")
    func vectors() throws {
        let both =
            #""metrics":[{"cvssV3_1":{"vectorString":"\#(Self.three)"}},{"cvssV4_0":{"vectorString":"\#(Self.four)"}}]"#
        #expect(try Reading(Self.text(both), source: .cve).vulnerabilities[0].vector == Self.four)
        let other = #"{"metrics":[{"cvssV4_0":{"vectorString":"\#(Self.four)"}}]}"#
        let own = #""metrics":[{"cvssV3_1":{"vectorString":"\#(Self.three)"}}]"#
        #expect(try Reading(Self.text(own, adp: other), source: .cve).vulnerabilities[0].vector == Self.three)
        #expect(try Reading(Self.text("", adp: other), source: .cve).vulnerabilities[0].vector == Self.four)
    }

    @Test("a product that a registry has is a package with its versions")
    func packages() throws {
        let affected = #"""
            "affected":[{"packageName":"left-pad","collectionURL":"https://registry.npmjs.org",
             "versions":[{"status":"affected","version":"1.0.0","lessThan":"1.2.0","versionType":"semver"},
              {"status":"affected","version":"2.0.0"},{"status":"unaffected","version":"3.0.0"},
              {"status":"affected","version":"0","lessThanOrEqual":"*"},
              {"status":"affected","version":"abc","lessThan":"def","versionType":"git"}]}]
            """#
        let reading = try Reading(Self.text(affected), source: .cve)
        let package = try #require(reading.advisories.first?.affected.first)
        #expect(package.ecosystem.description == "npm")
        #expect(package.versions == ["2.0.0"])
        #expect(package.ranges == [VersionRange(introduced: "1.0.0", fixed: "1.2.0"), VersionRange(introduced: "0")])
        #expect(reading.summary.records == 2)
    }

    @Test("a rejected record is rejected, and what is none is left out")
    func states() throws {
        let rejected = try Reading(
            Self.text(#""rejectedReasons":[{"lang":"en","value":"Not a flaw."}]"#, state: "REJECTED"), source: .cve)
        #expect(rejected.vulnerabilities.map(\.isRejected) == [true])
        #expect(rejected.vulnerabilities[0].details == "Not a flaw.")
        for text in [Self.text("", state: "RESERVED"), #"{"dataType":"CVE_RECORD"}"#, "{}"] {
            #expect(try Reading(text, source: .cve).summary.skipped == 1)
        }
    }

    @Test(
        "decision points that are none of CISA's leave no assessment",
        arguments: [
            #"{"type":"ssvc","content":{"options":[{"Exploitation":"maybe"},{"Automatable":"yes"},{"Technical Impact":"total"}]}}"#,
            #"{"type":"ssvc","content":{"options":[{"Exploitation":"poc"},{"Automatable":1},{"Technical Impact":"total"}]}}"#,
            #"{"type":"ssvc","content":"x"}"#, #"{"type":"kev","content":{"options":[]}}"#,
        ])
    func assessments(_ metric: String) throws {
        let reading = try Reading(Self.text("", adp: #"{"metrics":[{"other":\#(metric)}]}"#), source: .cve)
        #expect(reading.vulnerabilities.map(\.ssvc) == [nil])
    }
}
