import Domain
import Presentation
import Testing

@Suite("The form that asks for a deployment")
struct DeploymentFormTests {
    private func form(_ changes: [String: String?], rings: Int = 3, schedules: Int = 0) -> DeploymentForm {
        var entered = DeploymentForm.standard(patch: "DSA-1-1").entered
        entered["rings"] = String(rings)
        entered["schedules"] = String(schedules)
        for (name, value) in changes { entered[name] = value }
        return DeploymentForm(entered)
    }

    /// A row of windows, with its changes.
    private func row(_ place: Int, _ changes: [String: String]) -> [String: String?] {
        let values = ["zone": "UTC", "from": "22:00", "to": "04:00", "monday": "on"].merging(changes) { $1 }
        return Dictionary(uniqueKeysWithValues: values.map { ("schedule\(place)_\($0)", $1) })
    }

    @Test("as it is shown at first it makes the plan that the API makes of nothing")
    func standard() {
        let reading = DeploymentForm.standard(patch: "DSA-1-1").read()
        #expect(reading.problems.isEmpty)
        let rings = [
            DeploymentRing(name: "Canary", percent: 5), DeploymentRing(name: "Early", percent: 20),
            DeploymentRing(name: "All others"),
        ]
        #expect(reading.plan == DeploymentPlan(strategy: .staged, rings: rings))
    }

    @Test("rings take percentages, tags, groups or the rest")
    func rings() {
        let reading = form([
            "ring0_kind": "tags", "ring0_value": "test, lab", "ring1_kind": "groups", "ring1_value": "finance",
        ]).read()
        #expect(reading.problems.isEmpty)
        #expect(reading.plan.rings.map(\.tags) == [["test", "lab"], [], []])
        #expect(reading.plan.rings.map(\.groups) == [[], ["finance"], []])
    }

    @Test("a ring has a gate of its own where something is said of it, and the rest of it is the plan's")
    func gates() {
        let reading = form([
            "soak": "30", "silent": nil, "ring0_success": "100", "ring0_soak": "240", "ring0_proof": "yes",
            "ring0_silent": "yes", "ring1_alerts": "5",
        ]).read()
        #expect(reading.problems.isEmpty, "\(reading.problems)")
        let canary = GatePolicy(
            successPercent: 100, soakMinutes: 240, test: FailureTestPolicy(needsProof: true, countsSilent: true))
        let early = GatePolicy(soakMinutes: 30, alerts: 5, test: FailureTestPolicy(countsSilent: false))
        #expect(reading.plan.rings.map(\.gate) == [canary, early, nil])
        #expect(reading.plan.gate(after: 2) == reading.plan.gate && reading.plan.gate.soakMinutes == 30)
    }

    @Test("what is wrong with a ring's gate stands beside its field, and what it has of the plan's beside that alone")
    func besideGates() {
        func fields(_ changes: [String: String]) -> [String?] { form(changes).read().problems.map(\.field) }
        #expect(fields(["ring0_success": "101"]) == ["ring0_success"])
        #expect(fields(["ring1_soak": "1.5"]) == ["ring1_soak"])
        #expect(fields(["success": "101", "ring0_soak": "5"]) == ["success"])
        // Good on more than the plan's bad rate.
        #expect(fields(["ring0_good": "10"]) == ["ring0_bad"])
        var changed = form(["ring1_success": "100"])
        #expect(changed.change("dropring-0") && changed.entered["ring0_success"] == "100")
        #expect(changed.entered["ring1_success"] == nil)
    }

    @Test("a row that is removed takes none of the others along; one that is added is empty")
    func rows() {
        var form = DeploymentForm.standard(patch: "DSA-1-1")
        #expect(form.change("dropring-0") && form.rings == 2)
        #expect(form.entered["ring0_name"] == "Early" && form.entered["ring1_name"] == "All others")
        #expect(form.change("addring") && form.rings == 3)
        #expect((form.entered["ring2_name"] ?? "").isEmpty)
        #expect(form.change("addschedule") && form.change("addschedule") && form.schedules == 2)
        #expect(form.change("dropschedule-0") && form.schedules == 1)
        for _ in 0..<20 { _ = form.change("addring") }
        #expect(form.rings == DeploymentForm.mostRings)
        #expect(!form.change("preview") && !form.change("deploy"))
    }

