import Foundation
import Simulators
import Testing

/// The simulator by itself: a client that does not do as the vendor wants must not get away with it.
@Suite("The simulated SentinelOne")
struct SentinelOneSimulatorTests {
    private func simulator(_ change: (inout SentinelOneAccount) -> Void = { _ in }) -> SentinelOneSimulator {
        var fleet = SentinelOneFleetSettings()
        fleet.devices = 20
        var account = SentinelOneAccount()
        change(&account)
        return SentinelOneSimulator(fleet, account)
    }

    private func get(
        _ simulator: SentinelOneSimulator, _ target: String, token: String = SentinelOneAccount().token
    ) -> SimulatedAnswer {
        simulator.answer(
            SimulatedRequest(.GET, "/web/api/v2.1\(target)", headers: [("Authorization", "ApiToken \(token)")]))
    }

    private func post(_ simulator: SentinelOneSimulator, _ target: String, _ body: String) -> SimulatedAnswer {
        simulator.answer(
            SimulatedRequest(
                .POST, "/web/api/v2.1\(target)", headers: [("Authorization", "ApiToken \(SentinelOneAccount().token)")],
                body: Array(body.utf8)))
    }

    private func object(_ answer: SimulatedAnswer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
    }

    @Test("no answer without the token, or after it has ended")
    func tokens() throws {
        #expect(get(simulator(), "/agents").status == 200)
        let refused = get(simulator(), "/agents", token: "other")
        #expect(refused.status == 401)
        let errors = try #require(try object(refused)["errors"] as? [[String: Any]])
        #expect(errors.first?["code"] as? Int == 4_010_010)
        #expect(get(simulator { $0.tokenLifetime = 0 }, "/agents").status == 401)
    }

    @Test(
        "what the vendor does not take is refused",
        arguments: [
            "/agents?limit=0", "/agents?limit=1001", "/agents?colour=red", "/agents?sortBy=colour",
            "/agents?cursor=nonsense", "/agents?updatedAt__gt=yesterday", "/agents/applications",
            "/threats?sortBy=updatedAt&cursor=MS8xLzE=", "/remote-scripts/status",
        ])
    func strictness(target: String) { #expect(get(simulator(), target).status == 400) }

    @Test(
        "paging leads through everything once; the last page names no next one, in either way",
        arguments: [true, false])
    func paging(names: Bool) throws {
        let simulator = simulator { $0.namesLastCursor = names }
        var ids: [String] = []
        var cursor: String?
        repeat {
            let tail = cursor.map { "cursor=\($0)" } ?? "sortBy=updatedAt&sortOrder=asc"
            let answer = try object(get(simulator, "/agents?limit=7&\(tail)"))
            ids += (answer["data"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            let pagination = try #require(answer["pagination"] as? [String: Any])
            cursor = pagination["nextCursor"] as? String
            if cursor == nil { #expect((pagination["nextCursor"] != nil) == names) }
        } while cursor != nil
        #expect(ids.count == 20 && Set(ids) == Set(simulator.agentIDs))
    }

    @Test("a filter without ids is everything that the token sees, as at the vendor")
    func emptyFilter() throws {
        let answer = try object(post(simulator(), "/agents/actions/disconnect", #"{"filter":{},"data":{}}"#))
        #expect((answer["data"] as? [String: Any])?["affected"] as? Int == 20)
        #expect(post(simulator(), "/agents/actions/disconnect", "{}").status == 400)
    }

    @Test("a permission that the role lacks is 403")
    func permissions() {
        let simulator = simulator { $0.permissions = [] }
        #expect(get(simulator, "/agents").status == 403)
        #expect(get(simulator, "/nowhere").status == 404)
    }

    @Test("equal seeds give equal fleets")
    func determinism() {
        let truth = simulator().truth
        #expect(simulator().truth == truth && truth.agents.count == 20 && truth.risks.count == 60)
    }
}
