import Domain
import Foundation
import Patching
import Testing
import TestRandomness

@Suite("Whose turn it is")
struct TurnPlannerTests {
    private typealias Lane = TurnPlanner.Lane
    private let running = DeploymentLife(.running, ring: 1, ringCount: 3)

    private func endpoints(_ count: Int) -> [EndpointID] { (0..<count).map { _ in .make() } }

    private func lane(
        _ deployment: DeploymentID, ring: Int = 0, life: DeploymentLife? = nil, limits: DeploymentLimits = .init(),
        calendar: WindowCalendar? = nil, _ candidates: [EndpointID]
    ) -> Lane {
        Lane(
            deployment: deployment, ring: ring, life: life ?? running, limits: limits, calendar: calendar,
            candidates: candidates)
    }

    @Test("slots go to whichever deployment has fewest under way, and round its rings")
    func fair() {
        let (a, b) = (DeploymentID.make(), DeploymentID.make())
        let lanes = [lane(a, endpoints(50)), lane(a, ring: 1, endpoints(50)), lane(b, endpoints(50))]
        func shares(_ loads: [DeploymentID: TurnPlanner.Load], _ limit: Int) -> [Int] {
            let turn = TurnPlanner(sharedLimit: limit).plan(lanes, loads: loads, at: start)
            #expect(turn.reasons == [.sharedLimit, .sharedLimit, .sharedLimit])
            return lanes.map { lane in
                turn.starts.count { $0.deployment == lane.deployment && $0.ring == lane.ring }
            }
        }
        #expect(shares([:], 20) == [5, 5, 10])
        #expect(shares([a: .init(underWay: 10)], 30) == [3, 2, 15])
        #expect(shares([b: .init(underWay: 10)], 10) == [0, 0, 0])
    }

    @Test("over many turns no lane is favoured where slots are scarce")
    func rotation() {
        let lanes = (0..<3).map { _ in lane(.make(), endpoints(5)) }
        var counts = [DeploymentID: Int]()
        for turn in 0..<30 {
            let starts = TurnPlanner(sharedLimit: 1).plan(lanes, loads: [:], turn: turn, at: start).starts
            for start in starts { counts[start.deployment, default: 0] += 1 }
        }
        #expect(lanes.map { counts[$0.deployment] } == [10, 10, 10])
    }

    @Test("limits count what is out: a lapsed lease, or a report, makes room")
    func limits() {
        let id = DeploymentID.make()
        func turn(_ limits: DeploymentLimits, _ load: TurnPlanner.Load) -> TurnPlanner.Turn {
            TurnPlanner().plan([lane(id, limits: limits, endpoints(9))], loads: [id: load], at: start)
        }
        let concurrent = turn(.init(concurrent: 5), .init(underWay: 3))
        #expect(concurrent.starts.count == 2 && concurrent.reasons == [.deploymentLimit])
        #expect(turn(.init(concurrent: 5), .init(underWay: 7)).starts.isEmpty)
        let narrow = DeploymentLimits(kilobitsPerSecond: 30_000, kilobitsPerDownload: 8000)
        let bandwidth = turn(narrow, .init(underWay: 8, downloading: 1))
        #expect(bandwidth.starts.count == 2 && bandwidth.reasons == [.bandwidth])
        #expect(turn(.init(kilobitsPerSecond: 1), .init()).starts.count == 1)
        #expect(turn(.init(), .init()).reasons == [.none])
        #expect(
            TurnPlanner.Load(TargetCounts([.offered: 2, .downloading: 1, .installing: 3, .unknown: 1, .deployed: 9]))
                == .init(underWay: 7, downloading: 3))
        // One of which nothing can be told holds no place for ever.
        let unknown = TargetCounts([.installing: 3, .unknown: 2])
        #expect(turn(.init(concurrent: 5), .init(unknown)).starts.isEmpty)
        #expect(turn(.init(concurrent: 5), .init(unknown, released: 2)).starts.count == 2)
        #expect(TurnPlanner.Load(TargetCounts([.unknown: 1]), released: 2) == .init())
    }

    @Test("a place is released where an executor tells nothing for as long as was said, and by nobody else")
    func releases() {
        for status in TargetStatus.allCases {
            for isOfExecutor in [false, true] {
                for (lease, seconds) in [(nil, 599.0), (nil, 600), (start + 900, 600)] as [(Date?, Double)] {
                    let life = TargetLife(status, lease: lease)
                    let isReleased = TargetPace.releases(
                        life, ofExecutor: isOfExecutor, since: start, hold: 600, at: start + seconds)
                    let isUntold = status == .unknown || status == .rollingBack && lease == nil
                    #expect(isReleased == (isUntold && isOfExecutor && seconds == 600), "\(status)")
                    // What holds no place is something that is still at it.
                    #expect(!isReleased || status.isUnderWay)
                }
            }
        }
    }

    @Test(
        "nothing starts in a ring that is not open, or while the deployment holds", arguments: DeploymentStatus.allCases
    )
    func closed(status: DeploymentStatus) {
        let life = DeploymentLife(status, ring: 1, ringCount: 3)
        let lanes = (0..<3).map { lane(.make(), ring: $0, life: life, endpoints(1)) }
        let turn = TurnPlanner().plan(lanes, loads: [:], at: start)
        let isOpen = status == .running || status == .soaking
        #expect(turn.starts.map(\.ring).sorted() == (isOpen ? [0, 1] : []))
        #expect(turn.reasons.last == .closedRing)
        let back = Lane(deployment: .make(), ring: 2, kind: .rollback, life: life, candidates: endpoints(1))
        #expect(TurnPlanner().plan([back], loads: [:], at: start).starts.count == (status == .rollingBack ? 1 : 0))
    }

    @Test("outside its window a lane waits, and says until when")
    func windows() throws {
        let day = MaintenanceSchedule(timeZone: "UTC", windows: [.init(start: "03:00", end: "04:00")])
        let calendar = try #require(WindowCalendar(day))
        let opens = try #require(calendar.nextOpening(from: start))
        let lanes = [lane(.make(), calendar: calendar, endpoints(1)), lane(.make(), endpoints(1))]
        let turn = TurnPlanner().plan(lanes, loads: [:], at: start)
        #expect(turn.starts.map(\.deployment) == [lanes[1].deployment] && turn.wake == opens)
        #expect(turn.reasons == [.closedWindow(opens: opens), .none])
        #expect(TurnPlanner().plan(lanes, loads: [:], at: opens).starts.count == 2)
    }

    @Test(
        "however lanes, loads and limits are, slots are shared as one by one to whoever has fewest", arguments: 0..<20)
    func model(seed: Int) {
        var generator = SeededRandom(seed: UInt64(seed))
        for _ in 0..<20 {
            let ids = (0..<Int.random(in: 1...5, using: &generator)).map { _ in DeploymentID.make() }
            var loads: [DeploymentID: TurnPlanner.Load] = [:]
            for id in ids { loads[id] = .init(underWay: Int.random(in: 0...9, using: &generator)) }
            let limits = ids.map { _ in DeploymentLimits(concurrent: Int.random(in: 1...15, using: &generator)) }
            let lanes = ids.indices.map {
                lane(ids[$0], limits: limits[$0], endpoints(Int.random(in: 0...12, using: &generator)))
            }
            let shared = Int.random(in: 0...60, using: &generator)
            var expected = ids.map { loads[$0]?.underWay ?? 0 }
            let before = expected
            while expected.reduce(0, +) < shared {
                let open = ids.indices.filter {
                    expected[$0] < limits[$0].concurrent ?? 0
                        && expected[$0] - before[$0] < lanes[$0].candidates.count
                }
                guard let least = open.min(by: { expected[$0] < expected[$1] }) else { break }
                expected[least] += 1
            }
            let turn = TurnPlanner(sharedLimit: shared).plan(lanes, loads: loads, at: start)
            let given = ids.indices.map { index in
                before[index] + turn.starts.count { $0.deployment == ids[index] }
            }
            #expect(given.reduce(0, +) == expected.reduce(0, +))
            // Ties may be broken otherwise, by one.
            for (one, other) in zip(given, expected) { #expect(abs(one - other) <= 1) }
        }
    }

    @Test("one endpoint begins for one deployment at a time")
    func busy() {
        let shared = endpoints(3)
        let lanes = [lane(.make(), shared), lane(.make(), shared)]
        let turn = TurnPlanner().plan(lanes, loads: [:], at: start)
        #expect(turn.starts.count == 3 && Set(turn.starts.map(\.endpoint)) == Set(shared))
    }
}

