import Domain
import Foundation
import Intelligence
import Testing

@Suite("Microsoft's security updates")
struct MSRCTests {
    private func fixture() throws -> Reading { try Reading(path: Fixture.path("msrc-2024-jan.json")) }

    @Test("each pair of product and update is a package, with the build and the update that fix it")
    func packages() throws {
        let kerberos = try #require(try fixture().advisories.first { $0.id == "2024-Jan CVE-2024-20674" })
        #expect(kerberos.vulnerabilities == ["CVE-2024-20674"])
        #expect(kerberos.severity == .critical)
        #expect(kerberos.affected.map(\.name).contains("Windows Server 2019  (Server Core installation)"))
        let old = try #require(kerberos.affected.first { $0.name == "Windows Server 2012 R2" })
        #expect(old.ranges == [VersionRange(introduced: "0", fixed: "6.3.9600.21765")])
        #expect(old.note == "kb:5034171")
        #expect(old.urgency == "exploited")
    }

    @Test("the description is text, the score is computed from the vector")
    func facts() throws {
        let record = try #require(try fixture().vulnerabilities.first { $0.id == "CVE-2024-20674" })
        #expect(record.details == "An attacker & a ticket.")
        #expect(record.score == 9.0)
        #expect(record.source == .msrc)
    }

    @Test("a product that is affected and has no update is not decided")
    func undetermined() throws {
        let waiting = try #require(try fixture().advisories.first { $0.vulnerabilities == ["CVE-2024-20999"] })
        #expect(waiting.affected.map(\.state) == [.undetermined])
    }

    @Test("updates: what they take the place of, the builds of the system, restart and products")
    func patches() throws {
        let patches = try fixture().patches
        #expect(patches.map(\.id) == ["KB5034127", "KB5034171"])
        let patch = patches[0]
        #expect(patch.supersedes == ["KB5033371"])
        #expect(patch.builds == ["10.0.17763.5329"])
        #expect(patch.needsRestart)
        #expect(patch.severity == .critical)
        #expect(patch.vulnerabilities == ["CVE-2024-20674"])
        #expect(
            patch.title
                == "January 2024: Security Update for Windows 10 Version 1809 for x64-based Systems and 2 more (KB5034127)"
        )
        #expect(patch.released == moment("2024-01-09T08:00:00"))
    }

    @Test("advisories without a CVE and Linux packages are counted and left out")
    func leftOut() throws {
        let summary = try fixture().summary
        #expect(summary.rejected.map(\.record).contains("ADV240001"))
        #expect(summary.setAside["Azure Linux packages"] == 1)
        #expect(summary.contentDate == moment("2024-02-13T08:00:00"))
    }

    @Test(
        "what makes no sense leaves the rest as it is",
        arguments: [
            #"{"Vulnerability":[1,{"CVE":"CVE-2024-1000","ProductStatuses":7}]}"#,
            #"{"ProductTree":{"FullProductName":[{"ProductID":"1"}],"Branch":[[[]]]},"Vulnerability":[]}"#,
            #"{"ProductTree":null,"Vulnerability":null}"#,
        ])
    func nonsense(_ text: String) throws {
        let reading = try? Reading(text, source: .msrc)
        #expect(reading?.advisories.isEmpty ?? true)
    }

    @Test("texts that are no single build, and numbers that are no updates")
    func oddities() throws {
        let text = #"""
            {"DocumentTracking":{"Identification":{"ID":{"Value":"x"}}},"ProductTree":{"FullProductName":[{"ProductID":"1","Value":"Windows 7 for 32-bit Systems"}]},
            "Vulnerability":[{"CVE":"CVE-2024-1000","ProductStatuses":[{"ProductID":["1"],"Type":3}],
            "Remediations":[{"Description":{"Value":"5027543"},"Supercedence":"MS16-030, 5022734; 5027543","ProductID":["1"],"Type":2,"FixedBuild":"3.0.6920.8954; 2.0.50727.8970"}]}]}
            """#
        let reading = try Reading(text, source: .msrc)
        #expect(reading.advisories[0].affected[0].ranges[0].fixed == nil)
        #expect(reading.patches[0].supersedes == ["KB5022734"])
    }
}
