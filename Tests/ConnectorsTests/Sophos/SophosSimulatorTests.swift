import Foundation
import Simulators
import Testing

/// The simulator by itself: a client that does not do as the vendor wants must not get away with it.
@Suite("The simulated Sophos")
struct SophosSimulatorTests {
    private struct Client {
        let simulator: SophosSimulator
        let token: String

        init(_ account: SophosAccount = SophosAccount()) throws {
            var fleet = SophosFleetSettings()
            fleet.devices = 20
            simulator = SophosSimulator(fleet, account)
            let form = [
                "grant_type=client_credentials", "client_id=\(account.clientID)",
                "client_secret=\(account.clientSecret)", "scope=token",
            ]
            let answer = simulator.answer(
                SimulatedRequest(.POST, "/api/v2/oauth2/token", body: Array(form.joined(separator: "&").utf8)))
            token = try #require(try Self.object(answer)["access_token"] as? String)
        }

        func get(_ target: String, tenant: String? = nil, token: String? = nil) -> SimulatedAnswer {
            let tenant = tenant ?? simulator.tenantIDs[0]
            return simulator.answer(
                SimulatedRequest(
                    .GET, target,
                    headers: [("Authorization", "Bearer \(token ?? self.token)"), ("X-Tenant-ID", tenant)]))
        }

        static func object(_ answer: SimulatedAnswer) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        }
    }

    @Test("no answer without a token and a tenant of one's own")
    func tokens() throws {
        let client = try Client()
        #expect(client.get("/endpoint/v1/endpoints").status == 200)
        #expect(client.get("/endpoint/v1/endpoints", token: "other").status == 401)
        #expect(client.get("/endpoint/v1/endpoints", tenant: "other").status == 403)
        let refused = client.simulator.answer(
            SimulatedRequest(.POST, "/api/v2/oauth2/token", body: Array("client_id=a&client_secret=b".utf8)))
        #expect(refused.status == 400)
    }

    @Test(
        "what the vendor does not take is refused",
        arguments: [
            "/endpoint/v1/endpoints?pageSize=501", "/endpoint/v1/endpoints?view=whole", "/endpoint/v1/endpoints?page=2",
            "/endpoint/v1/endpoints?pageFromKey=nonsense", "/endpoint/v1/endpoints?lastSeenAfter=yesterday",
            "/common/v1/alerts?pageSize=1001", "/common/v1/alerts?sort=severity", "/siem/v1/events?limit=100",
            "/siem/v1/events?from_date=1700000000",
        ])
    func strictness(target: String) throws { #expect(try Client().get(target).status == 400) }

    @Test("keys lead through everything once")
    func paging() throws {
        let client = try Client()
        var ids: [String] = []
        var key: String?
        repeat {
            let tail = key.map { "&pageFromKey=\($0)" } ?? ""
            let answer = try Client.object(client.get("/endpoint/v1/endpoints?pageSize=7\(tail)"))
            ids += (answer["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            key = (answer["pages"] as? [String: Any])?["nextKey"] as? String
        } while key != nil
        #expect(ids.count == 20 && Set(ids).count == 20)
    }

    @Test("who asks more often than a tenant may be asked is told so, without a time")
    func limits() throws {
        var account = SophosAccount()
        account.limits = [(requests: 3, seconds: 3_600)]
        let client = try Client(account)
        let answers = (0..<5).map { _ in client.get("/common/v1/alerts") }
        #expect(answers.map(\.status) == [200, 200, 200, 429, 429])
        #expect(answers.last?.headers.contains { $0.0 == "Retry-After" } == false)
    }

    @Test("a role that the credential lacks is 403")
    func roles() throws {
        var account = SophosAccount()
        account.roles = []
        let client = try Client(account)
        #expect(client.get("/endpoint/v1/endpoints").status == 403 && client.get("/common/v1/alerts").status == 403)
        #expect(client.get("/nowhere/v1/at/all").status == 404)
    }
}
