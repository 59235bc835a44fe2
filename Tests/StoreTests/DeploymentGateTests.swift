import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("What holds deployments up", .database)
struct DeploymentGateTests {
    private let database = TestDatabase.current
    private var deployments: DeploymentStore { database.store.deployments }
    private var tenant: TenantID { database.a.id }

    private static let rings = [DeploymentRing(name: "Canary", percent: 25), DeploymentRing(name: "All others")]

    private func status(_ id: DeploymentID) async throws -> DeploymentStore.Status {
        try await deployments.status(id, tenant: tenant)
    }

    private func sql(_ text: String) async throws { _ = try await database.store.owner.query(text) }

    @Test("a ring is watched before the next is opened; an incident on a patched endpoint halts it")
    func incidents() async throws {
        let fleet = try await PatchedFleet.make(8, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan(strategy: .staged, rings: Self.rings))
        try await fleet.settle(id)
        let soaking = try await status(id)
        #expect(soaking.deployment.status == .soaking && soaking.counts.all[.deployed] == 2)
        #expect(soaking.deployment.gate?.reasons.first?.contains("60 more minutes") == true)
        let patched = try #require(fleet.changed.first)
        let spared = try #require(fleet.endpoints.first { !fleet.changed.contains($0) })
        func alarm(_ endpoint: EndpointID, _ when: String) async throws {
            try await sql(
                """
                INSERT INTO incidents (tenant_id, endpoint_id, threat_type, severity, detected_at)
                VALUES ('\(tenant)', '\(endpoint)', 'malware', 'high', \(when))
                """)
        }
        // Neither one before it was patched nor one elsewhere says anything of the patch.
        try await alarm(patched, "now() - interval '1 day'")
        try await alarm(spared, "now()")
        try await fleet.settle(id)
        #expect(try await status(id).deployment.status == .soaking)
        try await alarm(patched, "now()")
        try await fleet.settle(id)
        let halted = try await status(id)
        #expect(halted.deployment.status == .halted && halted.deployment.gate?.evidence.incidents == 1)
        #expect(fleet.changed.count == 2)
        try await deployments.decide(.resume, id, tenant: tenant, by: database.a.administrator)
        try await sql("UPDATE deployments SET soaking_since = now() - interval '61 minutes'")
        try await fleet.settle(id)
        #expect(try await status(id).deployment.status == .completed && fleet.patched.count == 8)
    }

