import Domain
import FoundationEssentials
import Glibc
import Store
import TestSupport
import Testing

@Suite("A real agent and a real server", .database, .blocking)
struct AgentProcessTests {
    private var database: TestDatabase { TestDatabase.current }

    @Test("a machine is enrolled once, reports, works, and is gone when it is uninstalled")
    func life() async throws {
        try await AgentSite.with(AgentSite(database)) { site in
            try await site.startServer()
            let token = try await site.token()
            let enrolled = try await site.enrol("one", token: token)
            #expect(enrolled.status == 0 && enrolled.text.hasPrefix("Enrolled as "), "\(enrolled.complaints)")
            // The token is used up, and the folder has an agent.
            #expect(try await site.enrol("two", token: token).complaints.contains("one-time token is not valid"))
            #expect(try await site.enrol("one", token: token).complaints.contains("enrolled already"))
            // Another token does not take the machine over by itself.
            let other = try await site.token()
            #expect(try await site.enrol("two", token: other).complaints.contains("is enrolled already, as"))
            let agent = try site.run("one")
            try await waitUntil("the inventory is here", seconds: 60) { try await site.agent().inventoryAt != nil }
            let endpoints = try await site.endpoints()
            #expect(endpoints.count == 1)
            let before = try await site.store.agents.inventory(of: try await site.agent().id, tenant: site.tenant)
            let scan = try await site.outcome(of: try await site.ask("scan"))
            #expect(scan.state == .completed && scan.message == "The inventory was taken.")
            let after = try await site.store.agents.inventory(of: try await site.agent().id, tenant: site.tenant)
            #expect(before?.digest == after?.digest)
            // So does what is decided for the endpoint, whichever sources it has.
            let decision = try await site.store.actions.decide(
                NewAction(endpoint: endpoints[0], kind: .scan, reason: "test"), tenant: site.tenant,
                by: database.a.administrator)
            try await waitUntil("the decision is carried out", seconds: 60) {
                try await site.store.actions.find(decision.id, tenant: site.tenant).status == .completed
            }
            let odd = try await site.outcome(of: try await site.ask("dance"))
            #expect(odd.state == .failed && odd.message?.contains("does not know the action “dance”") == true)
            let lock = try await Program(garrison: ["agent", "run", "--state", site.state("one")]).end()
            #expect(lock.complaints.contains("Another agent is running"))
            await agent.stop()
            let gone = try await Program(garrison: ["agent", "uninstall", "--state", site.state("one")]).end()
            #expect(gone.status == 0 && gone.text == "The agent's state is removed.\n", "\(gone.complaints)")
            #expect(try await site.store.agents.list(tenant: site.tenant).isEmpty)
            #expect(access(site.state("one"), F_OK) != 0)
        }
    }

    @Test("what happens while the server is away is reported when it is back, and a killed agent goes on")
    func outages() async throws {
        try await AgentSite.with(AgentSite(database)) { site in
            try await site.startServer()
            #expect(try await site.enrol("one", token: try await site.token()).status == 0)
            let agent = try site.run("one", inventorySeconds: 1)
            try await waitUntil("the inventory is here", seconds: 60) { try await site.agent().inventoryAt != nil }
            try await site.killServer()
            // A task that is decided meanwhile is done afterwards.
            let task = try await site.ask("scan")
            try await waitUntil("the agent notices", seconds: 60) { agent.complaints.contains("cannot be reached") }
            agent.signal(SIGKILL)
            _ = try await agent.end()
            try await site.startServer()
            for _ in 0..<5 {
                // Killed wherever it is: in the middle of an inventory, of a report, of an answer.
                let next = try site.run("one", inventorySeconds: 1)
                try await Task.sleep(for: .milliseconds(Int.random(in: 200...1500)))
                next.signal(SIGKILL)
                _ = try await next.end()
            }
            try site.run("one", inventorySeconds: 1)
            #expect(try await site.outcome(of: task).state == .completed)
            try await waitUntil("nothing waits any more", seconds: 60) {
                let record = try await site.agent()
                return record.queued == 0 && record.standing.state == .active
            }
            #expect(try await site.endpoints().count == 1)
        }
    }

    @Test("an agent whose folder was copied is quarantined with an alarm, and not believed")
    func clone() async throws {
        try await AgentSite.with(AgentSite(database)) { site in
            try await site.startServer()
            #expect(try await site.enrol("one", token: try await site.token()).status == 0)
            _ = try await Shell.run(["cp", "-a", site.state("one"), site.state("copy")])
            try site.run("one")
            try await waitUntil("the first is heard", seconds: 60) { try await site.agent().inventoryAt != nil }
            let copy = try site.run("copy")
            try await waitUntil("the copy is noticed", seconds: 60) {
                try await site.agent().standing.state == .quarantined
            }
            let record = try await site.agent()
            #expect(record.standing.reason?.contains("in use by two processes") == true)
            let account = try await site.store.connectors.named("agent", tenant: site.tenant)
            try await waitUntil("the alarm is raised", seconds: 30) {
                let alerts = try await site.store.connectors.records(.alerts, account.id, tenant: site.tenant)
                return alerts.count == 1 && alerts[0].report.contains("An agent's key is in use twice")
            }
            await #expect(throws: StoreError.self) { try await site.ask("scan") }
            // Somebody has looked, and stopped the copy.
            await copy.stop()
            try await site.store.agents.accept(record.id, tenant: site.tenant, by: database.a.administrator)
            #expect(try await site.outcome(of: try await site.ask("scan")).state == .completed)
            #expect(try await site.agent().standing.state == .active)
            // Revoked, it ends.
            try await site.store.agents.revoke(record.id, tenant: site.tenant, by: database.a.administrator)
            let again = try site.run("copy")
            let ended = try await again.end()
            #expect(
                ended.status == 1 && ended.complaints.contains("was revoked"), "\(ended.status) \(ended.complaints)")
        }
    }
}
