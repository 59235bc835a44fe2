import Domain
import Risk
import Testing

@Suite("CVSS rules that one example each shows")
struct CVSSRuleTests {
    @Test("3.0 and 3.1 differ where the sum is changed only by rounding, or the scope is modified")
    func versionsDiffer() throws {
        let metrics = "AV:P/AC:H/PR:L/UI:R/S:C/C:H/I:H/A:H/MS:C/MC:H/MI:H/MA:H/CR:H/IR:H/AR:H"
        let old = try CVSS.parse("CVSS:3.0/" + metrics)
        let new = try CVSS.parse("CVSS:3.1/" + metrics)
        #expect(old.baseScore == new.baseScore)
        #expect(old.environmentalScore != new.environmentalScore)
    }

    @Test("absent groups are nil, and so are groups of which every metric is not defined")
    func groups() throws {
        let base = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
        #expect(try CVSS.parse(base).temporalScore == nil)
        #expect(try CVSS.parse(base + "/E:X/CR:X/MAV:X").environmentalScore == nil)
        #expect(try CVSS.parse(base + "/E:U").temporalScore == 9.0)
        #expect(try CVSS.parse(base + "/E:U").score == 9.0)
    }

    @Test("modified metrics of 3.1 may come in any order")
    func freeOrder() throws {
        #expect(try CVSS.parse("CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N").baseScore == 9.8)
    }

    @Test("NVD's 2.0 vectors in parentheses are read")
    func parentheses() throws {
        #expect(try CVSS.parse("(AV:N/AC:L/Au:N/C:P/I:P/A:P)").baseScore == 7.5)
    }

    @Test("2.0 has no critical and no none")
    func bandsOf2() throws {
        #expect(try CVSS.parse("AV:N/AC:L/Au:N/C:C/I:C/A:C").severity == .high)
        #expect(try CVSS.parse("AV:L/AC:H/Au:M/C:N/I:N/A:N").severity == .low)
    }

    @Test("a 2.0 requirement that leaves next to no impact gives 0, not less")
    func neverNegative() throws {
        let score = try CVSS.parse("AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L")
        #expect(score.environmentalScore == 0)
        #expect(score.environmentalScore?.sign == .plus)
    }

    @Test("supplemental metrics of 4.0 never change the score")
    func supplemental() throws {
        let base = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N"
        let extended = try CVSS.parse(base + "/S:P/AU:Y/R:I/V:C/RE:H/U:Red")
        #expect(extended.score == (try CVSS.parse(base).score))
        #expect(extended.environmentalScore == nil)
    }

    @Test("4.0 threat lowers, safety raises, and no impact anywhere is 0")
    func groupsOf4() throws {
        let base = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N"
        let score = try CVSS.parse(base + "/E:U/MSI:S")
        let threat = try #require(score.temporalScore)
        #expect(threat < score.baseScore)
        #expect(try #require(score.environmentalScore) > threat)
        #expect(try CVSS.parse(base.replacing("VC:H", with: "VC:N")).score == 0)
    }

    @Test(
        "scores that CNAs published wrongly are recomputed, not copied",
        arguments: [
            ("CVSS:4.0/AV:N/AC:H/AT:P/PR:H/UI:A/VC:L/VI:H/VA:N/SC:N/SI:N/SA:N", 5.7),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:L/SI:N/SA:N", 5.1),
            ("CVSS:4.0/AV:N/AC:L/AT:P/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:H/SA:N/RE:L/U:Green", 5.1),
        ])
    func wrongAtTheSource(vector: String, score: Double) throws {
        #expect(try CVSS.parse(vector).score == score)
    }
}