    @Test(
        "each ring is held to its own gate: what halts a strict canary lets a later ring go on",
        arguments: [(failing: 0, status: DeploymentStatus.halted), (1, .soaking)])
    func ownGates(failing: Int, status expected: DeploymentStatus) async throws {
        let fleet = try await PatchedFleet.make(8, in: database.a)
        // Neither is stopped by the test of failures, which counts those of all rings.
        let test = FailureTestPolicy(goodRate: 0.4, badRate: 0.8)
        let strict = GatePolicy(successPercent: 100, soakMinutes: 0, test: test)
        let plan = DeploymentPlan(
            strategy: .staged,
            rings: [
                DeploymentRing(name: "Canary", percent: 25, gate: strict), DeploymentRing(name: "Early", percent: 50),
                DeploymentRing(name: "All others"),
            ], gate: GatePolicy(successPercent: 50, soakMinutes: 60, test: test))
        let id = try await fleet.deploy(plan)
        let ring = try await deployments.targets(of: id, ring: failing, tenant: tenant).items
        fleet.set(.fails, of: ring.prefix(1).map(\.endpoint))
        try await fleet.settle(id)
        let status = try await status(id)
        #expect(status.deployment.status == expected && status.deployment.life.ring == failing)
        #expect(status.counts.all[.failed] == 1)
        let reasons = status.deployment.gate?.reasons ?? []
        #expect(
            reasons.contains { $0.contains(failing == 0 ? "100 % have to succeed" : "60 more minutes") }, "\(reasons)")
        #expect(fleet.changed.count == (failing == 0 ? 2 : 6))
    }

    @Test("what is old of alerts is counted once and kept: a look reads what is new")
    func alerts() async throws {
        let fleet = try await PatchedFleet.make(8, in: database.a)
        let gate = GatePolicy(incidents: 9, alerts: 9)
        let id = try await fleet.deploy(DeploymentPlan(strategy: .staged, rings: Self.rings, gate: gate))
        try await fleet.settle(id)
        let patched = try #require(fleet.changed.first)
        let account = try await database.store.connectors.implicitAccount(kind: .agent, tenant: tenant)
        func alarm(_ severity: String, _ minutes: Double, on endpoint: EndpointID) async throws {
            let moment = Date(timeIntervalSinceNow: -60 * minutes)
            for table in ["alerts", "incidents"] {
                _ = try await database.store.owner.query(
                    table == "alerts"
                        ? """
                        INSERT INTO alerts
                          (tenant_id, id, endpoint_id, connector_id, source_id, title, severity, status, detected_at)
                        VALUES ($1, $2, $3, $4, $2::text, 'An alert', $5, 'new', $6)
                        """
                        : """
                        INSERT INTO incidents (tenant_id, id, endpoint_id, threat_type, severity, detected_at)
                        SELECT $1, $2, $3, 'malware', 'high', $6 WHERE $4::uuid IS NOT NULL AND $5 = 'high'
                        """,
                    [
                        .id(tenant), .id(EndpointID.make(at: moment)), .id(endpoint), .id(account), .text(severity),
                        .timestamptz(moment),
                    ])
            }
        }
        func seen() async throws -> [Int] {
            try await deployments.keep(id, tenant: tenant)
            let evidence = try #require(try await status(id).deployment.gate?.evidence)
            return [evidence.alerts, evidence.incidents]
        }
        // As if it had begun two hours ago.
        try await sql("UPDATE deployments SET started_at = now() - interval '2 hours'")
        try await sql(
            """
            UPDATE patch_deployments SET deployment_date = now() - interval '100 minutes'
            WHERE deployment_date IS NOT NULL
            """)
        for minutes in [110, 90, 20, 10.0] {
            for severity in ["informational", "high"] { try await alarm(severity, minutes, on: patched) }
            try await alarm("high", minutes, on: try #require(fleet.endpoints.first { !fleet.changed.contains($0) }))
        }
        for _ in 0..<2 { #expect(try await seen() == [3, 3]) }
        // What is counted is not read again; what comes is.
        for table in ["alerts", "incidents"] {
            try await sql("DELETE FROM \(table) WHERE detected_at < now() - interval '15 minutes'")
        }
        #expect(try await seen() == [3, 3])
        try await alarm("high", 0, on: patched)
        #expect(try await seen() == [4, 4])
    }

    @Test("an endpoint that does not come back well from its restart halts the deployment")
    func health() async throws {
        let fleet = try await PatchedFleet.make(4, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan(strategy: .staged, rings: Self.rings))
        var places = TurnPlaces()
        try await deployments.keep(id, tenant: tenant)
        #expect(try await deployments.deal(&places, tenant: tenant) == 1)
        let endpoint = try #require(
            try await deployments.targets(of: id, status: .offered, tenant: tenant).items.first
        ).endpoint
        let machine = try fleet.machine(endpoint)
        let job = try #require(try await fleet.errands(of: machine).first?.job)
        for phase in [PatchReport.Phase.began, .installing, .rebooting, .verifying, .done] {
            #expect(try await fleet.say(phase, of: job, from: machine, hasChanged: true).word == .proceed)
        }
        try await deployments.keep(id, tenant: tenant)
        #expect(try await status(id).deployment.status == .soaking)
        try await sql("UPDATE agents SET last_seen_at = now() - interval '20 minutes'")
        try await deployments.keep(id, tenant: tenant)
        let halted = try await status(id)
        #expect(halted.deployment.status == .halted && halted.deployment.gate?.evidence.unhealthy == 1)
    }

    @Test("outside its window nothing is handed out, and what was handed out in it does not begin behind it")
    func windows() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        // Open all day today, or on the day after tomorrow alone.
        let days = MaintenanceSchedule.Day.allCases
        let today = (Int(Date().timeIntervalSince1970 / 86_400) + 3) % 7
        func plan(_ open: [Int]) -> DeploymentPlan {
            DeploymentPlan(
                strategy: .scheduled,
                schedules: [
                    MaintenanceSchedule(
                        timeZone: "UTC",
                        windows: [.init(days: open.map { days[$0 % 7] }, start: "00:00", end: "00:00")])
                ])
        }
        let closed = try await fleet.deploy(plan([today + 2]))
        var places = TurnPlaces()
        try await deployments.keep(closed, tenant: tenant)
        #expect(try await deployments.deal(&places, tenant: tenant) == 0)
        try await deployments.decide(.abort, closed, tenant: tenant, by: database.a.administrator)
        let open = try await fleet.deploy(plan([today, today + 1, today + 6]))
        try await deployments.keep(open, tenant: tenant)
        #expect(try await deployments.deal(&places, tenant: tenant) == 2)
        let job = try #require(try await fleet.errands(of: fleet.machines[0]).first?.job)
        _ = try await database.store.owner.query(
            "UPDATE deployments SET plan = $2 WHERE id = $1",
            [.id(open), .json(Array(try JSONEncoder().encode(plan([today + 3]))))])
        #expect(try await fleet.say(.began, of: job, from: fleet.machines[0]).word == .stop)
        #expect(try await status(open).counts.all[.waiting] == 1 && fleet.changed.isEmpty)
    }

    @Test("nothing begins before its start")
    func start() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan(startsAt: Date().addingTimeInterval(3600)))
        try await fleet.settle(id)
        #expect(try await status(id).deployment.status == .scheduled && fleet.changed.isEmpty)
    }

    @Test("a patch whose place another takes meanwhile is installed all the same: what is installed decides")
    func superseded() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        try await sql("DELETE FROM finding_set_patches")
        let id = try await fleet.deploy(DeploymentPlan())
        try await fleet.settle(id)
        #expect(try await status(id).deployment.status == .completed && fleet.changed.count == 2)
    }

    @Test("a patch whose place others take is not deployed any more: whoever asks is told what is")
    func succeeded() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        // 1 before 2 before 3, and 3 and 2 in a circle; what is only heard of, and what is for other products, is nobody's.
        try await sql(
            """
            INSERT INTO patches (kb_number, title, products, released_date, is_superseded) VALUES
              ('KB1', '', '{7,8}', '2024-01-01', true), ('KB2', '', '{7}', '2024-02-01', true),
              ('KB3', '', '{7}', '2024-03-01', false), ('KB4', '', '{9}', '2024-04-01', false),
              ('KB5', '', '{7}', '2024-05-01', false)
            """)
        try await sql(
            """
            INSERT INTO patch_supersedence (kb_number, superseded) VALUES
              ('KB2', 'KB1'), ('KB3', 'KB2'), ('KB2', 'KB3'), ('KB4', 'KB1'), ('KB9', 'KB3')
            """)
        let ids = try await database.store.owner.query(
            "SELECT id FROM patches WHERE kb_number LIKE 'KB%' ORDER BY kb_number"
        ).map { try $0.decode(0, as: PatchID.self) }
        func new(_ patch: String) -> NewDeployment {
            NewDeployment(patch: patch, endpoints: fleet.endpoints, plan: DeploymentPlan())
        }
        for patch in ["KB1", "KB2", ids[0].description] {
            let expected = DeploymentError.superseded([PatchSuccessor(id: ids[2], number: "KB3")])
            await #expect(throws: expected) {
                try await deployments.create(new(patch), tenant: tenant, by: database.a.administrator)
            }
            await #expect(throws: expected) { try await deployments.preview(new(patch), tenant: tenant) }
        }
        for patch in ["KB3", "KB4", "KB5"] {
            _ = try await deployments.create(new(patch), tenant: tenant, by: database.a.administrator)
        }
        // One that several take the place of together.
        try await sql("DELETE FROM patch_supersedence")
        try await sql("INSERT INTO patch_supersedence (kb_number, superseded) VALUES ('KB3', 'KB1'), ('KB5', 'KB1')")
        let error = await #expect(throws: DeploymentError.self) {
            try await deployments.create(new("KB1"), tenant: tenant, by: database.a.administrator)
        }
        #expect(Set(error?.successors.map(\.number) ?? []) == ["KB3", "KB5"])
        #expect(error?.message.contains("KB5") == true && error?.message.contains("KB3") == true)
    }

    @Test("what is there already is done, and taking it back has nothing to do")
    func content() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a)
        try await sql("DELETE FROM finding_set_patches")
        try await sql("UPDATE endpoints SET software_set = NULL")
        let done = try await fleet.deploy(DeploymentPlan())
        try await fleet.settle(done)
        #expect(try await status(done).deployment.status == .completed && fleet.changed.isEmpty)
        try await deployments.decide(.rollBack, done, tenant: tenant, by: database.a.administrator)
        try await fleet.settle(done)
        #expect(try await status(done).deployment.status == .rolledBack && fleet.changed.isEmpty)
    }

    @Test("a webhook is told when a deployment starts, opens a ring, and ends, once each")
    func notices() async throws {
        try await database.store.webhooks.put(
            url: "https://hooks.example.test/", host: "hooks.example.test", secret: [1], isEnabled: true,
            by: database.a.administrator)
        let fleet = try await PatchedFleet.make(4, in: database.a)
        let gate = GatePolicy(soakMinutes: 0)
        let id = try await fleet.deploy(DeploymentPlan(strategy: .staged, rings: Self.rings, gate: gate))
        for _ in 0..<2 { try await fleet.settle(id) }
        let told = try await database.store.outbox.list(.init(), tenant: tenant).items.reversed().map { message in
            #expect(message.kind == "deployment.changed")
            return try JSONDecoder().decode(Notice.self, from: Data(message.payload)).deployment
        }
        #expect(told.map(\.event) == ["started", "ring_opened", "completed"])
        #expect(told.last?.deployed == 4 && told.last?.patch == "DSA-1-1" && told.last?.id == id.description)
    }

    private struct Notice: Decodable {
        struct Deployment: Decodable {
            let event: String
            let id: String
            let patch: String
            let deployed: Int
        }
        let deployment: Deployment
    }
}
