import Domain
import Foundation
import Intelligence
import Testing

@Suite("Apple's security releases")
struct AppleTests {
    @Test("a line has its own fixes: one vulnerability is fixed in another version of each")
    func lines() throws {
        let reading = try Reading(path: Fixture.path("apple-macos.json"))
        let fixes = reading.advisories.filter { $0.vulnerabilities.contains("CVE-2026-65400") }
            .flatMap(\.affected).map { "\($0.ecosystem) \($0.ranges[0].fixed ?? "")" }
        #expect(Set(fixes) == ["macos:26 26.6.1", "macos:15 15.7.9", "macos:14 14.8.9"])
        #expect(reading.summary.contentDate != nil)
    }

    @Test("what is attacked is told apart")
    func exploited() throws {
        let reading = try Reading(path: Fixture.path("apple-macos.json"))
        let attacked = reading.advisories.filter { $0.affected[0].urgency == "exploited" }
        #expect(Set(attacked.flatMap(\.vulnerabilities)) == ["CVE-2026-65400"])
    }

    @Test("of a vulnerability that later releases name again, the first fix counts")
    func namedAgain() throws {
        let text = #"""
            {"OSVersions":[{"OSVersion":"Tahoe 26","SecurityReleases":[
              {"UpdateName":"macOS Tahoe 26.3","ProductVersion":"26.3","CVEs":{"CVE-2025-14174":{},"CVE-2026-20700":{}}},
              {"UpdateName":"macOS Tahoe 26.2","ProductVersion":"26.2","CVEs":{"CVE-2025-14174":{}}}]}]}
            """#
        let reading = try Reading(text, source: .apple)
        #expect(reading.advisories.map(\.id) == ["macos 26.2", "macos 26.3"])
        #expect(reading.advisories[1].vulnerabilities == ["CVE-2026-20700"])
        #expect(reading.summary.setAside["vulnerabilities named again"] == 1)
    }

    @Test("the list of all releases: systems by their names, other products counted")
    func list() throws {
        let text = #"""
            {"releases":[
              {"name":"iOS 18.7.8 and iPadOS 18.7.8","os_type":"ios","version":"18.7.8","release_date":"2026-04-22","cves":["CVE-2026-1000"],"cve_context":{"CVE-2026-1000":{"exploited":true}}},
              {"name":"macOS Ventura 13.4.1 (c)","os_type":"macos","version":"13.4.1","release_date":"2023-07-12","cves":["CVE-2023-37450"]},
              {"name":"Xcode 15","os_type":"xcode","version":"15.0","cves":["CVE-2023-1001"]},
              {"name":"AirPods Firmware Update 5E133","os_type":"other","version":null,"cves":["CVE-2023-27964"]}]}
            """#
        let reading = try Reading(text, source: .apple)
        let fixes = reading.advisories.map { "\($0.affected[0].ecosystem) \($0.affected[0].ranges[0].fixed ?? "")" }
        #expect(Set(fixes) == ["ios:18 18.7.8", "ipados:18 18.7.8", "macos:13 13.4.1.0.3"])
        #expect(reading.summary.setAside["releases of other products"] == 1)
        #expect(reading.summary.setAside["releases without a version"] == 1)
    }
}
