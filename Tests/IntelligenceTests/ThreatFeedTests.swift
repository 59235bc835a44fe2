import Domain
import Intelligence
import Testing

@Suite("KEV, EPSS and Exploit-DB")
struct ThreatFeedTests {
    @Test("KEV is read as JSON and as CSV")
    func kev() throws {
        let json = try Reading(path: Fixture.path("kev.json"))
        #expect(json.exploited.first?.cve == "CVE-2025-0108")
        #expect(json.exploited.first?.dueDate == "2025-03-11")
        #expect(json.summary.contentDate == moment("2025-02-19T14:08:44.5021Z"))
        let csv = try Reading(path: Fixture.path("kev.csv"))
        #expect(csv.exploited.map(\.cve) == ["CVE-2025-48384", "CVE-2024-8068", "CVE-2024-8069"])
        #expect(csv.summary.contentDate == moment("2025-08-25"))
    }

    @Test("an entry without a date or with another id is left out")
    func kevRefusals() throws {
        let reading = try Reading(
            #"""
            {"vulnerabilities": [{"cveID": "CVE-2024-0001", "dateAdded": "yesterday"},
             {"cveID": "GHSA-1", "dateAdded": "2024-01-01"},
             {"cveID": "CVE-2024-0002", "dateAdded": "2024-01-01", "knownRansomwareCampaignUse": "Known"}]}
            """#, source: .kev)
        #expect(reading.exploited.map(\.cve) == ["CVE-2024-0002"])
        #expect(reading.exploited[0].knownRansomware)
        #expect(reading.summary.rejected.map(\.reason) == ["dateAdded is no date", "cveID is no CVE id"])
    }

    @Test("EPSS files of every model version are read, the first had neither date nor percentile")
    func epss() throws {
        let first = try Reading(path: Fixture.path("epss_scores-2021-04-14.csv.gz"))
        #expect(
            first.predictions == [
                ExploitPrediction(cve: "CVE-2020-5902", probability: 0.65117, percentile: 0),
                ExploitPrediction(cve: "CVE-2018-19571", probability: 0.04773, percentile: 0),
            ])
        #expect(first.summary.contentDate == nil)
        let third = try Reading(path: Fixture.path("epss_scores-2023-03-07.csv.gz"))
        #expect(third.predictions[0].percentile == 0.99995)
        #expect(third.summary.contentDate == moment("2023-03-07"))
        #expect(third.summary.format == "EPSS CSV, model v2023.03.01")
    }

    @Test("a score outside 0 to 1 is left out", arguments: ["1.1", "-0.1", "nan", "inf", "", "high"])
    func epssRange(_ score: String) throws {
        let reading = try Reading("cve,epss,percentile\nCVE-2024-0001,\(score),0.5\n", source: .epss)
        #expect(reading.predictions.isEmpty)
        #expect(reading.summary.rejected.map(\.reason) == ["epss is no number from 0 to 1"])
    }

    @Test("Exploit-DB's table is turned round: a CVE has exploits; codes that are no CVE ids are passed over")
    func exploitTable() throws {
        let reading = try Reading(path: Fixture.path("files_exploits.csv"))
        #expect(
            reading.exploits == [
                ExploitList(cve: "CVE-1999-1015", exploits: ["19046"]),
                ExploitList(cve: "CVE-2009-3699", exploits: ["16929"]),
            ])
        #expect(reading.summary.contentDate == moment("2014-01-02"))
    }

    @Test("Exploit-DB's map has its malformed ids left out")
    func exploitMap() throws {
        let reading = try Reading(path: Fixture.path("exploitdb-map.json"))
        #expect(reading.exploits.last == ExploitList(cve: "CVE-2021-44228", exploits: ["50590", "50592"]))
        #expect(reading.summary.rejected.map(\.record) == ["CVE-/2019-1863"])
    }

    @Test("a table without the columns it lives on is refused")
    func header() {
        #expect(throws: IntelligenceError.self) { try Reading("cve,score\nCVE-2024-0001,1\n", source: .epss) }
        #expect(throws: IntelligenceError.self) { try Reading("id,title\n1,a\n", source: .exploitDB) }
        #expect(throws: IntelligenceError.self) { try Reading("cveID\nCVE-2024-0001\n", source: .kev) }
    }

    @Test("a quoted field may hold commas, quotes and line ends; one that does not end is an error")
    func quoting() throws {
        let text = "id,description,codes\n1,\"a, \"\"b\"\"\nc\",CVE-2024-0001\n"
        #expect(try Reading(text, source: .exploitDB).exploits.map(\.cve) == ["CVE-2024-0001"])
        #expect(throws: IntelligenceError.self) { try Reading("id,codes\n1,\"CVE-2024-0001\n", source: .exploitDB) }
    }
}
