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
        #expect(reading.summary.setAside.isEmpty)
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

    /// The products of a record as `criteria from..end`, `=` where the end counts.
    private func products(_ affected: String, adp: String = "") throws -> [String] {
        let reading = try Reading(Self.text(#""affected":[\#(affected)]"#, adp: adp), source: .cve)
        return reading.advisories.flatMap(\.applicability).flatMap(\.nodes).flatMap(\.products).map { product in
            let start = product.startIncluding ?? product.startExcluding.map { "(\($0)" } ?? ""
            return
                "\(product.criteria) \(start)..\(product.endExcluding ?? product.endIncluding.map { "=\($0)" } ?? "")"
        }
    }

    @Test("a product with CPE names has its versions, on the systems that are named; names of 2.2 and other names, too")
    func namedProducts() throws {
        let versions =
            #""versions":[{"status":"affected","version":"0","lessThan":"2.1"},"#
            + #"{"status":"affected","version":"3.0","lessThanOrEqual":"3.4"},{"status":"unaffected","version":"4.0"}]"#
        let tool = "cpe:2.3:a:acme:tool:*:*:*:*:*:"
        #expect(
            try products(#"{"cpes":["cpe:2.3:a:acme:tool:2.0:*:*:*:*:*:*:*","cpe:/a:acme:tool:1.0"],\#(versions)}"#)
                == ["\(tool)*:*:* ..2.1", "\(tool)*:*:* 3.0..=3.4"])
        #expect(
            try products(
                #"{"cpes":["cpe:2.3:a:acme:tool:*:*:*:*:*:*:*:*"],"platforms":["MacOS","Windows"],\#(versions)}"#)
                == ["macos", "windows"].flatMap { ["\(tool)\($0):*:* ..2.1", "\(tool)\($0):*:* 3.0..=3.4"] })
        #expect(
            try products(#"{"cpes":["cpe:2.3:a:acme:tool:*:*:*:*:*:*:*:*"],"platforms":["x64"],\#(versions)}"#).count
                == 2)
        #expect(try products(#"{"cpes":["nonsense"],\#(versions)}"#).isEmpty)
        let node =
            #"{"cpes":["cpe:2.3:a:nodejs:nodejs:*:*:*:*:*:*:*:*"],"versions":[{"status":"affected","version":"20.1"}]}"#
        #expect(try products(node) == ["cpe:2.3:a:nodejs:node.js:*:*:*:*:*:*:*:* 20.1..=20.1"])
        // CISA's names stand before the words of whoever assigned the id.
        let words = #"{"vendor":"Acme","product":"Instrument",\#(versions)}"#
        let adp = #"{"affected":[{"cpes":["cpe:2.3:a:acme:tool:*:*:*:*:*:*:*:*"],\#(versions)}]}"#
        #expect(try products(words, adp: adp).allSatisfy { $0.hasPrefix(tool) })
        // But not where they do not look into versions.
        let every = adp.replacing(versions, with: #""versions":[{"status":"affected","version":"*"}]"#)
        #expect(try products(words, adp: every).allSatisfy { $0.contains(":instrument:") })
        #expect(try products("", adp: every) == ["\(tool)*:*:* .."])
    }

    @Test(
        "vendor and product in words make a name that says so",
        arguments: [
            ("Google", "Chrome", ["google:chrome"]), ("Oracle Corporation", "VM VirtualBox", ["oracle:vm_virtualbox"]),
            ("Apache Software Foundation", "Apache Tomcat", ["apache:apache_tomcat", "apache:tomcat"]),
            ("The Document Foundation", "LibreOffice", ["libreoffice:libreoffice"]),
            ("Python Software Foundation", "CPython", ["python:python"]), ("curl", "curl", ["haxx:curl"]),
            ("Notepad++", "Notepad++", [#"notepad\+\+:notepad\+\+"#]), ("n/a", "Thing", []), ("Acme", "n/a", []),
            ("", "", []),
        ])
    func wordedProducts(_ vendor: String, _ product: String, _ names: [String]) throws {
        let found = try products(
            #"{"vendor":"\#(vendor)","product":"\#(product)","versions":[{"status":"affected","version":"1.0","lessThan":"2.0"}]}"#
        )
        #expect(found == names.map { "cpe:2.3:a:\($0):*:*:*:*:*:*:*:words 1.0..2.0" })
    }

    @Test(
        "versions as publishers write them",
        arguments: [
            (#"{"version":"129.0.6668.70","lessThan":"129.0.6668.70"}"#, ["..129.0.6668.70"]),
            (#"{"version":"unspecified","lessThan":"131"}"#, ["..131"]),
            (#"{"version":">= 1.2, < 1.4.2"}"#, ["1.2..1.4.2"]),
            (#"{"version":"< 3.1"}"#, ["..3.1"]), (#"{"version":"> 1.0, <= 2.0"}"#, ["(1.0..=2.0"]),
            (#"{"version":"= 1.0"}"#, ["1.0..=1.0"]), (#"{"version":"5.1"}"#, ["5.1..=5.1"]),
            (#"{"version":"n/a"}"#, []),
            (#"{"version":"1.0","lessThan":"publication"}"#, []), (#"{"version":"1.0","lessThan":"*"}"#, ["1.0.."]),
            (#"{"version":"All versions"}"#, [".."]),
            (#"{"version":"before 7.2"}"#, []), (#"{"version":"0","lessThan":"abc","versionType":"git"}"#, []),
        ])
    func versions(_ version: String, _ expected: [String]) throws {
        let element = version.replacing("{", with: #"{"status":"affected","#)
        let found = try products(#"{"cpes":["cpe:2.3:a:acme:tool:*:*:*:*:*:*:*:*"],"versions":[\#(element)]}"#)
        #expect(found.map { String($0.split(separator: " ", maxSplits: 1)[1]) } == expected)
    }

    @Test("configurations of version 5.1 of the format are read as NVD's")
    func configurations() throws {
        let match = #"{"vulnerable":true,"criteria":"cpe:2.3:a:acme:tool:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0"}"#
        let text = Self.text(
            #""cpeApplicability":[{"operator":"AND","nodes":[{"operator":"OR","negate":false,"cpeMatch":[\#(match)]}]}],"#
                + #""affected":[{"vendor":"Other","product":"Thing","versions":[{"status":"affected","version":"1"}]}]"#
        )
        let list = try #require(try Reading(text, source: .cve).advisories.first).applicability
        #expect(list.map(\.operator) == [.and])
        #expect(list.flatMap(\.nodes).flatMap(\.products).map(\.endExcluding) == ["2.0"])
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
