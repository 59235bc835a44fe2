import Domain
import Intelligence
import Testing

@Suite("Alpine's security database")
struct AlpineTests {
    @Test("a package's fix is an advisory for each vulnerability, of the release that the file is of")
    func json() throws {
        let reading = try Reading(path: Fixture.path("alpine-secdb.json"))
        #expect(
            reading.advisories.map(\.id) == ["3.16/main/apache2/CVE-2017-9798", "3.16/main/apache2/CVE-2018-11763"])
        #expect(reading.advisories[0].vulnerabilities == ["CVE-2017-9798"])
        #expect(
            reading.advisories[0].affected == [
                AffectedPackage(
                    ecosystem: Ecosystem(osv: "Alpine:v3.16"), name: "apache2",
                    ranges: [VersionRange(introduced: "0", fixed: "2.4.27-r1")])
            ])
        #expect(reading.summary.notes == ["The security database carries no date."])
    }

    @Test("the YAML it used to be published in says the same")
    func yaml() throws {
        let reading = try Reading(path: Fixture.path("alpine-secdb.yaml"))
        #expect(reading.records.count == 13)
        let zsh = reading.advisories.filter { $0.affected[0].name == "zsh" }
        #expect(zsh.map { $0.affected[0].ranges[0].fixed } == ["5.4.2-r1", "5.4.2-r1", "5.8-r0", "5.8.1-r0"])
        #expect(zsh[3].id == "3.15/main/zsh/CVE-2021-45444")
    }

    private static let oddities = """
        packages:
          - pkg:
              name: 'a'
              secfixes:
                "0":
                  - CVE-2020-0001
                1.0-r0: # the first
                  - CVE-2020-0002 (+ regression)
                  - XSA-12 CVE-2020-0003
                  - GHSA-abcd
                1.2-r0:
                  - CVE-2020-0002
                not a version:
                  - CVE-2020-0004
        distroversion: edge
        """

    @Test("version 0 is not affected, the highest of several fixes counts, and remarks are no ids")
    func entries() throws {
        let header = "distroversion: edge\nreponame: main\n"
        let reading = try Reading(header + Self.oddities, source: .alpine)
        let states = reading.advisories.map { ($0.vulnerabilities[0], $0.affected[0].ranges.first?.fixed) }
        #expect(states.map(\.0) == ["CVE-2020-0001", "CVE-2020-0002", "CVE-2020-0003", "GHSA-abcd"])
        #expect(states.map(\.1) == [nil, "1.2-r0", "1.0-r0", "1.0-r0"])
        #expect(reading.advisories[0].affected[0].state == .notAffected)
        #expect(reading.summary.rejected.map(\.record) == ["a not a version"])
    }

    @Test("a file that does not say of which release it is says nothing")
    func release() {
        #expect(throws: IntelligenceError.self) { try Reading(Self.oddities, source: .alpine) }
        #expect(throws: IntelligenceError.self) { try Reading(#"{"packages":[]}"#, source: .alpine) }
    }
}
