import Domain
import Risk
import Testing

@Suite("SSVC and CISA's timelines")
struct SSVCTests {
    /// CERT/CC's `cisa_coordinator_2_0_3.csv`: exploitation, automatable, technical impact, mission and
    /// well-being, decision.
    private static let coordinator = """
        none no partial low track
        none no partial medium track
        none no partial high track
        none no total low track
        none no total medium track
        none no total high track*
        none yes partial low track
        none yes partial medium track
        none yes partial high attend
        none yes total low track
        none yes total medium track
        none yes total high attend
        poc no partial low track
        poc no partial medium track
        poc no partial high track*
        poc no total low track
        poc no total medium track*
        poc no total high attend
        poc yes partial low track
        poc yes partial medium track
        poc yes partial high attend
        poc yes total low track
        poc yes total medium track*
        poc yes total high attend
        active no partial low track
        active no partial medium track
        active no partial high attend
        active no total low track
        active no total medium attend
        active no total high act
        active yes partial low attend
        active yes partial medium attend
        active yes partial high act
        active yes total low attend
        active yes total medium act
        active yes total high act
        """

    /// CERT/CC's `cisa_bod_26_04_1_0_0.csv`: in KEV, publicly exposed, automatable, technical impact,
    /// timeline.
    private static let directive = """
        no no no partial system_upgrade
        yes no no partial 14_days
        no yes no partial 60_days
        no no yes partial 60_days
        no no no total system_upgrade
        yes yes no partial 14_days
        yes no yes partial 14_days
        no yes yes partial 14_days
        yes no no total 14_days
        no yes no total 14_days
        no no yes total 60_days
        yes yes yes partial 3_days
        yes yes no total 3_days_forensics
        yes no yes total 3_days_forensics
        no yes yes total 3_days
        yes yes yes total 3_days_forensics
        """

    private static func rows(_ table: String) -> [[String]] {
        table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test("every row of the published tree, and there are no others")
    func coordinatorTree() throws {
        let rows = Self.rows(Self.coordinator)
        #expect(Set(rows.map { $0.prefix(4).joined() }).count == 36)
        for row in rows {
            let decision = SSVC.decision(
                try #require(SSVC.Exploitation(rawValue: row[0])), isAutomatable: row[1] == "yes",
                try #require(SSVC.TechnicalImpact(rawValue: row[2])), try #require(SSVC.MissionImpact(rawValue: row[3]))
            )
            #expect(decision.rawValue == row[4], "\(row)")
        }
    }

    @Test("every row of the published table of BOD 26-04, and there are no others")
    func directiveTable() throws {
        let rows = Self.rows(Self.directive)
        #expect(Set(rows.map { $0.prefix(4).joined() }).count == 16)
        for row in rows {
            let timeline = RemediationTimeline(
                isKnownExploited: row[0] == "yes", isExposed: row[1] == "yes", isAutomatable: row[2] == "yes",
                impact: try #require(SSVC.TechnicalImpact(rawValue: row[3])))
            #expect(timeline.rawValue == row[4], "\(row)")
        }
    }

    @Test("the mission impact follows from the asset's criticality")
    func mission() {
        #expect(AssetCriticality.allCases.map { SSVC.MissionImpact($0) } == [.low, .medium, .high, .high])
    }

    private static let vectors: [(String?, Bool, SSVC.TechnicalImpact, SSVCEvidence.Origin)] = [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", true, .total, .derived),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", true, .partial, .derived),
        ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", false, .total, .derived),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:L", false, .partial, .derived),
        ("CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", false, .total, .derived),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", false, .total, .derived),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", true, .total, .derived),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:H/SC:N/SI:N/SA:N", false, .partial, .derived),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:H/SC:N/SI:N/SA:N/AU:Y", true, .partial, .derived),
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", true, .total, .derived),
        ("AV:N/AC:M/Au:N/C:P/I:P/A:P", false, .partial, .derived),
        ("nonsense", false, .partial, .assumed), (nil, false, .partial, .assumed),
    ]

    @Test("what CISA has not assessed is derived from the vector, and said to be", arguments: vectors)
    func derived(
        _ vector: String?, _ isAutomatable: Bool, _ impact: SSVC.TechnicalImpact, _ origin: SSVCEvidence.Origin
    ) {
        let evidence = SSVCEvidence(isKnownExploited: false, exploitCount: 0, vector: vector, severity: .high)
        #expect(evidence.isAutomatable.value == isAutomatable && evidence.isAutomatable.origin == origin)
        #expect(evidence.impact.value == impact && evidence.impact.origin == origin)
    }

    @Test("without a vector the worst rating is taken for the worst impact")
    func rated() {
        let evidence = SSVCEvidence(isKnownExploited: false, exploitCount: 0, vector: nil, severity: .critical)
        #expect(evidence.impact.value == .total && evidence.impact.origin == .assumed)
    }

    @Test("CISA's assessment counts before what would be derived")
    func assessed() {
        let evidence = SSVCEvidence(
            assessment: .init(exploitation: .poc, isAutomatable: false, impact: .partial), isKnownExploited: false,
            exploitCount: 0, vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", severity: .critical)
        #expect(evidence.exploitation.value == .poc && evidence.exploitation.origin == .cisa)
        #expect(!evidence.isAutomatable.value && evidence.impact.value == .partial)
        #expect(evidence.decision(.crown) == .trackClosely)
    }

    @Test(
        "exploitation: a listing in KEV is active whatever was assessed before, a public exploit is a proof of concept")
    func exploitation() {
        func evidence(_ assessed: SSVC.Exploitation?, kev: Bool, exploits: Int) -> SSVC.Exploitation {
            SSVCEvidence(
                assessment: .init(exploitation: assessed), isKnownExploited: kev, exploitCount: exploits, vector: nil,
                severity: nil
            ).exploitation.value
        }
        #expect(evidence(nil, kev: false, exploits: 0) == .none)
        #expect(evidence(nil, kev: false, exploits: 2) == .poc)
        #expect(evidence(SSVC.Exploitation.none, kev: false, exploits: 2) == .none)
        #expect(evidence(SSVC.Exploitation.none, kev: true, exploits: 0) == .active)
        #expect(evidence(.active, kev: false, exploits: 0) == .active)
    }
}
