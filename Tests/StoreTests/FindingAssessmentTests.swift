import Domain
import FoundationEssentials
import Risk
import Scanner
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

    private func register(_ status: VEXStatus, at date: Date? = nil, name: String = "openssl") -> [ActiveStatement] {
        let package = InstalledPackage(type: "deb", name: name, version: "")
        let product = VEXProduct(component: VEXIdentity(id: name, package: package, family: "debian"))
        let statement = VEXStatement(
            vulnerabilities: ["CVE-1"], products: [product], status: status, justification: "component_not_present",
            author: "Example", date: date)
        return [ActiveStatement(id: UUID(), statement: statement)]
    }

    private func judged(
        _ finding: StoredFinding, by statements: [ActiveStatement], _ exceptions: [ActiveException] = []
    ) -> StoredFinding {
        var finding = finding
        finding.ecosystem = "debian:12"
        return FindingAssessment(
            exceptions: exceptions, vex: VEXRegister([vulnerability: statements]),
            host: VEXHost(names: ["web-1"], system: Ecosystem(osv: "debian:12")), at: now
        ).assess(finding)
    }

    @Test("a VEX statement on product and vulnerability hides a finding, names itself, and stops the clock")
    func vex() {
        let statements = register(.notAffected)
        let hidden = judged(finding(), by: statements)
        #expect(hidden.status == .exception && hidden.priority.vex == statements[0].id && hidden.priority.dueAt == nil)
        #expect(hidden.history.last?.by == "Example")
        #expect(hidden.history.last?.reason == "VEX of Example: not_affected (component_not_present)")
        #expect(judged(hidden, by: statements) == hidden)
        for others in [register(.notAffected, name: "openssh"), register(.affected), register(.underInvestigation), []]
        {
            #expect(judged(finding(), by: others).status == .open)
            let back = judged(hidden, by: others)
            #expect(back.status == .open && back.priority.vex == nil)
        }
        #expect(judged(finding(.remediated, remediatedAt: now), by: statements).status == .remediated)
    }

    @Test("the first statement that fits counts, whatever those behind it say")
    func firstCounts() {
        let (denial, warning) = (register(.notAffected), register(.affected))
        #expect(judged(finding(), by: denial + warning).status == .exception)
        #expect(judged(finding(), by: warning + denial).status == .open)
    }

    @Test("with an exception beside the statement, the finding counts again when both are gone")
    func vexAndException() {
        let (statements, exceptions) = (register(.fixed), [exception()])
        let both = judged(finding(), by: statements, exceptions)
        #expect(both.priority.vex == statements[0].id && both.priority.exception == exceptions[0].id)
        let one = judged(both, by: statements)
        #expect(one.status == .exception && one.priority.exception == nil && one.priority.vex != nil)
        #expect(judged(both, by: [], exceptions).status == .exception)
        #expect(judged(one, by: []).status == .open)
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
