import API
import AgentProtocol
import Domain
import FoundationEssentials
import Objects
import Store
import TestSupport
import Testing

extension PatchAgentTests {
    @Test(
        "a job's log is kept for whoever may see the deployment, the last one counts, and it goes when its time is over"
    )
    func logs() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a, prefix: "http")
        try await TestAPI.run { api in
            let (agent, told) = try await enrol(api, "http-0")
            let (other, _) = try await enrol(api, "http-1")
            _ = try await ask(api, agent, 1, key: told)
            let id = try await fleet.deploy(DeploymentPlan())
            let job = PatchJob(deployment: id, endpoint: fleet.endpoints[0], kind: .install, attempt: 1)
            let route = "/api/agents/patches/log"
            func send(_ log: String, _ sequence: Int64, as sender: Agent, _ job: PatchJob) async throws -> Int {
                try await post(api, route, PatchLogReport(job: job, log: log), as: sender, sequence).status
            }
            #expect(try await send("first", 2, as: agent, job) == 204)
            let long = String(repeating: "line\n\u{1}", count: PatchLogReport.longest / 6)
            #expect(try await send(long, 3, as: agent, job) == 204)
            // Of another's machine, of an attempt that there was not, of no deployment.
            #expect(try await send("x", 1, as: other, job) == 404)
            let second = PatchJob(deployment: id, endpoint: fleet.endpoints[0], kind: .install, attempt: 2)
            #expect(try await send("x", 4, as: agent, second) == 404)
            let none = PatchJob(deployment: .make(), endpoint: fleet.endpoints[0], kind: .install, attempt: 1)
            #expect(try await send("x", 5, as: agent, none) == 404)

            let targets = try await api.send(
                "GET", "/api/patches/deployments/\(id)/targets", token: database.a.tokens[.viewer])
            let paths = try targets.json.elements.compactMap { $0["log_path"]?.text }
            #expect(paths.count == 1)
            let path = paths.first ?? ""
            let whole = try await api.send("GET", path, token: database.a.tokens[.viewer])
            #expect(whole.status == 200 && whole.text == long && whole["content-type"] == "text/plain")
            let end = try await api.send(
                "GET", path, token: database.a.tokens[.viewer], headers: ["Range: bytes=\(long.utf8.count - 6)-"])
            #expect(end.status == 206 && end.text == "line\n\u{1}")
            #expect(try await api.send("GET", path, token: database.b.tokens[.admin]).status == 404)
            #expect(try await api.send("GET", path).status == 401)

            // The first was replaced, and is swept; the other goes with the tenant's retention.
            let shelf = PatchShelf(store: database.store, objects: api.objects)
            #expect(try await shelf.sweep() == 1)
            _ = try await database.store.owner.query("UPDATE patch_logs SET sent_at = sent_at - interval '89 days'")
            #expect(try await shelf.sweep() == 0)
            _ = try await database.store.owner.query("UPDATE patch_logs SET sent_at = sent_at - interval '2 days'")
            #expect(try await shelf.sweep() == 1)
            #expect(try await api.objects.list("tenants/").objects.isEmpty)
            #expect(try await api.send("GET", path, token: database.a.tokens[.viewer]).status == 404)
        }
    }

    @Test("after the key was replaced, as often as it was, an agent that was away goes on with orders of the new one")
    func rotation() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a, prefix: "http")
        try await TestAPI.run { api in
            let (agent, told) = try await enrol(api, "http-0")
            var key = try #require(told)
            _ = try await ask(api, agent, 1, key: key)
            #expect(
                try await api.send("POST", "/api/patches/keys/rotate", token: database.a.tokens[.analyst]).status == 403
            )
            for _ in 0..<2 {
                let reply = try await api.send("POST", "/api/patches/keys/rotate", token: database.a.tokens[.admin])
                #expect(reply.status == 201, "\(reply.text)")
            }
            let list = try await api.send("GET", "/api/patches/keys", token: database.a.tokens[.admin])
            let keys = try list.json.elements
            #expect(keys.count == 3 && keys.filter { $0["retired_at"] == .null }.count == 1)
            #expect(keys[0]["retired_at"] == .null && keys[2]["id"]?.text == key.id)

            let id = try await fleet.deploy(DeploymentPlan())
            var places = TurnPlaces()
            try await database.store.deployments.keep(id, tenant: tenant)
            #expect(try await database.store.deployments.deal(&places, tenant: tenant) == 1)
            let (work, nonce) = try await ask(api, agent, 2, key: key)
            #expect(work.keyChanges?.count == 2)
            key = key.successor(by: work.keyChanges ?? [], tenant: tenant)
            #expect(key.id == keys[0]["id"]?.text)
            let signed = try #require(work.orders?.first)
            _ = try signed.opened(with: key, tenant: tenant, agent: agent.id, nonce: nonce, elapsed: .seconds(1))
            // Once it believes the new one it is told nothing of keys any more.
            #expect(try await ask(api, agent, 3, key: key).work.keyChanges == nil)
            let trail = try await database.store.audit.list(.init(), tenant: tenant).items.map(\.action)
            #expect(trail.filter { $0 == "patch_key.replace" }.count == 2)
        }
    }
}
