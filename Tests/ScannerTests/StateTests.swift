import Domain
import Scanner
import Testing

@Suite("States, doubt and precedence")
struct StateTests {
    @Test(
        "a vulnerability without a fix is a finding that keeps its state",
        arguments: [
            (PackageState.noAdvisory, "no-dsa: Minor issue"), (.postponed, "postponed: Minor issue"),
            (.ignored, "ignored: Minor issue"), (.endOfLife, "end of life: Minor issue"),
        ])
    func unfixedStates(_ state: PackageState, _ note: String) throws {
        let record = advisory("CVE-2024-1", "tool", [unfixed], state: state, note: "Minor issue")
        let finding = try #require(scan([deb("tool", "1.0-1")], with: [record]).findings.first)
        #expect(finding.state == state)
        #expect(finding.fixed == nil)
        #expect(finding.explanation.notes == [note])
    }

    @Test("not affected overrides every range of its source")
    func notAffected() {
        let records = [
            advisory("DSA-1", "tool", [fixed("2.0-1")], vulnerabilities: ["CVE-2024-1"]),
            advisory("CVE-2024-1", "tool", state: .notAffected, note: "Vulnerable code not present"),
        ]
        #expect(scan([deb("tool", "1.0-1")], with: records).findings.isEmpty)
    }

    @Test("undetermined is shown apart, never as a finding")
    func undetermined() {
        let report = scan([deb("tool", "1.0-1")], with: [advisory("CVE-2024-1", "tool", state: .undetermined)])
        #expect(report.findings.isEmpty)
        #expect(report.indeterminate.map(\.id) == ["CVE-2024-1"])
        #expect(report.indeterminate.first?.reason.contains("debian CVE-2024-1") == true)
    }

    @Test(
        "a version that cannot be compared is indeterminate, with the reason",
        arguments: ["", "unknown", "one point two"])
    func unreadableVersion(_ version: String) {
        let report = scan([deb("tool", version)], with: [advisory("CVE-2024-1", "tool", [unfixed])])
        #expect(report.findings.isEmpty)
        #expect(report.indeterminate.map(\.packages) == [["tool"]])
        #expect(report.indeterminate.first?.id == nil)
    }

    @Test("a package that no advisory names is not mentioned, whatever its version")
    func unknownPackage() {
        let report = scan([deb("other", "")], with: [advisory("CVE-2024-1", "tool", [unfixed])])
        #expect(report.indeterminate.isEmpty)
    }

    @Test("a bound that is not a version leaves the record undecided")
    func unreadableBound() {
        let report = scan([deb("tool", "1.0-1")], with: [advisory("CVE-2024-1", "tool", [fixed("1:")])])
        #expect(report.findings.isEmpty)
        #expect(report.indeterminate.count == 1)
    }

    @Test("the distribution's tracker decides over OSV")
    func trackerFirst() {
        let tracker = advisory("CVE-2024-1", "tool", [fixed("1.0-1+deb12u1")])
        let osv = advisory("DSA-5-1", "tool", [fixed("1.0-1+deb12u2")], source: .osv, vulnerabilities: ["CVE-2024-1"])
        #expect(scan([deb("tool", "1.0-1+deb12u1")], with: [osv, tracker]).findings.isEmpty)
        #expect(scan([deb("tool", "1.0-1+deb12u1")], with: [osv]).findings.count == 1)
    }

    @Test("where the tracker is undecided, the next source decides")
    func nextSource() {
        let tracker = advisory("CVE-2024-1", "tool", state: .undetermined)
        let osv = advisory("DSA-5-1", "tool", [fixed("2.0-1")], source: .osv, vulnerabilities: ["CVE-2024-1"])
        let report = scan([deb("tool", "1.0-1")], with: [osv, tracker])
        #expect(report.findings.map(\.explanation.source) == [.osv])
        #expect(report.indeterminate.isEmpty)
    }

    @Test("several sources make one finding that lists all their records, the deciding one first")
    func oneFindingForAllSources() throws {
        let report = scan(
            [deb("tool", "1.0-1")],
            with: [
                advisory("DSA-5-1", "tool", [fixed("2.0-1")], source: .osv, vulnerabilities: ["CVE-2024-1"]),
                advisory("CVE-2024-1", "tool", [fixed("1.0-1+deb12u1")]),
                advisory("CVE-2024-1", "tool", [unfixed], source: .nvd),
            ])
        let finding = try #require(report.findings.first)
        #expect(report.findings.count == 1)
        #expect(finding.explanation.records == ["debian CVE-2024-1", "osv DSA-5-1", "nvd CVE-2024-1"])
        #expect(finding.fixed == "1.0-1+deb12u1")
    }

    @Test("an explanation holds all that is needed to repeat the decision")
    func explanation() throws {
        let record = advisory("ALSA-2024:1", "tool", [fixed("2.0-1", from: "1.0")], on: alma, source: .osv)
        let why = try #require(scan([rpm("tool", "1.5-1")], with: [record], on: alma).findings.first).explanation
        #expect(why.records == ["osv ALSA-2024:1"])
        #expect(why.ecosystem == "almalinux:9")
        #expect(why.package == "tool")
        #expect(why.range == "introduced 1.0, fixed 2.0-1")
        #expect(why.comparison == "1.0 <= 1.5-1 < 2.0-1")
        #expect(why.scheme == .rpm)
        #expect(why.installed == "1.5-1")
    }

    @Test("the distribution's urgency rates what nobody else has rated")
    func urgency() {
        let record = advisory("CVE-2024-1", "tool", [unfixed], urgency: "high**")
        #expect(scan([deb("tool", "1.0-1")], with: [record]).findings.first?.severity == .high)
    }
}
