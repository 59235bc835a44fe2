import Domain
import FoundationEssentials
import Patching
import Postgres
import Store
import TestSupport
import Testing

@Suite("What has to be installed before an update of Windows", .database)
struct PatchPrerequisiteTests {
    private let database = TestDatabase.current
    private var store: Store { database.store }
    private var deployments: DeploymentStore { store.deployments }
    private var tenant: TenantID { database.a.id }

    private func sql(_ text: String) async throws { _ = try await store.owner.query(text) }

    /// What an update needs is KB5043124 on Windows Server 2016 and KB5044412 on Windows Server 2012; KB5050109 is a newer
    /// servicing stack of Windows Server 2016, and KB5060000 says that it takes the place of KB5043124.
    private func fill() async throws {
        try await sql(
            """
            INSERT INTO patches (kb_number, title, released_date, products, is_servicing_stack) VALUES
              ('KB5043051', '', '2024-09-10', '{Windows Server 2016,Windows Server 2012}', false),
              ('KB5039334', '', '2024-06-11', '{Windows Server 2016}', true),
              ('KB5043124', '', '2024-09-10', '{Windows Server 2016}', true),
              ('KB5050109', '', '2025-01-14', '{Windows Server 2016}', true),
              ('KB5044412', '', '2024-09-10', '{Windows Server 2012}', true),
              ('KB5060000', '', '2025-06-10', '{Windows Server 2016}', false)
            """)
        try await sql("INSERT INTO patch_supersedence (kb_number, superseded) VALUES ('KB5060000', 'KB5043124')")
        try await sql(
            """
            INSERT INTO patch_prerequisites (kb_number, prerequisite)
            VALUES ('KB5043051', 'KB5043124'), ('KB5043051', 'KB5044412')
            """)
    }

    /// A server that lists these updates.
    private static func machine(_ name: String, _ version: String, _ year: String, _ updates: [String]) -> Inventory {
        var inventory = Seed.inventory(name, packages: [])
        inventory.os = OperatingSystem(
            type: "windows", id: "windows", name: "Microsoft Windows Server \(year) Standard", version: version)
        inventory.updates = updates.map { InstalledUpdate(id: $0) }
        return inventory
    }

    private static func machine(_ name: String, _ updates: [String]) -> Inventory {
        machine(name, "10.0.14393", "2016", updates)
    }

    private func add(_ machines: [Inventory], needing update: String) async throws -> [EndpointID] {
        _ = try await store.inventories.ingest(machines, tenant: tenant)
        var endpoints: [EndpointID] = []
        for machine in machines {
            let rows = try await store.app.query(
                "SELECT id FROM endpoints WHERE tenant_id = $1 AND device_id = $2",
                [.id(tenant), .text(machine.deviceID)], tenant: tenant)
            endpoints.append(try rows[0].decode(0))
        }
        _ = try await PatchedFleet.needed(by: endpoints, update: update, in: database.a)
        return endpoints
    }

    private func new(_ update: String, _ endpoints: [EndpointID]) -> NewDeployment {
        NewDeployment(patch: update, endpoints: endpoints, plan: DeploymentPlan(), reason: "a test")
    }

    /// Deals the jobs of a deployment to the tenant's webhook.
    private func dealt(_ update: String, _ endpoints: [EndpointID]) async throws -> [EndpointID: DeploymentTarget] {
        _ = try await store.owner.query(
            """
            INSERT INTO patch_webhooks (tenant_id, url, callback_url, secret, updated_by)
            VALUES ($1, 'https://patches.example.test/', 'https://garrison.example.test', sha256('sealed'), 'test')
            ON CONFLICT DO NOTHING
            """, [.id(tenant)], tenant: tenant)
        let id = try await deployments.create(new(update, endpoints), tenant: tenant, by: database.a.administrator)
        try await deployments.keep(id, tenant: tenant)
        var places = TurnPlaces()
        _ = try await deployments.deal(&places, tenant: tenant)
        let targets = try await deployments.targets(of: id, tenant: tenant).items
        return Dictionary(uniqueKeysWithValues: targets.map { ($0.endpoint, $0) })
    }

