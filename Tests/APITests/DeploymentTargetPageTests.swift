import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("The endpoints of a deployment, as a page and as a table", .database)
struct DeploymentTargetPageTests {
    private let database = TestDatabase.current

    /// Sixty endpoints, of which two of the canaries have failed.
    private func halted() async throws -> (fleet: PatchedFleet, id: DeploymentID) {
        let fleet = try await PatchedFleet.make(60, in: database.a)
        let plan = DeploymentPlan(
            strategy: .staged,
            rings: [DeploymentRing(name: "Canary", percent: 10), DeploymentRing(name: "All others")])
        let id = try await fleet.deploy(plan)
        let canaries = try await database.store.deployments.targets(of: id, ring: 0, tenant: database.a.id).items
        fleet.set(.fails, of: canaries.prefix(2).map(\.endpoint))
        try await fleet.settle(id)
        return (fleet, id)
    }

    private func rows(_ page: Reply) -> Int { page.text.components(separatedBy: "<tr>").count - 2 }

    @Test("they are filtered by state, ring and name, and come in pages")
    func filters() async throws {
        let (_, id) = try await halted()
        let token = database.a.tokens[.viewer]
        try await TestAPI.run { api in
            func page(_ query: String) async throws -> Reply {
                try await api.send("GET", "/deployments/\(id)/targets\(query)", token: token)
            }
            let all = try await page("")
            #expect(all.status == 200 && rows(all) == 50 && all.text.contains("50 of 60"))
            let next = try #require(all.text.split(separator: "cursor=").dropFirst().first?.prefix { $0 != "\"" })
            #expect(rows(try await page("?cursor=\(next)")) == 10)
            #expect(rows(try await page("?ring=0")) == 6)
            let failed = try await page("?state=failed&ring=0")
            #expect(rows(failed) == 2 && failed.text.contains("dpkg: error"))
            #expect(rows(try await page("?state=unsuccessful")) == 2)
            #expect(rows(try await page("?search=FLEET-7")) == 1)
            #expect(try await page("?search=FLEET-1").text.contains("11 of 11"))
            #expect(try await page("?search=%25").text.contains("No endpoint matches"))
            let other = try await api.send(
                "GET", "/deployments/\(id)/targets", token: database.b.tokens[.viewer])
            #expect(other.status == 404)
            let named = try await api.send(
                "GET", "/api/patches/deployments/\(id)/targets?search=fleet-7", token: token)
            #expect(named["x-total-count"] == "1")
            #expect(try named.json.elements.count == 1)
        }
    }

    @Test("the table has all of them, as they are filtered")
    func table() async throws {
        let (_, id) = try await halted()
        try await TestAPI.run { api in
            func lines(_ query: String) async throws -> [Substring] {
                let reply = try await api.send(
                    "GET", "/deployments/\(id)/targets.csv\(query)", token: database.a.tokens[.viewer])
                #expect(reply.status == 200)
                return reply.text.split(separator: "\r\n")
            }
            #expect(try await lines("").count == 61)
            let failed = try await lines("?state=unsuccessful")
            #expect(failed.count == 3 && failed[0].hasPrefix("endpoint_id,hostname,ring,state"))
            #expect(failed[1].contains(",Canary,failed,failed,1,") && failed[1].contains("dpkg: error"))
        }
    }
}
