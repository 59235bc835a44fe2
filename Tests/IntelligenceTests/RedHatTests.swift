import Domain
import Intelligence
import Testing

@Suite("Red Hat's CSAF documents")
struct RedHatTests {
    private func packages(_ reading: Reading, _ release: String) -> [String: AffectedPackage] {
        let all = reading.advisories.flatMap(\.affected).filter { $0.ecosystem.release == release }
        return Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Test("a VEX document tells fixed builds, what is affected and what is planned")
    func vex() throws {
        let reading = try Reading(path: Fixture.path("redhat-cve-2023-6228.json.gz"))
        let advisory = try #require(reading.advisories.first)
        #expect(reading.records.count == 1)
        #expect(advisory.id == "CVE-2023-6228")
        #expect(advisory.vulnerabilities == ["CVE-2023-6228"])
        #expect(advisory.severity == .low)
        #expect(advisory.vectors == ["CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:L"])
        #expect(advisory.modified != nil)
        let eight = packages(reading, "8")
        #expect(eight["libtiff"]?.ranges == [VersionRange(introduced: "0", fixed: "4.0.9-32.el8_10")])
        #expect(eight["compat-libtiff3"]?.state == .postponed)
        #expect(eight["compat-libtiff3"]?.ranges == [VersionRange(introduced: "0")])
        #expect(packages(reading, "9")["libtiff"]?.ranges.first?.fixed == "4.4.0-12.el9")
        #expect(packages(reading, "6")["libtiff"]?.state == .endOfLife)
        #expect(advisory.affected.allSatisfy { !$0.name.contains("debug") })
    }

    @Test("builds of a module say nothing of other streams; other products are counted")
    func modules() throws {
        let reading = try Reading(path: Fixture.path("redhat-cve-2022-24834.json.gz"))
        let redis = try #require(packages(reading, "8")["redis"])
        #expect(redis.note == "module:redis:6")
        #expect(redis.ranges.first?.fixed == "6.2.17-1.module+el8.10.0+22680+748527fd")
        #expect(reading.summary.setAside["packages of layered products", default: 0] > 5)
    }

    @Test("an erratum of an extended support stream is counted, not taken for everybody's")
    func streams() throws {
        let reading = try Reading(path: Fixture.path("redhat-rhsa-2025-23414.json.gz"))
        #expect(reading.advisories.allSatisfy { $0.affected.isEmpty })
        #expect(reading.summary.setAside["packages of extended support streams"] == 100)
        #expect(reading.summary.notes.count == 1)
    }

    private static func document(_ statuses: String, _ products: [(id: String, purl: String)]) -> String {
        let components = products.map {
            #"{"category":"product_version","product":{"product_id":"\#($0.id)","#
                + #""product_identification_helper":{"purl":"\#($0.purl)"}}}"#
        }
        return #"""
            {"document":{"csaf_version":"2.0","tracking":{"id":"CVE-2024-0001"}},
             "vulnerabilities":[{"cve":"CVE-2024-0001","product_status":\#(statuses)}],
             "product_tree":{"branches":[{"branches":[{"product":{"product_id":"r9",
               "product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:9::baseos"}}},
               \#(components.joined(separator: ","))]}]}}
            """#
    }

    @Test("the first build that has the fix counts, with its epoch; the order of the document does not matter")
    func epochs() throws {
        let text = Self.document(
            #"{"fixed":["r9:new","r9:old"]}"#,
            [
                ("new", "pkg:rpm/redhat/bind@9.16.23-20.el9?arch=x86_64&epoch=32"),
                ("old", "pkg:rpm/redhat/bind@9.16.23-18.el9_4.1?arch=x86_64&epoch=32"),
            ])
        let affected = try Reading(text, source: .redhat).advisories[0].affected
        #expect(affected.map { $0.ranges.first?.fixed } == ["32:9.16.23-18.el9_4.1"])
    }

    @Test(
        "a fix says more than that it is affected, looked at or not affected",
        arguments: [
            (#"{"fixed":["r9:b"],"known_not_affected":["r9:s"]}"#, PackageState.affected, "1-2" as String?),
            (#"{"known_affected":["r9:s"],"known_not_affected":["r9:b"]}"#, .affected, nil),
            (#"{"under_investigation":["r9:b"]}"#, .undetermined, nil),
            (#"{"known_not_affected":["r9:b"]}"#, .notAffected, nil),
        ])
    func ranks(_ statuses: String, _ state: PackageState, _ fixed: String?) throws {
        let text = Self.document(
            statuses, [("b", "pkg:rpm/redhat/a@1-2?arch=noarch"), ("s", "pkg:rpm/redhat/a@1-2?arch=src")])
        let package = try #require(try Reading(text, source: .redhat).advisories[0].affected.first)
        #expect(package.state == state)
        #expect(package.ranges.first?.fixed == fixed)
    }

    @Test("branches within each other without end are no product")
    func branches() throws {
        let deep = String(repeating: #"{"branches":["#, count: 90) + String(repeating: "]}", count: 90)
        let text = #"{"document":{"tracking":{"id":"X"}},"product_tree":{"branches":[\#(deep)]},"vulnerabilities":[]}"#
        #expect(try Reading(text, source: .redhat).summary.rejected.map(\.record) == ["X"])
    }
}
