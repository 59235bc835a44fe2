import AgentProtocol
import Domain
import Foundation
import Store
import TestSupport
import Testing

extension PatchAgentTests {
    /// `garrison patch rotate-key` with the secret that is in a file.
    private func rotate(_ secret: [UInt8], tenant: String = "alpha") async throws -> Program.Ended {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = "\(folder.path)/secret.key"
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(secret), attributes: [.posixPermissions: 0o600])
        else { throw TestFailure("the secret cannot be written") }
        return try await Program(
            garrison: ["patch", "rotate-key", "--tenant", tenant],
            environment: ["DATABASE_URL": database.url, "GARRISON_SECRET_KEY_FILE": path]
        ).end()
    }

    @Test(
        "by the command line a key is replaced that agents are then handed, and what the old one signed is carried out")
    func rotationByCommand() async throws {
        let fleet = try await PatchedFleet.make(2, in: database.a, prefix: "http")
        try await TestAPI.run { api in
            let (early, told) = try await enrol(api, "http-0")
            let (late, _) = try await enrol(api, "http-1")
            let old = try #require(told)
            for agent in [early, late] { _ = try await ask(api, agent, 1, key: old) }
            let id = try await fleet.deploy(DeploymentPlan(reboot: RebootPolicy(.never)))
            var places = TurnPlaces()
            try await database.store.deployments.keep(id, tenant: tenant)
            #expect(try await database.store.deployments.deal(&places, tenant: tenant) == 2)
            let (before, nonce) = try await ask(api, early, 2, key: old)
            let signed = try #require(before.orders?.first)

            let rotated = try await rotate([UInt8](repeating: 7, count: 32))
            #expect(rotated.status == 0 && rotated.lines.count == 1, "\(rotated.complaints)")
            let keys = try await database.store.patchKeys.list(tenant: tenant)
            #expect(keys.map(\.id) == [rotated.lines.first, old.id] && keys[0].retiredAt == nil)

            // Handed out before: it is good, and the server has its word.
            let order = try signed.opened(
                with: old, tenant: tenant, agent: early.id, nonce: nonce, elapsed: .seconds(1))
            for (number, phase) in [PatchReport.Phase.began, .done].enumerated() {
                let report = PatchReport(job: order.job, phase: phase, message: "", hasChanged: true)
                let reply = try await post(api, "/api/agents/patches", report, as: early, Int64(3 + number))
                #expect(try reply.json["word"]?.text == "proceed", "\(reply.text)")
            }
            let answer = try await ask(api, early, 5, key: old).work
            #expect(answer.keyChanges?.count == 1 && answer.orders == nil)

            // Handed out after: signed by the new one, to an agent that believed the old one until then.
            let (after, next) = try await ask(api, late, 2, key: old)
            let new = old.successor(by: after.keyChanges ?? [], tenant: tenant)
            #expect(new.id == rotated.lines.first)
            let another = try #require(after.orders?.first)
            _ = try another.opened(with: new, tenant: tenant, agent: late.id, nonce: next, elapsed: .seconds(1))
            #expect(throws: OrderRefusal.otherKey(old.id, pinned: new.id)) {
                try signed.opened(with: new, tenant: tenant, agent: early.id, nonce: nonce, elapsed: .seconds(1))
            }
            #expect(try await ask(api, late, 3, key: new).work.keyChanges == nil)
        }
    }

    @Test("with another secret than the server's no key is replaced, and the other tenant's stays as it is")
    func rotationWithAnotherSecret() async throws {
        try await TestAPI.run { api in
            let key = try #require(try await enrol(api, "http-0").key)
            let refused = try await rotate([UInt8](repeating: 8, count: 32))
            #expect(refused.status == 1 && refused.output.isEmpty)
            #expect(refused.complaints.contains("GARRISON_SECRET_KEY_FILE"), "\(refused.complaints)")
            let other = try await rotate([UInt8](repeating: 7, count: 32), tenant: "beta")
            #expect(other.status == 0, "\(other.complaints)")
            let kept = try await database.store.patchKeys.list(tenant: tenant)
            #expect(kept.map(\.id) == [key.id] && kept[0].retiredAt == nil)
        }
    }
}
