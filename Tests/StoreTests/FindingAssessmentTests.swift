import Domain
import FoundationEssentials
import Risk
import Store
import Testing

@Suite("What policies make of a finding")
struct FindingAssessmentTests {
    private let now = Date(timeIntervalSince1970: 1_717_243_200)
    private let vulnerability = UUID()

    private func finding(_ status: FindingStatus = .open, remediatedAt: Date? = nil) -> StoredFinding {
        StoredFinding(
            vulnerability: vulnerability, packages: ["libssl3"], installed: "1", fixed: "2", state: .affected, risk: 1,
            isKnownExploited: false, severity: .high, status: status, detectedAt: now.addingTimeInterval(-86_400),
            remediatedAt: remediatedAt, explanation: [], package: "openssl")
    }

    private func exception(_ scope: ExceptionScope? = nil) -> ActiveException {
        ActiveException(
            id: UUID(), kind: .accepted, scope: scope ?? ExceptionScope(vulnerability: vulnerability), owner: "ann",
            reason: "known", expiresAt: now.addingTimeInterval(86_400))
    }

    private func change(_ seconds: Double, _ to: FindingStatus) -> StatusChange {
        StatusChange(at: now.addingTimeInterval(seconds), from: nil, to: to, by: "", reason: "")
    }

    @Test("the clock stands still for the time under exceptions since the detection, each once")
    func paused() {
        let history = [
            change(0, .open), change(10, .exception), change(40, .open), change(50, .exception), change(55, .exception),
            change(60, .open), change(100, .exception),
        ]
        #expect(StatusChange.paused(history, since: now) == 40)
        #expect(StatusChange.paused(history, since: now.addingTimeInterval(30)) == 20)
        #expect(StatusChange.paused([], since: now) == 0)
    }

    @Test("judging twice changes nothing the second time", arguments: FindingStatus.allCases)
    func idempotent(_ status: FindingStatus) {
        for exceptions in [[], [exception()]] {
            let assessment = FindingAssessment(exceptions: exceptions, at: now)
            var known = finding(status, remediatedAt: status == .remediated ? now : nil)
            known.facts = PriorityFacts(cvss: 7.5, epss: 0.1)
            let once = assessment.assess(known)
            #expect(assessment.assess(once) == once)
        }
    }

    @Test("a remediated finding is not set aside, and an exception that ends does not open it")
    func remediated() {
        let fixed = finding(.remediated, remediatedAt: now)
        #expect(FindingAssessment(exceptions: [exception()], at: now).assess(fixed).status == .remediated)
        var aside = fixed
        aside.priority.exception = UUID()
        #expect(FindingAssessment(at: now).assess(aside).status == .remediated)
    }

    @Test("what a person set aside without an exception stays so")
    func byHand() {
        #expect(FindingAssessment(at: now).assess(finding(.exception)).status == .exception)
    }

    @Test("a finding without facts keeps its risk")
    func unknown() {
        #expect(FindingAssessment(at: now).assess(finding()).risk == 1)
        var known = finding()
        known.facts = PriorityFacts(cvss: 7.5, epss: 0.001)
        #expect(abs(FindingAssessment(at: now).assess(known).risk - 52.4) < 1e-5)
    }
}
