import Domain
import FoundationEssentials
import Postgres
import Risk
import Store
import TestSupport
import Testing

@Suite("What if", .database)
struct SimulationTests {
    let database = TestDatabase.current
    var store: Store { database.store }
    var tenant: TenantID { database.a.id }

    private func seeded() async throws -> [EndpointID] {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(5, in: database.a)
        try await store.endpoints.setContext(
            ids[0], exposure: "external", criticality: "crown", by: database.a.administrator)
        try await database.addEndpoints(1, packages: SeedPackages.updated, prefix: "done", in: database.a)
        try await database.scan(database.a)
        return ids
    }

    /// The fleet as it is.
    private func state() async throws -> SimulationStore.State {
        let overview = try await store.overview.load(tenant: tenant)
        var state = SimulationStore.State()
        state.meanRisk = overview.meanRisk
        state.highestRisk = overview.highestRisk
        state.healthy = overview.byStatus[.healthy] ?? 0
        state.atRisk = overview.byStatus[.atRisk] ?? 0
        state.critical = overview.byStatus[.critical] ?? 0
        state.openFindings = overview.openFindings
        return state
    }

    private func expect(
        _ left: SimulationStore.State, _ right: SimulationStore.State, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(abs(left.meanRisk - right.meanRisk) < 1e-6, sourceLocation: location)
        var (one, other) = (left, right)
        one.meanRisk = 0
        other.meanRisk = 0
        #expect(one == other, sourceLocation: location)
    }

    @Test("the answer is what follows when the updates are made")
    func follows() async throws {
        let ids = try await seeded()
        let outcome = try await store.simulation.simulate(
            [.package("openssl"), .package("curl", version: "7.88.1-10+deb12u6"), .package("bash", version: "6")],
            tenant: tenant)
        expect(outcome.before, try await state())
        #expect(outcome.endpoints == 5 && outcome.findings == 15)
        #expect(Set(outcome.gains.map(\.id)) == Set(ids))
        _ = try await store.inventories.ingest(
            (0..<5).map {
                Seed.inventory("host-\($0)", packages: SeedPackages.updated, at: Seed.moment.addingTimeInterval(60))
            }, tenant: tenant)
        try await database.scan(database.a, at: Seed.moment.addingTimeInterval(60))
        expect(outcome.after, try await state())
        for gain in outcome.gains {
            #expect(try await store.endpoints.detail(gain.id, tenant: tenant).summary.riskScore == gain.after)
        }
    }

    @Test("a version fixes what it reaches, and a package without a fix stays")
    func versions() async throws {
        _ = try await seeded()
        func fixed(_ fix: SimulationStore.Fix) async throws -> Int {
            try await store.simulation.simulate([fix], tenant: tenant).findings
        }
        #expect(try await fixed(.package("curl", version: "7.88.1-10+deb12u5")) == 0)
        #expect(try await fixed(.package("curl", version: "7.88.1-10+deb12u6")) == 5)
        #expect(try await fixed(.package("libssl3")) == 5)
        #expect(try await fixed(.package("zlib")) == 0)
        #expect(try await fixed(.package("curl", ecosystem: "other")) == 0)
        #expect(try await fixed(.vulnerability(SeedFeeds.unfixed)) == 6)
        #expect(try await fixed(.vulnerability("CVE-1999-0000")) == 0)
        #expect(try await store.simulation.simulate([.package("curl")], tenant: database.b.id).before.openFindings == 0)
    }

    @Test("the plan takes the updates that remove most, with the versions to bring them to")
    func plans() async throws {
        _ = try await seeded()
        let plan = try await store.simulation.plan(count: 2, tenant: tenant)
        #expect(plan.plan.updates.map(\.package) == ["openssl", "curl"])
        #expect(plan.versions == ["3.0.13-1~deb12u1", "7.88.1-10+deb12u6"])
        #expect(plan.plan.reboots == 0 && plan.plan.risk == plan.plan.bound)
        let simulated = try await store.simulation.simulate([.package("openssl"), .package("curl")], tenant: tenant)
        #expect(plan.outcome.after == simulated.after)
        #expect(plan.plan.updates[0].endpoints == 5)
    }
}
