import Foundation
import TestSupport
import Testing

@Suite("What garrison scan prints", .blocking)
struct ReportFormatTests {
    private func object(_ value: Any?) throws -> [String: Any] { try #require(value as? [String: Any]) }
    private func list(_ value: Any?) throws -> [[String: Any]] { try #require(value as? [[String: Any]]) }

    @Test("each finding has exactly the published keys")
    func keys() throws {
        let items = try list(try scanStatus("debian-12-year-old.status").json())
        let expected: Set = [
            "id", "package", "installed", "fixed", "severity", "cvss", "epss", "kev", "exploits", "risk", "explanation",
        ]
        #expect(items.count > 3000)
        for item in items { #expect(Set(item.keys) == expected) }
    }

    @Test("an explanation is data and the same as a sentence: record, range, comparison, installed version")
    func explanation() throws {
        let found = try findings(try scanStatus("debian-12-year-old.status"))
        let finding = try #require(found.first { $0.id == "CVE-2025-68973" })
        let why = finding.explanation
        #expect(finding.package == "gnupg" && why.package == "gnupg2")
        #expect(why.records == ["debian CVE-2025-68973"])
        #expect(why.range == "introduced 0, fixed 2.2.40-1.1+deb12u2")
        #expect(why.comparison == "2.2.40-1.1 < 2.2.40-1.1+deb12u2")
        #expect(why.scheme == "deb" && why.ecosystem == "debian:12" && why.state == "affected")
        #expect(
            why.sentence == """
                debian CVE-2025-68973 says that gnupg2 in debian:12 is affected (introduced 0, fixed \
                2.2.40-1.1+deb12u2). Installed is 2.2.40-1.1, and 2.2.40-1.1 < 2.2.40-1.1+deb12u2 in the order of deb \
                versions.
                """)
    }

    @Test("the binaries of one source make one finding")
    func sources() throws {
        let found = try findings(try scanStatus("debian-12-year-old.status"))
        let curl = found.filter { $0.explanation.package == "curl" }
        #expect(!curl.isEmpty)
        #expect(curl.allSatisfy { $0.explanation.packages == ["curl", "libcurl3-gnutls", "libcurl4"] })
    }

    @Test("SARIF: rules and results refer to each other, as the schema of 2.1.0 demands")
    func sarif() throws {
        let log = try object(try scanStatus("debian-12-year-old.status", "--format", "sarif").json())
        #expect(log["version"] as? String == "2.1.0")
        let run = try #require(try list(log["runs"]).first)
        let driver = try object(try object(run["tool"])["driver"])
        let rules = try list(driver["rules"])
        let results = try list(run["results"])
        #expect(Set(rules.map { $0["id"] as? String }).count == rules.count)
        for result in results {
            let place = try #require(result["ruleIndex"] as? Int)
            #expect(rules[place]["id"] as? String == result["ruleId"] as? String)
            #expect(["error", "warning", "note", "none"].contains(result["level"] as? String))
            #expect(try object(result["message"])["text"] as? String != "")
            #expect(try list(result["locations"]).count == 1)
        }
        for rule in rules {
            let severity = try #require(try object(rule["properties"])["security-severity"] as? String)
            #expect((0...10).contains(try #require(Double(severity))))
        }
    }

    @Test("CycloneDX: every component once, every reference to one of them")
    func cyclonedx() throws {
        let document = try object(try scanStatus("debian-12-year-old.status", "--format", "cyclonedx").json())
        #expect(document["bomFormat"] as? String == "CycloneDX" && document["specVersion"] as? String == "1.6")
        let components = try list(document["components"])
        let references = components.compactMap { $0["bom-ref"] as? String }
        #expect(Set(references).count == components.count)
        let severities: Set = ["critical", "high", "medium", "low", "info", "none", "unknown"]
        for vulnerability in try list(document["vulnerabilities"]) {
            let affected = try list(vulnerability["affects"]).compactMap { $0["ref"] as? String }
            #expect(!affected.isEmpty && Set(affected).isSubset(of: references))
            let rating = try #require(try list(vulnerability["ratings"]).first)
            #expect(severities.contains(rating["severity"] as? String ?? ""))
        }
    }

    @Test("a CycloneDX report read as a bill of materials gives the findings that it was made of")
    func roundTrip() throws {
        let kernel = "6.1.0-41-amd64"
        let report = try scanStatus("debian-12-year-old.status", "--format", "cyclonedx", "--kernel", kernel)
        let again = try Program.run(
            garrison: [
                "scan", "--sbom", "-", "--distro", "debian:12", "--kernel", kernel, "--intel", BundledIndex.path,
            ],
            input: report.output)
        let first = try findings(try scanStatus("debian-12-year-old.status", "--kernel", kernel))
        #expect(try findings(again).map { "\($0.id) \($0.package)" } == first.map { "\($0.id) \($0.package)" })
    }

    @Test("the table ends with the number of findings, and says so when there is none")
    func table() throws {
        let old = try scanStatus("debian-12-year-old.status", "--format", "table")
        #expect(old.lines.first?.hasPrefix("RISK") == true)
        #expect(old.lines.last?.hasSuffix(" findings") == true)
        let new = try scanStatus("debian-12-newest.status", "--format", "table")
        #expect(new.text == "No known vulnerabilities.\n")
    }

    @Test("standard input is a file like any other")
    func standardInput() throws {
        let name = "debian-12-year-old.status"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: Fixture.path(name)))
        let piped = try Program.run(
            garrison: ["scan", "--dpkg-status", "-", "--distro", "debian:12", "--intel", BundledIndex.path],
            input: bytes)
        #expect(piped.output == (try scanStatus(name)).output)
    }
}
