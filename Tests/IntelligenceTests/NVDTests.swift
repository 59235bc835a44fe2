import Domain
import Intelligence
import Testing

@Suite("NVD records")
struct NVDTests {
    @Test("a yearly feed, the feed of changes and a page of the API are one format")
    func shapes() throws {
        let yearly = try Reading(path: Fixture.path("nvdcve-2.0-2021.json.gz"))
        #expect(yearly.vulnerabilities.map(\.id) == ["CVE-2021-3002", "CVE-2021-23814", "CVE-2021-44228"])
        // Its newest record is newer than its timestamp.
        #expect(yearly.summary.contentDate == moment("2026-06-17T04:12:05.460"))
        let changes = try Reading(path: Fixture.path("nvdcve-2.0-modified.json.gz"))
        #expect(changes.vulnerabilities.count == 2)
        #expect(changes.summary.contentDate == moment("2026-01-01T00:00:00.000"))
        let page = try Reading(path: Fixture.path("nvd-api.json"))
        #expect(page.vulnerabilities.count == 6)
    }

    @Test("records stand alone, in lists and on lines too")
    func loose() throws {
        let bare =
            #"{"id":"CVE-2024-0001","descriptions":[{"lang":"es","value":"hola"},{"lang":"en","value":"hello"}]}"#
        for text in [bare, "[\(bare)]", #"{"cve":\#(bare)}"#, "\(bare)\n", #"{"vulnerabilities":[{"cve":\#(bare)}]}"#] {
            let reading = try Reading(text, source: .nvd)
            #expect(reading.vulnerabilities.map(\.id) == ["CVE-2024-0001"])
            #expect(reading.vulnerabilities.first?.details == "hello")
        }
    }