    @Test("windows for the same groups by the same clocks are one schedule")
    func schedules() {
        let rows = row(0, [:]).merging(
            row(
                1, ["saturday": "on", "from": "00:00", "to": "00:00", "blackouts": "2031-12-24 to 2032-01-02 Holidays"])
        ) { $1 }.merging(row(2, ["zone": "Europe/Berlin", "groups": "finance, sales"])) { $1 }
        let reading = form(rows, schedules: 3).read()
        #expect(reading.problems.isEmpty, "\(reading.problems)")
        let plan = reading.plan
        #expect(plan.schedules.map(\.groups) == [[], ["finance", "sales"]])
        #expect(plan.schedules[0].windows.map(\.days) == [[.monday], [.monday, .saturday]])
        #expect(
            plan.schedules[0].blackouts == [
                .init(from: "2031-12-24", through: "2032-01-02", reason: "Holidays")
            ])
    }

    @Test(
        "blackouts are a line each",
        arguments: [
            ("2031-12-24", ["2031-12-24/2031-12-24/"]),
            ("2031-12-24 - 2031-12-26", ["2031-12-24/2031-12-26/"]),
            (
                "2031-12-24 2031-12-26\n\n 2031-12-31 End of the year",
                ["2031-12-24/2031-12-26/", "2031-12-31/2031-12-31/End of the year"]
            ),
        ])
    func blackouts(text: String, expected: [String]) {
        let reading = form(row(0, ["blackouts": text]), schedules: 1).read()
        #expect(
            reading.plan.schedules.flatMap(\.blackouts).map { "\($0.from)/\($0.through)/\($0.reason ?? "")" }
                == expected)
    }

    @Test(
        "what is wrong stands beside the field that it is in",
        arguments: [
            (["ring0_value": "much"], "ring0_value"), (["ring0_value": "95"], "ring2_kind"),
            (["ring1_name": "Canary"], "ring1_name"), (["ring0_kind": "tags", "ring0_value": " ,"], "ring0_value"),
            (["success": "101"], "success"), (["soak": "1.5"], "soak"), (["bad": "0.5"], "bad"),
            (["notice": "x"], "notice"), (["offline": "0"], "offline"), (["starts_at": "soon"], "starts_at"),
            (["strategy": "scheduled"], "schedules"),
        ])
    func beside(changes: [String: String], field: String) {
        let problems = form(changes).read().problems
        #expect(problems.map(\.field) == [field], "\(problems)")
        #expect(problems.allSatisfy { !$0.sentence.isEmpty })
    }

    @Test("of windows, too, whichever schedule they have become part of")
    func besideWindows() {
        let rows = row(0, [:]).merging(row(1, ["to": "25:00"])) { $1 }.merging(
            row(2, ["zone": "Mars/Base", "groups": "a"])
        ) { $1 }
        .merging(row(3, ["groups": "b", "blackouts": "2031-02-30"])) { $1 }
        let problems = form(rows, schedules: 4).read().problems
        #expect(Set(problems.map(\.field)) == ["schedule1_to", "schedule2_zone", "schedule3_blackouts"])
        var none = row(0, [:])
        none["schedule0_monday"] = .some(nil)
        #expect(form(none, schedules: 1).read().problems.map(\.field) == ["schedule0_days"])
    }

    @Test("what a strategy has no use for is not looked at")
    func unused() {
        let reading = form(["strategy": "immediate", "ring0_value": "much", "success": "x"], schedules: 1).read()
        #expect(reading.problems.isEmpty)
        #expect(reading.plan == DeploymentPlan(strategy: .immediate))
    }
}
