import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("Steps of targets go when a tenant keeps history no longer", .database)
struct DeploymentHistoryTests {
    private let database = TestDatabase.current
    private var store: Store { database.store }

    /// A deployment that is over, to some machines of its own.
    private func ended(_ machines: Int, _ name: String, in tenant: TestTenant) async throws -> (
        fleet: PatchedFleet, id: DeploymentID
    ) {
        let fleet = try await PatchedFleet.make(machines, in: tenant, prefix: name)
        let id = try await fleet.deploy(DeploymentPlan())
        try await fleet.settle(id)
        #expect(try await store.deployments.find(id, tenant: tenant.id).status == .completed)
        return (fleet, id)
    }

    /// As if all of it had been so many days ago.
    private func age(_ id: DeploymentID, _ days: Int32, end: Int32? = nil) async throws {
        for (table, column, key, days) in [
            ("deployments", "finished_at", "id", end ?? days), ("deployment_transitions", "at", "deployment_id", days),
        ] {
            _ = try await store.owner.query(
                "UPDATE \(table) SET \(column) = \(column) - make_interval(days => $2) WHERE \(key) = $1",
                [.id(id), .int4(days)])
        }
    }

    private struct Steps: Equatable {
        let targets: Int
        let own: Int
    }

    /// Steps of a deployment's targets, and its own.
    private func steps(_ id: DeploymentID) async throws -> Steps {
        let row = try await store.owner.query(
            "SELECT count(target_id), count(*) - count(target_id) FROM deployment_transitions WHERE deployment_id = $1",
            [.id(id)])[0]
        return Steps(targets: try row.decode(0), own: try row.decode(1))
    }

    @Test("of what ended before the tenant's history begins the targets' steps go, and nothing else of it")
    func sweeps() async throws {
        let old = try await ended(3, "old", in: database.a)
        let recent = try await ended(1, "recent", in: database.a)
        let long = try await ended(1, "long", in: database.a)
        let open = try await PatchedFleet.make(2, in: database.a, prefix: "open")
        let running = try await open.deploy(DeploymentPlan())
        var places = TurnPlaces()
        try await store.deployments.keep(running, tenant: database.a.id)
        #expect(try await store.deployments.deal(&places, tenant: database.a.id) == 2)
        try await open.work(open.machines[0])
        for id in [old.id, running] { try await age(id, 91) }
        try await age(recent.id, 89)
        // It went for long: what it did first is old, but it ended lately.
        try await age(long.id, 91, end: 89)
        // What is said late is as old as it is.
        let late = old.fleet.machines[0]
        _ = try await store.owner.query(
            """
            INSERT INTO deployment_transitions
              (tenant_id, deployment_id, target_id, from_status, to_status, at, actor_kind)
            SELECT tenant_id, deployment_id, id, 'deployed', 'deployed', now() - interval '80 days', 'endpoint'
            FROM patch_deployments
            WHERE deployment_id = $1 AND endpoint_id = $2
            """, [.id(old.id), .id(late.endpoint)])

        var before: [DeploymentID: Steps] = [:]
        for id in [recent.id, long.id, running] { before[id] = try await steps(id) }
        let own = try await steps(old.id).own
        #expect(before.values.allSatisfy { $0.targets > 0 } && own > 0)
        #expect(try await store.maintenance.run())
        for (id, steps) in before { #expect(try await self.steps(id) == steps) }
        let left = try await steps(old.id)
        #expect(left.targets == 1 && left.own == own)
        let status = try await store.deployments.status(old.id, tenant: database.a.id)
        #expect(status.counts.all[.deployed] == 3)
        // What it stands on is there: it can be taken back.
        try await store.deployments.decide(
            .rollBack, old.id, tenant: database.a.id, by: database.a.administrator)
        try await old.fleet.beat()
        try await old.fleet.settle(old.id)
        #expect(try await store.deployments.find(old.id, tenant: database.a.id).status == .rolledBack)
        #expect(old.fleet.patched.isEmpty)
        // And is kept anew from then on.
        let again = try await steps(old.id).targets
        #expect(again > 1)
        #expect(try await store.maintenance.run())
        #expect(try await steps(old.id).targets == again)
    }

    @Test("each tenant's by its own days, some at a time, and not while somebody changes the deployment")
    func tenants() async throws {
        let mine = try await ended(2, "mine", in: database.a)
        let theirs = try await ended(2, "theirs", in: database.b)
        for id in [mine.id, theirs.id] { try await age(id, 100) }
        _ = try await store.owner.query(
            "UPDATE tenants SET retention_days = 365 WHERE id = $1", [.id(database.b.id)])
        let count = try await steps(mine.id).targets
        let kept = try await steps(theirs.id)
        let (deployments, tenant) = (store.deployments, database.a.id)
        try await store.app.transaction(tenant: tenant) { connection in
            _ = try await connection.query(
                "SELECT FROM deployments WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
                [.id(tenant), .id(mine.id)])
            #expect(try await deployments.expireHistory(tenant: tenant) == 0)
        }
        #expect(count > 3)
        #expect(try await deployments.expireHistory(limit: 3, tenant: tenant) == 3)
        #expect(try await steps(mine.id).targets == count - 3)
        #expect(try await store.maintenance.run())
        #expect(try await steps(mine.id).targets == 0)
        #expect(try await steps(theirs.id) == kept)
        _ = try await store.owner.query("UPDATE tenants SET retention_days = 90 WHERE id = $1", [.id(database.b.id)])
        #expect(try await store.maintenance.run())
        #expect(try await steps(theirs.id).targets == 0)
        #expect(try await steps(theirs.id).own == kept.own)
    }
}