@Suite("What a deployment would do")
struct DeploymentPreviewTests {
    @Test("rings are shown with their endpoints, the risk they lose, and when they would be patched")
    func rings() throws {
        let night = MaintenanceSchedule(timeZone: "UTC", windows: [.init(start: "22:00", end: "00:00")])
        let plan = DeploymentPlan(
            strategy: .staged, rings: [.init(name: "Canary", percent: 10), .init(name: "Rest")], schedules: [night],
            limits: DeploymentLimits(concurrent: 10), gate: GatePolicy(soakMinutes: 60))
        let members = (0..<100).map { _ in RingAssignment.Member(.make()) }
        let noon = try Date("2026-05-05T12:00:00Z", strategy: .iso8601)
        let preview = DeploymentPreview(
            plan, assignment: RingAssignment(members, plan: plan, deployment: .make()),
            risks: Array(repeating: 2.5, count: 100), secondsEach: 1800, at: noon)
        #expect(preview.rings.map(\.endpoints) == [10, 90] && preview.rings.map(\.risk) == [25, 225])
        #expect(preview.endpoints == 100 && preview.risk == 250)
        func at(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }
        // All ten at once in the first hour; watched; then nine turns of half an hour, one this night, four each next.
        #expect(try preview.rings[0].starts == at("2026-05-05T22:00:00Z"))
        #expect(try preview.rings[0].ends == at("2026-05-05T22:30:00Z"))
        #expect(try preview.rings[1].starts == at("2026-05-05T23:30:00Z"))
        #expect(try preview.ends == at("2026-05-08T00:00:00Z"))
        #expect(try preview.starts == at("2026-05-05T22:00:00Z"))
    }

    @Test("an empty ring takes no time, and a window that never opens has no end")
    func edges() {
        let never = MaintenanceSchedule(
            timeZone: "UTC", windows: [.init(start: "22:00", end: "00:00")],
            blackouts: [.init(from: "2020-01-01", through: "2099-12-31")])
        var plan = DeploymentPlan(
            strategy: .staged, rings: [.init(name: "Canary", tags: ["none"]), .init(name: "Rest")])
        func preview() -> DeploymentPreview {
            DeploymentPreview(
                plan, assignment: RingAssignment([.init(.make())], plan: plan, deployment: .make()), risks: [1],
                secondsEach: 60, at: start)
        }
        #expect(preview().rings[0].starts == nil && preview().starts == start && preview().ends == start + 60)
        plan.schedules = [never]
        #expect(preview().ends == nil && preview().starts == nil)
    }
}
