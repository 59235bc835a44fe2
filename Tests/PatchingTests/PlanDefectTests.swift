import Domain
import Foundation
import Patching
import Testing

@Suite("What is wrong with a plan")
struct PlanDefectTests {
    private static let window = MaintenanceSchedule.Window(days: [.saturday], start: "22:00", end: "04:00")
    static let sound = DeploymentPlan(
        strategy: .staged,
        rings: [
            .init(name: "Canary", tags: ["canary"]), .init(name: "Early", percent: 10),
            .init(name: "Rest", gate: GatePolicy(soakMinutes: 0)),
        ],
        schedules: [
            .init(groups: ["berlin"], timeZone: "Europe/Berlin", windows: [window]),
            .init(
                timeZone: "UTC", windows: [window], blackouts: [.init(from: "2026-12-24", through: "2026-12-24")],
                marginMinutes: 359),
        ],
        startsAt: start, approval: .twoPersons, reboot: RebootPolicy(.forced, noticeMinutes: 30),
        limits: DeploymentLimits(concurrent: 50, kilobitsPerSecond: 100_000))

    @Test("a sound plan has no defects, and is read as it was written")
    func isSound() throws {
        #expect(PlanDefect.all(in: DeploymentPlan()).isEmpty)
        #expect(PlanDefect.all(in: Self.sound).isEmpty)
        #expect(try JSONDecoder().decode(DeploymentPlan.self, from: JSONEncoder().encode(Self.sound)) == Self.sound)
    }

    @Test("what a request does not say is as in a plan made without it")
    func defaults() throws {
        func read(_ json: String) throws -> DeploymentPlan {
            try JSONDecoder().decode(DeploymentPlan.self, from: Data(json.utf8))
        }
        #expect(try read("{}") == DeploymentPlan())
        let plan = try read(
            """
            {"strategy": "staged", "rings": [{"name": "Canary", "tags": ["canary"]}, {"name": "Rest", "gate": {}}],
             "schedules": [{"time_zone": "Europe/Berlin", "windows": [{"start": "22:00", "end": "04:00"}]}],
             "reboot": {"mode": "never"}, "limits": {"concurrent": 9}, "gate": {"test": {"needs_proof": true}}}
            """)
        #expect(PlanDefect.all(in: plan).isEmpty && plan.rings[1].gate == GatePolicy())
        #expect(plan.schedules[0].windows[0].days.count == 7 && plan.reboot == RebootPolicy(.never))
        #expect(plan.gate == GatePolicy(test: FailureTestPolicy(needsProof: true)))
        #expect(throws: DecodingError.self) { try read(#"{"strategy": "sometime"}"#) }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let field: String
        let change: @Sendable (inout DeploymentPlan) -> Void

        init(_ field: String, _ change: @escaping @Sendable (inout DeploymentPlan) -> Void) {
            self.field = field
            self.change = change
        }

        var testDescription: String { field }
    }

    private static let faults = [
        Fault("rings") { $0.rings = [] },
        Fault("rings[1].name") { $0.rings[1].name = "Canary" },
        Fault("rings[1].name") { $0.rings[1].name = "" },
        Fault("rings[1].percent") { $0.rings[1].percent = 0 },
        Fault("rings[1].percent") { $0.rings[1].percent = .nan },
        Fault("rings[1].percent") { $0.rings[1].tags = ["x"] },
        Fault("rings[2]") { $0.rings[1].percent = 100 },
        Fault("rings[2]") {
            $0.rings[0].tags = []; $0.rings[0].percent = 5; $0.rings[1].percent = nil; $0.rings[2].name = "R"
        },
        Fault("rings") { $0.rings[2].percent = 80 },
        Fault("rings") { $0.rings.removeLast() },
        Fault("rings[2].gate.soak_minutes") { $0.rings[2].gate?.soakMinutes = -1 },
        Fault("schedules") { $0.schedules.removeLast() },
        Fault("schedules[1].groups") {
            $0.schedules[0].groups = ["berlin"]; $0.schedules.insert($0.schedules[0], at: 0)
        },
        Fault("schedules[1].groups") { $0.schedules[0].groups = [] },
        Fault("schedules[0].time_zone") { $0.schedules[0].timeZone = "Europe/Atlantis" },
        Fault("schedules[0].time_zone") { $0.schedules[0].timeZone = "EST" },
        Fault("schedules[0].windows") { $0.schedules[0].windows = [] },
        Fault("schedules[0].windows[0].days") { $0.schedules[0].windows[0].days = [] },
        Fault("schedules[0].windows[0].start") { $0.schedules[0].windows[0].start = "24:00" },
        Fault("schedules[0].windows[0].end") { $0.schedules[0].windows[0].end = "4:00" },
        Fault("schedules[1].windows[0].end") { $0.schedules[1].marginMinutes = 360 },
        Fault("schedules[1].blackouts[0].from") { $0.schedules[1].blackouts[0].from = "2026-02-29" },
        Fault("schedules[1].blackouts[0].through") { $0.schedules[1].blackouts[0].through = "2026-12-23" },
        Fault("limits.concurrent") { $0.limits.concurrent = 0 },
        Fault("limits.kilobits_per_second") { $0.limits.kilobitsPerSecond = -1 },
        Fault("limits.kilobits_per_download") { $0.limits.kilobitsPerDownload = 0 },
        Fault("reboot.notice_minutes") { $0.reboot.noticeMinutes = -1 },
        Fault("offline_hours") { $0.offlineHours = 0 },
        Fault("gate.success_percent") { $0.gate.successPercent = 101 },
        Fault("gate.alerts") { $0.gate.alerts = -1 },
        Fault("gate.test.good_rate") { $0.gate.test.goodRate = 0 },
        Fault("gate.test.bad_rate") { $0.gate.test.badRate = 0.01 },
        Fault("gate.test.false_stop") { $0.gate.test.falseStop = 0 },
        Fault("rings") {
            $0.strategy = .immediate; $0.schedules = []
        },
        Fault("schedules") {
            $0.strategy = .scheduled; $0.schedules = []
        },
    ]

    @Test("each fault is told with its field and a sentence", arguments: faults)
    func told(_ fault: Fault) throws {
        var plan = Self.sound
        fault.change(&plan)
        let defects = PlanDefect.all(in: plan)
        let defect = try #require(defects.first { $0.field == fault.field }, "\(defects)")
        #expect(defect.message.hasSuffix(".") && defect.message.first?.isUppercase == true)
    }
}
