import Domain
import FoundationEssentials
import Postgres
import Response
import Store
import TestSupport
import Testing

@Suite("What sources are asked to do", .database)
struct ActionStoreTests {
    let database = TestDatabase.current
    var actions: ActionStore { database.store.actions }
    var tenant: TenantID { database.a.id }
    private let kinds = ["crowdstrike", "microsoft", "sentinelone"]

    private var analyst: Principal {
        get throws {
            let user = try #require(database.a.users[.analyst])
            return Principal(tenant: tenant, role: .analyst, subject: .user(user.id), name: user.email)
        }
    }

    private func decide(
        _ kind: ActionKind = .isolate, _ endpoint: EndpointID, sources: Set<ConnectorID>? = nil
    ) async throws -> ActionDecision {
        try await actions.decide(
            NewAction(endpoint: endpoint, kind: kind, reason: "malware", sources: sources), tenant: tenant, by: analyst)
    }

    private func take() async throws -> ActionRecord? { try await actions.take(worker: "one", kinds: kinds) }

    private func status(_ decision: ActionDecision) async throws -> ActionStatus {
        try await actions.find(decision.id, tenant: tenant).status
    }

    private func sql(_ text: String) async throws { _ = try await database.store.owner.query(text) }

    @Test("a decision goes to every source that can do it, or to those that are chosen, and is told in the trail")
    func everySource() async throws {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        await #expect(throws: StoreError.self) { try await decide(endpoint) }
        let falcon = try await database.addSource("falcon", device: "f1", of: endpoint, in: database.a)
        _ = try await database.addSource("sentinel", kind: "sentinelone", device: "s1", of: endpoint, in: database.a)
        _ = try await database.addSource("scanner", kind: "discovery", device: "d1", of: endpoint, in: database.a)
        let both = try await decide(endpoint)
        #expect(both.actions.map(\.source) == ["falcon", "sentinel"] && both.status == .pending)
        #expect(both.actions[0].request.action == .isolate(device: "f1") && both.reason == "malware")
        #expect(both.actions[0].transitions.map(\.status) == [.pending])
        let one = try await decide(.scan, endpoint, sources: [falcon])
        #expect(one.actions.map(\.source) == ["falcon"])
        #expect(try await actions.ofEndpoint(endpoint, tenant: tenant).map(\.id) == [one.id, both.id])
        let trail = try await database.store.audit.list(.init(action: "action.request"), tenant: tenant).items
        #expect(trail.count == 2 && trail[0].actor == "analyst@alpha.test")
        await #expect(throws: StoreError.self) {
            try await actions.find(both.id, tenant: database.b.id)
        }
        await #expect(throws: StoreError.notFound(kind: "endpoint", id: endpoint.description)) {
            try await actions.decide(
                NewAction(endpoint: endpoint, kind: .scan, reason: ""), tenant: database.b.id,
                by: database.b.administrator)
        }
    }

    private func decide(_ endpoint: EndpointID) async throws -> ActionDecision { try await decide(.isolate, endpoint) }

    @Test("the same is not begun twice at one source while it is under way")
    func underWay() async throws {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        _ = try await database.addSource("falcon", device: "f1", of: endpoint, in: database.a)
        let first = try await decide(endpoint)
        await #expect(throws: StoreError.self) { try await decide(endpoint) }
        let action = try #require(try await take())
        try await actions.settle(action, .answered(.unknown("lost")))
        #expect(try await status(first) == .unknown)
        // A person who looked at the machine may decide anew.
        _ = try await decide(endpoint)
    }

    @Test("an action is taken once, a device is asked for one thing after the other, and tenants share")
    func taking() async throws {
        let endpoints = try await database.addEndpoints(2, in: database.a)
        let falcon = try await database.addSource("falcon", device: "f1", of: endpoints[0], in: database.a)
        try await database.link("f2", of: falcon, to: endpoints[1], in: database.a)
        _ = try await decide(.isolate, endpoints[0])
        _ = try await decide(.release, endpoints[0])
        _ = try await decide(.isolate, endpoints[1])
        let first = try #require(try await take())
        let second = try #require(try await take())
        #expect(first.request.action == .isolate(device: "f1") && second.request.action == .isolate(device: "f2"))
        #expect(try await take() == nil)
        let receipt = ActionReceipt(reference: "42", state: .pending)
        #expect(try await actions.settle(first, .answered(.pending), receipt: receipt) == .inProgress)
        #expect(try await take()?.request.action == .release(device: "f1"))
        #expect(try await actions.take(worker: "two", kinds: ["sophos"]) == nil)
    }

    @Test("what a worker was sending when it died is never taken again, and asking may tell")
    func vanished() async throws {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        _ = try await database.addSource("falcon", device: "f1", of: endpoint, in: database.a)
        let decision = try await decide(endpoint)
        let action = try #require(try await take())
        #expect(try await actions.sweep() == 0)
        try await sql("UPDATE device_actions SET locked_until = now() - interval '1 second'")
        #expect(try await actions.sweep() == 1)
        #expect(try await status(decision) == .unknown)
        try await sql("UPDATE device_actions SET next_at = now()")
        #expect(try await take() == nil)
        let check = try #require(try await actions.takeCheck(worker: "two", kinds: kinds))
        #expect(try await actions.takeCheck(worker: "three", kinds: kinds) == nil)
        #expect(try await actions.settleCheck(check, .unknown("nobody knows")) == .unknown)
        // The worker was only slow: its answer counts.
        #expect(try await actions.settle(action, .answered(.inProgress)) == .inProgress)
        try await sql("UPDATE device_actions SET next_at = now()")
        let again = try #require(try await actions.takeCheck(worker: "two", kinds: kinds))
        #expect(try await actions.settleCheck(again, .completed("contained")) == .completed)
        let ended = try await actions.find(decision.id, tenant: tenant)
        #expect(ended.finishedAt != nil && ended.actions[0].message == "contained")
        #expect(
            ended.actions[0].transitions.map(\.status) == [
                .pending, .sending, .unknown, .unknown, .inProgress, .completed,
            ])
        #expect(try await actions.settle(action, .answered(.failed("late"))) == nil)
    }

    @Test("what could not be sent is tried again, within its time; what is not done in time is unknown")
    func time() async throws {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        _ = try await database.addSource("falcon", device: "f1", of: endpoint, in: database.a)
        let decision = try await decide(endpoint)
        let action = try #require(try await take())
        #expect(try await actions.settle(action, .putOff("no network"), asked: 90) == .pending)
        #expect(try await take() == nil)
        let waiting = try #require(try await actions.find(decision.id, tenant: tenant).actions.first?.nextAt)
        #expect(waiting.timeIntervalSinceNow > 80)
        try await sql("UPDATE device_actions SET deadline_at = now() - interval '1 second'")
        #expect(try await actions.sweep() == 1)
        let failed = try await actions.find(decision.id, tenant: tenant)
        #expect(failed.status == .failed && failed.actions[0].message?.contains("no network") == true)
        let second = try await decide(endpoint)
        try await actions.settle(try #require(try await take()), .answered(.inProgress))
        try await sql("UPDATE device_actions SET deadline_at = now() - interval '1 second'")
        try await actions.sweep()
        #expect(try await status(second) == .unknown)
        // A person may ask again; a source that has it says so.
        _ = try await actions.requestCheck(second.id, tenant: tenant, by: analyst)
        #expect(try await actions.takeCheck(worker: "one", kinds: kinds) != nil)
        await #expect(throws: StoreError.self) {
            try await actions.requestCheck(decision.id, tenant: tenant, by: analyst)
        }
    }

    @Test("what waits is taken back, what was sent is not; without its connector it ends")
    func withdrawn() async throws {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        let falcon = try await database.addSource("falcon", device: "f1", of: endpoint, in: database.a)
        let first = try await decide(endpoint)
        #expect(try await actions.withdraw(first.id, tenant: tenant, by: analyst).status == .failed)
        await #expect(throws: StoreError.self) { try await actions.withdraw(first.id, tenant: tenant, by: analyst) }
        let second = try await decide(endpoint)
        try await actions.settle(try #require(try await take()), .answered(.inProgress))
        let third = try await decide(.scan, endpoint)
        try await database.store.connectors.remove(falcon, tenant: tenant, by: database.a.administrator)
        #expect(try await actions.sweep() == 2)
        #expect(try await status(second) == .unknown)
        #expect(try await status(third) == .failed)
        let kept = try await actions.find(second.id, tenant: tenant).actions[0]
        #expect(kept.connector == nil && kept.source == "falcon")
    }

    @Test("a device that fetches its actions gets each once, and its report counts once")
    func fetching() async throws {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        let agents = try await database.addSource("agents", kind: "agent", device: "a1", of: endpoint, in: database.a)
        let decision = try await decide(endpoint)
        #expect(try await actions.take(worker: "one", kinds: ["agent"]) == nil)
        #expect(try await actions.fetch(device: "other", of: agents, tenant: tenant).isEmpty)
        let requests = try await actions.fetch(device: "a1", of: agents, tenant: tenant)
        #expect(requests.map(\.action) == [.isolate(device: "a1")])
        #expect(try await actions.fetch(device: "a1", of: agents, tenant: tenant).isEmpty)
        #expect(try await status(decision) == .inProgress)
        await #expect(throws: StoreError.self) {
            try await actions.requestCheck(decision.id, tenant: tenant, by: analyst)
        }
        let id = ActionID(requests[0].id)
        await #expect(throws: StoreError.self) {
            try await actions.report(id, .completed(""), device: "other", of: agents, tenant: tenant)
        }
        for state in [ActionState.completed("isolated"), .failed("too late")] {
            try await actions.report(id, state, device: "a1", of: agents, tenant: tenant)
        }
        let ended = try await actions.find(decision.id, tenant: tenant)
        #expect(ended.status == .completed && ended.actions[0].message == "isolated")
    }

    @Test("the published table of Microsoft's actions is kept in step for what people ask for")
    func mirror() async throws {
        let endpoint = try await database.addEndpoints(in: database.a)[0]
        _ = try await database.addSource("defender", kind: "microsoft", device: "m1", of: endpoint, in: database.a)
        _ = try await database.store.app.query(
            "INSERT INTO edr_devices (tenant_id, microsoft_device_id, device_name) VALUES ($1, 'm1', 'm1')",
            [.id(tenant)], tenant: tenant)
        func published() async throws -> [String] {
            try await database.store.app.query(
                "SELECT action_type || ' ' || status || coalesce(' ' || result_message, '') FROM edr_actions ORDER BY id",
                [], tenant: tenant
            ).map { try $0.decode(0) }
        }
        _ = try await decide(endpoint)
        #expect(try await published() == ["isolate pending"])
        let action = try #require(try await take())
        try await actions.settle(action, .answered(.unknown("no answer")))
        #expect(try await published() == ["isolate in_progress no answer"])
        try await sql("UPDATE device_actions SET next_at = now()")
        let check = try #require(try await actions.takeCheck(worker: "one", kinds: kinds))
        try await actions.settleCheck(check, .completed("Isolated"))
        #expect(try await published() == ["isolate completed Isolated"])
        // A token is no person.
        let token = Principal(tenant: tenant, role: .analyst, subject: .system, name: "a program")
        _ = try await actions.decide(
            NewAction(endpoint: endpoint, kind: .release, reason: ""), tenant: tenant, by: token)
        #expect(try await published().count == 1)
        let analyst = try #require(database.a.users[.analyst])
        await #expect(throws: PostgresError.self) {
            _ = try await database.store.owner.query("DELETE FROM users WHERE id = $1", [.id(analyst.id)])
        }
    }
}
