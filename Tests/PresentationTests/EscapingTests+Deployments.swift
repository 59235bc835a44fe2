import Domain
import Patching
import Presentation
import Store

extension EscapingTests {
    /// The pages about deployments.
    static var deployments: [(name: String, html: HTML)] {
        let plan = DeploymentPlan(
            strategy: .staged, rings: [DeploymentRing(name: attack, percent: 10), DeploymentRing(name: "All others")])
        let record = DeploymentRecord(
            number: attack, title: attack, plan: plan, life: DeploymentLife(.halted, ring: 0, ringCount: 2),
            gate: GateReading(decision: .stop([attack]), evidence: GateEvidence()), reason: attack,
            requestedBy: attack, at: Sample.past)
        var ring = DeploymentCounts.Ring(ring: 0, name: attack, openedAt: Sample.past)
        ring.marked[.failed] = 1
        let counts = DeploymentCounts([ring])
        let target = DeploymentTarget(
            hostname: attack, life: TargetLife(.failed, message: attack), log: attack,
            packages: [.init(name: attack, architecture: attack, version: attack, installed: attack)], at: Sample.past)
        let content = DeploymentPage.Content(
            status: .init(deployment: record, counts: counts, failures: [target]),
            steps: [
                DeploymentTransition(from: "running", to: "halted", at: Sample.past, actor: attack, reason: attack)
            ], words: [.init(person: attack, agrees: true, revision: 1, comment: attack, at: Sample.past)])
        let row = DeploymentStore.Row(deployment: record, counts: counts)
        return [
            ("calendar", calendar),
            (
                "new deployment", newDeployment
            ),
            ("deployments", DeploymentsPage.render(Sample.page([row]), status: .halted, nextPath: attack)),
            (
                "endpoints of a deployment",
                DeploymentTargetsPage.render(
                    record, Sample.page([target]), filter: .init(search: attack), isFirstPage: false, nextPath: attack)
            ),
            (
                "no endpoints of a deployment",
                DeploymentTargetsPage.render(record, Sample.page([]), filter: .init(ring: 0))
            ),
            ("no deployments", DeploymentsPage.render(Sample.page([]), status: nil)),
            ("deployment", DeploymentPage.render(content, csrfToken: attack)),
        ]
    }

    private static var calendar: HTML {
        let schedule = MaintenanceSchedule(
            groups: [attack], timeZone: "Europe/Berlin", windows: [.init(start: "22:00", end: "04:00")],
            blackouts: [.init(from: "2024-06-03", through: "2024-06-03", reason: attack)])
        let record = DeploymentRecord(
            number: attack, title: attack, plan: DeploymentPlan(strategy: .scheduled, schedules: [schedule]),
            life: DeploymentLife(.running, ring: 0, ringCount: 1), reason: attack, requestedBy: attack,
            at: Sample.past.addingTimeInterval(-864_000))
        let days = CalendarDays(around: Sample.past)
        let windows = DeploymentStore.Windows(record, 0, from: days.asked.from, until: days.asked.until)
        return WindowCalendarPage.render(days, windows.map { [$0] } ?? [], mayDeploy: true)
    }

    private static var newDeployment: HTML {
        var entered = Dictionary(uniqueKeysWithValues: DeploymentForm.fields.map { ($0, attack) })
        entered["rings"] = "2"
        entered["schedules"] = "2"
        let ring = RingAssignment([.init(.make())], plan: DeploymentPlan(), deployment: .make())
        var plan = DeploymentPlan()
        plan.rings = [DeploymentRing(name: attack, gate: GatePolicy())]
        var deployment = DeploymentPreview(plan, assignment: ring, risks: [1], secondsEach: 1, at: Sample.past)
        deployment.prerequisites = [.init(attack, endpoints: 1)]
        deployment.obstacles = [.init(attack, endpoints: 2)]
        let preview = NewDeploymentPage.Preview(
            patch: Sample.patch(attack), deployment: deployment,
            plan: plan, fingerprint: attack, key: attack, notice: attack)
        let problems = ["patch", "rings", "schedule1_days", "ring0_value", nil].map {
            FormFields.Problem(field: $0, sentence: attack)
        }
        return NewDeploymentPage.render(
            DeploymentForm(entered), problems: problems, preview: preview, csrfToken: attack)
    }
}
