import API
import AgentProtocol
import Domain
import FoundationEssentials
import Identity
import Store
import TestSupport
import Testing

/// An agent that speaks HTTP: enrolled, handed signed orders, asking before it begins.
@Suite("Patch jobs of agents over HTTP", .database)
struct PatchAgentTests {
    let database = TestDatabase.current
    var tenant: TenantID { database.a.id }

    struct Agent {
        let key: AgentKey
        let tenant: TenantID
        let id: AgentID
        let facts: AgentFacts
        let instance: UUID
    }

    func post(
        _ api: TestAPI, _ path: String, _ body: some Encodable, as agent: Agent, _ sequence: Int64
    ) async throws -> Reply {
        let bytes = try AgentJSON.encode(body)
        let unsigned = AgentSignature(
            tenant: agent.tenant, agent: agent.id, instance: agent.instance, sequence: sequence)
        let signature = try agent.key.sign(unsigned, method: "POST", path: path, body: bytes)
        return try await api.send(
            "POST", path, headers: ["Content-Type: application/json", "Authorization: \(signature.header)"],
            body: bytes)
    }

    func enrol(_ api: TestAPI, _ name: String) async throws -> (agent: Agent, key: OrderKey?) {
        let (key, token) = (AgentKey(), EnrolmentToken.make(for: tenant))
        try await database.store.enrolments.create(
            name: name, uses: 1, mayReplace: true, hash: token.digest, expiresAt: Date().addingTimeInterval(3600),
            tenant: tenant, by: database.a.administrator)
        let facts = AgentFacts(deviceID: "device-\(name)", hostname: name, version: "1")
        let enrolment = AgentEnrolment(
            token: token.text, publicKey: Data(key.publicKey).base64EncodedString(), facts: facts)
        let stranger = Agent(key: key, tenant: tenant, id: .make(), facts: facts, instance: UUID())
        let reply = try await post(api, "/api/agents/enrol", enrolment, as: stranger, 1)
        let enrolled = try AgentJSON.decode(AgentEnrolled.self, from: Array(reply.text.utf8))
        return (
            Agent(key: key, tenant: tenant, id: enrolled.agent, facts: facts, instance: UUID()), enrolled.orderKey
        )
    }

    func ask(
        _ api: TestAPI, _ agent: Agent, _ sequence: Int64, key: OrderKey?, underWay: [String] = []
    ) async throws -> (work: AgentWork, nonce: UUID) {
        let nonce = UUID()
        let heartbeat = AgentHeartbeat(
            facts: agent.facts, isIsolated: false, queued: 0, dropped: 0, wait: 0,
            patching: PatchAbilities(tools: [.apt], key: key?.id, nonce: nonce, underWay: underWay))
        let reply = try await post(api, "/api/agents/work", heartbeat, as: agent, sequence)
        #expect(reply.status == 200, "\(reply.text)")
        return (try AgentJSON.decode(AgentWork.self, from: Array(reply.text.utf8)), nonce)
    }

    @Test("an order is signed with the key that the agent was told, is for it alone, and is begun by the server's word")
    func order() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a, prefix: "http")
        try await TestAPI.run { api in
            let (agent, told) = try await enrol(api, "http-0")
            let key = try #require(told)
            #expect(try await ask(api, agent, 1, key: key).work.orders == nil)
            let id = try await fleet.deploy(DeploymentPlan(reboot: RebootPolicy(.never)))
            var places = TurnPlaces()
            try await database.store.deployments.keep(id, tenant: tenant)
            #expect(try await database.store.deployments.deal(&places, tenant: tenant) == 1)
            let (work, nonce) = try await ask(api, agent, 2, key: key)
            let signed = try #require(work.orders?.first)
            let order = try signed.opened(
                with: key, tenant: tenant, agent: agent.id, nonce: nonce, elapsed: .seconds(1))
            #expect(order.tool == .apt && order.reboot.mode == .never)
            #expect(order.packages.map(\.version) == ["7.88.1-10+deb12u6"])
            func say(_ phase: PatchReport.Phase, _ sequence: Int64) async throws -> Reply {
                try await post(
                    api, "/api/agents/patches",
                    PatchReport(job: order.job, phase: phase, message: "", hasChanged: true),
                    as: agent, sequence)
            }
            #expect(try await say(.began, 3).json["word"]?.text == "proceed")
            #expect(try await say(.began, 3).status == 409)
            // At it: it is not handed out again, and its heartbeat says that it lives.
            #expect(try await ask(api, agent, 4, key: key, underWay: [order.job.description]).work.orders == nil)
            #expect(try await say(.done, 5).json["word"]?.text == "proceed")
            try await database.store.deployments.keep(id, tenant: tenant)
            #expect(try await database.store.deployments.find(id, tenant: tenant).status == .completed)
            // Nobody else speaks for it.
            let forger = Agent(
                key: AgentKey(), tenant: tenant, id: agent.id, facts: agent.facts, instance: agent.instance)
            let forged = try await post(
                api, "/api/agents/patches", PatchReport(job: order.job, phase: .failed, message: ""), as: forger, 6)
            #expect(forged.status == 401)
        }
    }

    @Test("an agent that knew no key is told it, and one that knows nothing of patches is handed nothing")
    func keys() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a, prefix: "http")
        try await TestAPI.run { api in
            let (agent, told) = try await enrol(api, "http-0")
            #expect(try await ask(api, agent, 1, key: nil).work.orderKey == told)
            let plain = AgentHeartbeat(facts: agent.facts, isIsolated: false, queued: 0, dropped: 0, wait: 0)
            let reply = try await post(api, "/api/agents/work", plain, as: agent, 2)
            #expect(reply.status == 200)
            let id = try await fleet.deploy(DeploymentPlan())
            var places = TurnPlaces()
            try await database.store.deployments.keep(id, tenant: tenant)
            #expect(try await database.store.deployments.deal(&places, tenant: tenant) == 0)
        }
    }

    @Test("many report at once, each is answered, and a body that is none is refused with the field")
    func crowd() async throws {
        let fleet = try await PatchedFleet.make(12, in: database.a, prefix: "http")
        try await TestAPI.run { api in
            var agents: [(agent: Agent, key: OrderKey?)] = []
            for number in 0..<12 {
                let one = try await enrol(api, "http-\(number)")
                _ = try await ask(api, one.agent, 1, key: one.key)
                agents.append(one)
            }
            let id = try await fleet.deploy(DeploymentPlan())
            var places = TurnPlaces()
            try await database.store.deployments.keep(id, tenant: tenant)
            #expect(try await database.store.deployments.deal(&places, tenant: tenant) == 12)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, one) in agents.enumerated() {
                    let job = PatchJob(
                        deployment: id, endpoint: fleet.endpoints[index], kind: .install, attempt: 1)
                    group.addTask {
                        for (step, phase) in [PatchReport.Phase.downloading, .began, .verifying, .done].enumerated() {
                            let report = PatchReport(job: job, phase: phase, message: "", hasChanged: true)
                            let reply = try await post(
                                api, "/api/agents/patches", report, as: one.agent, Int64(2 + step))
                            #expect(reply.text.contains("proceed"), "\(reply.status) \(reply.text)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await database.store.deployments.keep(id, tenant: tenant)
            #expect(try await database.store.deployments.status(id, tenant: tenant).counts.all[.deployed] == 12)
            let broken = try await post(api, "/api/agents/patches", ["job": "none"], as: agents[0].agent, 9)
            #expect(broken.status == 400, "\(broken.text)")
        }
    }
}
