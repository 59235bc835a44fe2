import Domain
import FoundationEssentials
import Intelligence
import Testing

@Suite("Telling feeds apart by their content")
struct DetectionTests {
    @Test(
        "a feed shows its source, whatever it is packed in",
        arguments: [
            ("debian-tracker.json", IntelligenceSource.debian), ("osv-alpine.zip", .osv), ("osv-debian.zip", .osv),
            ("osv-rocky.zip", .osv), ("nvdcve-2.0-2002.json.gz", .nvd), ("nvdcve-2.0-2021.json.gz", .nvd),
            ("nvdcve-2.0-modified.json.gz", .nvd), ("nvd-api.json", .nvd), ("epss_scores-2021-04-14.csv.gz", .epss),
            ("epss_scores-2023-03-07.csv.gz", .epss), ("plain.csv.xz", .epss), ("plain.csv.zst", .epss),
            ("files_exploits.csv", .exploitDB), ("exploitdb-map.json", .exploitDB), ("kev.json", .kev),
            ("kev.csv", .kev), ("alsa-2023-4520.json", .osv), ("cve-2024-3080.json", .cve),
            ("ubuntu-cve-2024-51988.json", .ubuntu), ("redhat-cve-2023-6228.json.gz", .redhat),
            ("redhat-rhsa-2025-23414.json.gz", .redhat), ("alpine-secdb.json", .alpine), ("alpine-secdb.yaml", .alpine),
            ("vulndb-page.json", .vulndb),
            ("msrc-2024-jan.json", .msrc), ("apple-macos.json", .apple),
        ])
    func source(_ fixture: String, _ source: IntelligenceSource) throws {
        let reading = try Reading(path: Fixture.path(fixture))
        #expect(reading.report.summaries.map(\.source) == [source])
        // NVD's product lists are advisories beside its records.
        // Microsoft's records tell of a vulnerability and of its updates.
        let beside = source == .nvd ? reading.advisories.count : source == .msrc ? reading.vulnerabilities.count : 0
        #expect(reading.summary.records == reading.records.count - beside)
        #expect(!reading.records.isEmpty)
    }

    @Test(
        "keys are told by where they stand, in any order",
        arguments: [
            (
                #"{"vulnerabilities":[{"dateAdded":"2021-11-03","cveID":"CVE-2021-1"}],"count":1}"#,
                IntelligenceSource.kev
            ),
            (#"{"vulnerabilities":[{"cve":{"configurations":[{"nodes":[]}],"id":"CVE-2021-0001"}}]}"#, .nvd),
            (#"{"cve":{"descriptions":[],"id":"CVE-2021-0001"}}"#, .nvd),
            (#"{"id":"CVE-2021-0001","sourceIdentifier":"a","vulnStatus":"Analyzed"}"#, .nvd),
            (#"{"id":"CVE-1999-0037","cna":"mitre","configurations":[{"nodes":[{"cpeMatch":[]}]}]}"#, .nvd),
            (#"{"affected":[{"ranges":[{"events":[{"introduced":"0"}]}],"package":{"name":"a"}}],"id":"X-1"}"#, .osv),
            (#"[{"id":"X-1","modified":"2020-01-01T00:00:00Z","withdrawn":"2020-01-02T00:00:00Z"}]"#, .osv),
            (#"{"pkg":{"CVE-2020-0001":{"releases":{"sid":{"status":"open"}}}}}"#, .debian),
            (#"{"CVE-2020-0001":["1"]}"#, .exploitDB),
            ("\u{FEFF}cve,epss,percentile\r\nCVE-2020-0001,0.1,0.2\r\n", .epss),
            (#""id","codes","file""#, .exploitDB),
        ])
    func shape(_ text: String, _ source: IntelligenceSource) {
        #expect(FeedFormat.detect(Array(text.utf8)) == source)
    }

    @Test(
        "what is no feed is not taken for one",
        arguments: [
            "", " ", "{}", "[]", "hello", #"{"name":"releases"}"#, #"{"affected":"CVE-2020-0001"}"#,
            // A package lock that quotes key names in its values.
            #"{"lockfileVersion":3,"packages":{"a":{"version":"\"cveID\" \"vulnStatus\""}}}"#,
            // NVD's lists of products are not its vulnerabilities.
            #"{"resultsPerPage":1,"format":"NVD_CPEMatchString","matchStrings":[{"matchString":{}}]}"#,
            // CSAF, but of another publisher.
            #"{"document":{"csaf_version":"2.0","publisher":{"namespace":"https://www.suse.com/"}}}"#,
            "a,b,c\n1,2,3", "\u{0}\u{1}\u{2}",
        ])
    func nothing(_ text: String) {
        #expect(FeedFormat.detect(Array(text.utf8)) == nil)
    }

    @Test("a beginning that ends anywhere is enough, or is no feed; it is never another one")
    func prefixes() throws {
        for fixture in ["kev.json", "nvd-api.json", "debian-tracker.json", "alsa-2023-4520.json"] {
            let bytes = try Fixture.bytes(fixture)
            let whole = FeedFormat.detect(bytes)
            for length in stride(from: 0, to: min(bytes.count, 2000), by: 7) {
                let found = FeedFormat.detect(Array(bytes.prefix(length)))
                #expect(found == nil || found == whole, "\(fixture), \(length) bytes")
            }
        }
    }
}
