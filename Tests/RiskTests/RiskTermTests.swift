import Domain
import Risk
import Testing
import TestRandomness

@Suite("The explanation of a risk")
struct RiskTermTests {
    @Test("names each input in the order of the formula and ends at the score")
    func order() throws {
        var random = SeededRandom(seed: 5)
        for _ in 0..<1_000 {
            let factors = RiskMonotonicityTests.factors(&random)
            let terms = RiskModel.terms(for: factors)
            #expect(
                terms.map(\.name) == [
                    "Severity", "Exploit prediction", "Public exploits", "Exposure", "Asset criticality",
                    "Known exploitation",
                ])
            #expect(terms.last?.risk == RiskModel.score(factors))
        }
    }

    @Test("says what each input did")
    func sentences() {
        let terms = RiskModel.terms(
            for: RiskFactors(cvss: 9.8, epss: 0.1, isKnownExploited: true, exploitCount: 1, exposure: .external))
        #expect(terms[0].input == "CVSS 9.8")
        #expect(terms[0].contribution == "Starts at 63.7: 6.5 points for each CVSS point.")
        #expect(terms[1].input == "EPSS 10.00 %")
        #expect(terms[1].contribution == "Multiplies the odds by 2.58: from 63.7 to 81.9.")
        #expect(terms[2].input == "1 known")
        #expect(terms[4].contribution == "No change.")
        #expect(terms[5].contribution.hasPrefix("Lifts 92.2 into the range from 80.0 to 100"))
    }

    @Test("says where a value is assumed")
    func assumptions() {
        #expect(RiskModel.terms(for: RiskFactors(severity: .high))[0].input == "rated high, taken as CVSS 8.0")
        #expect(RiskModel.terms(for: RiskFactors())[0].input == "not assessed, taken as CVSS 5.0")
        #expect(RiskModel.terms(for: RiskFactors(epss: .nan))[1].input == "no EPSS score")
    }
}