    @Test(
        "of several vectors the newest version counts, then NVD's own, then the first",
        arguments: [
            ("CVE-2018-5487", "CVSS:4.0/AV:N/AC:H/AT:N/PR:N/UI:A", 7.5), ("CVE-2023-7259", "CVSS:4.0/", 5.1),
            ("CVE-2025-4565", "CVSS:4.0/AV:N/AC:L/AT:P", 8.2),
        ])
    func choice(_ cve: String, _ beginning: String, _ score: Double) throws {
        let record = try #require(
            try Reading(path: Fixture.path("nvd-api.json")).vulnerabilities.first { $0.id == cve })
        #expect(record.vector?.hasPrefix(beginning) == true)
        #expect(record.score == score)
    }

    @Test("NVD's own vector stands before another's that is listed first")
    func primary() throws {
        let record = try #require(
            try Reading(path: Fixture.path("nvdcve-2.0-2021.json.gz")).vulnerabilities.first {
                $0.id == "CVE-2021-23814"
            })
        #expect(record.vector == "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H")
    }

    @Test("a vector of 2.0 is used where there is nothing newer")
    func old() throws {
        let record = try Reading(path: Fixture.path("nvdcve-2.0-2002.json.gz")).vulnerabilities[0]
        #expect(record.vector == "AV:L/AC:L/Au:N/C:C/I:C/A:C" || record.vector?.hasPrefix("AV:") == true)
        #expect(record.score != nil)
    }

    @Test("the score is computed, whatever number is published; an invalid vector is passed over and counted")
    func score() throws {
        let reading = try Reading(
            #"""
            {"id": "CVE-2024-0001", "metrics": {"cvssMetricV31": [
              {"type": "Primary", "cvssData": {"vectorString": "CVSS:3.1/AV:Q", "baseScore": 10.0}},
              {"type": "Secondary", "cvssData": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
               "baseScore": 1.0}}]}}
            """#, source: .nvd)
        #expect(reading.vulnerabilities[0].score == 9.8)
        #expect(reading.summary.setAside["invalid CVSS vectors"] == 1)
    }

    @Test("a rejected record is kept as rejected")
    func rejected() throws {
        let records = try Reading(path: Fixture.path("nvd-api.json")).vulnerabilities
        #expect(records.filter(\.isRejected).map(\.id) == ["CVE-2022-0094"])
    }

    @Test("product lists become an advisory on products, with their operators and bounds")
    func configurations() throws {
        let reading = try Reading(path: Fixture.path("nvdcve-2.0-2021.json.gz"))
        #expect(reading.summary.records == 3, "an advisory is no record of its own")
        let advisory = try #require(reading.advisories.first { $0.id == "CVE-2021-44228" })
        #expect(advisory.source == .nvd && advisory.vulnerabilities == ["CVE-2021-44228"])
        let products = advisory.applicability.flatMap(\.nodes).flatMap(\.products)
        let log4j = products.filter { $0.criteria.hasPrefix("cpe:2.3:a:apache:log4j:") }
        #expect(
            log4j.contains { $0.startIncluding == "2.13.0" && $0.endExcluding == "2.15.0" && $0.isVulnerable })
        #expect(advisory.applicability.contains { $0.operator == .and && $0.nodes.count == 2 })
    }

    @Test("bounds lose the white space around them; a name that is none is counted and left out")
    func boundsAndNames() throws {
        let reading = try Reading(
            #"""
            {"id": "CVE-2024-0001", "configurations": [{"operator": "AND", "negate": true, "nodes": [
              {"operator": "OR", "negate": false, "cpeMatch": [
                {"vulnerable": true, "criteria": "cpe:2.3:a:x:y:*:*:*:*:*:*:*:*", "versionEndExcluding": " 2.0 ",
                 "versionStartExcluding": "1.0"},
                {"vulnerable": true, "criteria": "cpe:2.3:a:x"}, {"vulnerable": false, "criteria": "cpe:/a:x:y"}]},
              {"operator": "AND", "negate": true, "cpeMatch": [
                {"vulnerable": false, "criteria": "cpe:2.3:o:x:z:-:*:*:*:*:*:*:*"}]}]}]}
            """#, source: .nvd)
        #expect(reading.summary.setAside["unreadable product names"] == 2)
        #expect(
            reading.advisories.first?.applicability == [
                Applicability(
                    operator: .and, isNegated: true,
                    nodes: [
                        Applicability.Node(products: [
                            ProductRange(
                                criteria: "cpe:2.3:a:x:y:*:*:*:*:*:*:*:*", startExcluding: "1.0", endExcluding: "2.0")
                        ]),
                        Applicability.Node(
                            operator: .and, isNegated: true,
                            products: [
                                ProductRange(criteria: "cpe:2.3:o:x:z:-:*:*:*:*:*:*:*", isVulnerable: false)
                            ]),
                    ])
            ])
    }

    @Test("a record without product lists says nothing of products; a rejected one takes back what it said")
    func withoutConfigurations() throws {
        let bare = try Reading(#"{"id": "CVE-2024-0001", "configurations": null}"#, source: .nvd)
        #expect(bare.advisories.isEmpty && bare.vulnerabilities.count == 1)
        let rejected = try Reading(
            #"""
            {"id": "CVE-2024-0001", "vulnStatus": "Rejected", "lastModified": "2024-02-01T00:00:00.000",
             "configurations": [{"nodes": [{"cpeMatch": [
               {"vulnerable": true, "criteria": "cpe:2.3:a:x:y:1.0:*:*:*:*:*:*:*"}]}]}]}
            """#, source: .nvd)
        #expect(rejected.advisories.first?.withdrawn == moment("2024-02-01T00:00:00.000"))
    }

    @Test("configurations survive the text in which they are stored")
    func stored() throws {
        for name in ["nvdcve-2.0-2021.json.gz", "nvd-api.json", "nvdcve-2.0-2002.json.gz"] {
            for advisory in try Reading(path: Fixture.path(name)).advisories {
                let text = ApplicabilityText.encode(advisory.applicability)
                #expect(ApplicabilityText.decode(text) == advisory.applicability, "\(advisory.id)")
            }
        }
        #expect(ApplicabilityText.decode("P + cpe\nN OR +\nnonsense\n\nC").isEmpty)
    }

    @Test("a malformed record is left out with the place and the reason; the others are taken")
    func malformed() throws {
        let reading = try Reading(
            #"""
            {"vulnerabilities": [{"cve": {"id": "CVE-2024-0001"}}, {"cve": {"id": 5}}, {"cve": {"id": "CVE-x"}}, 7,
             {"cve": {"id": "CVE-2024-0002", "metrics": []}}, {"cve": {"id": "CVE-2024-0003"}}]}
            """#, source: .nvd)
        #expect(reading.vulnerabilities.map(\.id) == ["CVE-2024-0001", "CVE-2024-0003"])
        #expect(
            reading.summary.rejected.map(\.reason) == [
                "$.vulnerabilities[1].cve.id: expected string, found number", "id is no CVE id",
                "$.vulnerabilities[3]: expected object, found number",
                "$.vulnerabilities[4].cve.metrics: expected object, found array",
            ])
    }
}