    @Test("each endpoint is given first what it lacks of it, by its system; the preview counts it")
    func perEndpoint() async throws {
        try await fill()
        let cases: [(machine: Inventory, first: [String])] = [
            (Self.machine("lacks", ["KB4049065"]), ["KB5043124"]),
            (Self.machine("lists-none", []), ["KB5043124"]),
            (Self.machine("has-an-older", ["KB5039334"]), ["KB5043124"]),
            (Self.machine("has", ["KB5043124"]), []),
            (Self.machine("has-a-newer", ["KB5050109"]), []),
            (Self.machine("has-what-replaced-it", ["KB5060000"]), []),
            (Self.machine("other-system", "6.2.9200", "2012", []), ["KB5044412"]),
            (Self.machine("other-system-has", "6.2.9200", "2012", ["KB5044412"]), []),
            // That of another system is none.
            (Self.machine("has-a-stranger", "6.2.9200", "2012", ["KB5050109"]), ["KB5044412"]),
            // Nothing tells which: all that may be needed.
            (Seed.inventory("unknown-system", packages: []), ["KB5043124", "KB5044412"]),
        ]
        let endpoints = try await add(cases.map(\.machine), needing: "KB5043051")
        let preview = try await deployments.preview(new("KB5043051", endpoints), tenant: tenant)
        #expect(
            preview.prerequisites == [.init("KB5043124", endpoints: 4), .init("KB5044412", endpoints: 3)])
        #expect(preview.obstacles == [])
        let targets = try await dealt("KB5043051", endpoints)
        for (endpoint, one) in zip(endpoints, cases) {
            let names = targets[endpoint]?.packages?.map(\.name) ?? []
            #expect(names.last == "KB5043051", "\(one.machine.hostname)")
            #expect(names.dropLast().sorted() == one.first, "\(one.machine.hostname): \(names)")
        }
        let places = try await store.patchJobs.due(limit: 100)
        #expect(places.count == endpoints.count)
        for place in places {
            let job = try #require(try await store.patchJobs.take(place)?.job)
            let work = try #require(job.work)
            #expect(work.packages == [] && work.updates == targets[work.job.endpoint]?.packages?.map(\.name))
        }
    }

    @Test("what needs something first comes behind it, however far that goes")
    func chain() async throws {
        try await sql(
            """
            INSERT INTO patch_prerequisites (kb_number, prerequisite)
            VALUES ('KB7000001', 'KB7000002'), ('KB7000002', 'KB7000003'), ('KB7000001', 'KB7000003')
            """)
        try await sql("INSERT INTO patches (kb_number, title) VALUES ('KB7000002', ''), ('KB7000003', '')")
        let endpoints = try await add(
            [Self.machine("none", []), Self.machine("one", ["KB7000003"])], needing: "KB7000001")
        let targets = try await dealt("KB7000001", endpoints)
        #expect(
            endpoints.map { targets[$0]?.packages?.map(\.name) } == [
                ["KB7000003", "KB7000002", "KB7000001"], ["KB7000002", "KB7000001"],
            ])
    }

    @Test("where what is needed cannot be had, the endpoint is told why and nothing is begun")
    func impossible() async throws {
        // KB7000009 is only heard of; of KB7000012 and KB7000013 each needs the other.
        try await sql("INSERT INTO patches (kb_number, title) VALUES ('KB7000012', ''), ('KB7000013', '')")
        try await sql(
            """
            INSERT INTO patch_prerequisites (kb_number, prerequisite) VALUES
              ('KB7000001', 'KB7000009'), ('KB7000011', 'KB7000012'), ('KB7000012', 'KB7000013'),
              ('KB7000013', 'KB7000012')
            """)
        for (update, lacks) in [("KB7000001", "KB7000009"), ("KB7000011", "KB7000012")] {
            let endpoints = try await add(
                [Self.machine("\(update)-lacks", []), Self.machine("\(update)-has", [lacks])], needing: update)
            let reason = "It needs \(lacks) first, and nothing that can be installed here brings that."
            let preview = try await deployments.preview(new(update, endpoints), tenant: tenant)
            #expect(preview.obstacles == [.init(reason, endpoints: 1)] && preview.prerequisites == [])
            let targets = try await dealt(update, endpoints)
            #expect(targets[endpoints[0]]?.life.status == .failed)
            #expect(targets[endpoints[0]]?.life.message == reason)
            #expect(targets[endpoints[0]]?.life.hasChanged == false)
            #expect(targets[endpoints[1]]?.packages?.map(\.name) == [update])
        }
    }

    @Test("a circle of supersedence brings what is needed once; without a known one, what has taken its place does")
    func circles() async throws {
        try await sql("INSERT INTO patches (kb_number, title) VALUES ('KB7000002', ''), ('KB7000003', '')")
        try await sql(
            """
            INSERT INTO patch_supersedence (kb_number, superseded)
            VALUES ('KB7000002', 'KB7000003'), ('KB7000003', 'KB7000002'), ('KB7000003', 'KB7000004')
            """)
        try await sql(
            """
            INSERT INTO patch_prerequisites (kb_number, prerequisite)
            VALUES ('KB7000001', 'KB7000002'), ('KB7000011', 'KB7000004')
            """)
        let first = try await add(
            [Self.machine("lacks", []), Self.machine("has-the-other", ["KB7000003"])], needing: "KB7000001")
        let targets = try await dealt("KB7000001", first)
        #expect(
            first.map { targets[$0]?.packages?.map(\.name) } == [["KB7000002", "KB7000001"], ["KB7000001"]])
        let second = try await add([Self.machine("lacks-it", [])], needing: "KB7000011")
        let replaced = try await dealt("KB7000011", second)[second[0]]?.packages?.map(\.name) ?? []
        #expect(replaced.count == 2 && replaced.last == "KB7000011")
        #expect(Set(replaced).isSubset(of: ["KB7000002", "KB7000003", "KB7000011"]))
    }

    @Test("a patch tells what it needs first, the nearest first; other tenants are told the same")
    func detail() async throws {
        try await fill()
        try await sql("INSERT INTO patch_prerequisites (kb_number, prerequisite) VALUES ('KB5043124', 'KB7000009')")
        let id = try await store.patches.named("KB5043051")
        for tenant in [database.a.id, database.b.id] {
            let first = try await store.patches.detail(id, tenant: tenant).prerequisites
            #expect(first.map(\.number) == ["KB5043124", "KB5044412", "KB7000009"])
            #expect(first.map(\.distance) == [1, 1, 2] && first.map { $0.id == nil } == [false, false, true])
        }
    }
}
