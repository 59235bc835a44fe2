import Foundation
import Simulators
import Testing

/// The simulator by itself: a client that does not do as the vendor wants must not get away with it.
@Suite("The simulated Falcon")
struct FalconSimulatorTests {
    private struct Client {
        let simulator: FalconSimulator
        var token = ""

        init(
            devices: Int = 20, faults: FaultPlan = .none, _ change: (inout FalconAccount) -> Void = { _ in }
        ) throws {
            var fleet = FalconFleetSettings()
            fleet.devices = devices
            var account = FalconAccount()
            change(&account)
            simulator = FalconSimulator(fleet, account, faults)
            let form = "client_id=\(account.clientID)&client_secret=\(account.clientSecret)"
            let answer = simulator.answer(SimulatedRequest(.POST, "/oauth2/token", body: Array(form.utf8)))
            #expect(answer.status == 201)
            token = try #require(try Self.object(answer)["access_token"] as? String)
        }

        func get(_ target: String) -> SimulatedAnswer {
            simulator.answer(SimulatedRequest(.GET, target, headers: [("Authorization", "Bearer \(token)")]))
        }

        static func object(_ answer: SimulatedAnswer) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        }

        static func paging(_ answer: SimulatedAnswer) throws -> [String: Any] {
            let meta = try #require(try object(answer)["meta"] as? [String: Any])
            return try #require(meta["pagination"] as? [String: Any])
        }
    }

    private func header(_ answer: SimulatedAnswer, _ name: String) -> String? {
        answer.headers.first { $0.0 == name }?.1
    }

    @Test("no answer without a token, and none with one that expired")
    func tokens() throws {
        var client = try Client { $0.tokenLifetime = 0 }
        #expect(client.get("/devices/combined/devices/v1").status == 401)
        client = try Client()
        #expect(client.get("/devices/combined/devices/v1").status == 200)
        client.token = "made-up"
        #expect(client.get("/devices/combined/devices/v1").status == 401)
        let wrong = client.simulator.answer(
            SimulatedRequest(.POST, "/oauth2/token", body: Array("client_id=a&client_secret=b".utf8)))
        #expect(wrong.status == 403)
    }

    @Test("the quota is told with each answer, and its end is 429 with a moment")
    func quota() throws {
        let client = try Client { $0.quota = 3 }
        for left in ["2", "1", "0"] {
            #expect(header(client.get("/devices/combined/devices/v1"), "X-RateLimit-Remaining") == left)
        }
        let refused = client.get("/devices/combined/devices/v1")
        #expect(refused.status == 429)
        let moment = Double(header(refused, "X-RateLimit-RetryAfter") ?? "") ?? 0
        #expect(moment > Date().timeIntervalSince1970 - 1 && moment < Date().timeIntervalSince1970 + 61)
    }

    @Test("scrolling gives ids, a token with its end in nanoseconds, and an empty token at the end")
    func scroll() throws {
        let client = try Client()
        let first = client.get("/devices/queries/devices-scroll/v1?limit=15")
        let paging = try Client.paging(first)
        #expect(paging["total"] as? Int == 20)
        #expect((paging["expires_at"] as? Int ?? 0) > 1_700_000_000_000_000_000)
        let token = try #require(paging["offset"] as? String)
        let second = client.get("/devices/queries/devices-scroll/v1?limit=15&offset=\(token)")
        #expect(try Client.paging(second)["offset"] as? String == "")
        let ids = try [first, second].flatMap { try #require(try Client.object($0)["resources"] as? [String]) }
        #expect(Set(ids) == Set(client.simulator.deviceIDs) && ids.count == 20)
    }

    @Test("paging tokens expire", arguments: [400, 404])
    func expiry(status: Int) throws {
        let client = try Client {
            $0.cursorLifetime = 0
            $0.lostCursorStatus = status
        }
        let first = client.get("/devices/combined/devices/v1?limit=15")
        let token = try #require(try Client.paging(first)["next"] as? String)
        #expect(client.get("/devices/combined/devices/v1?limit=15&offset=\(token)").status == status)
    }

    @Test(
        "what the vendor does not take is refused",
        arguments: [
            "/devices/combined/devices/v1?limit=0", "/devices/combined/devices/v1?limit=10001",
            "/devices/combined/devices/v1?sort=modified_timestamp|asc", "/devices/combined/devices/v1?after=x",
            "/devices/combined/devices/v1?filter=status:normal", "/devices/combined/devices/v1?filter=colour:'red'",
            "/spotlight/combined/vulnerabilities/v1", "/spotlight/combined/vulnerabilities/v1?filter=status:''",
            "/spotlight/combined/vulnerabilities/v1?filter=status:'open'+status:'closed'",
            "/spotlight/combined/vulnerabilities/v1?filter=status:'open'&sort=updated_timestamp.asc",
            "/discover/combined/applications/v1?limit=1001&filter=last_updated_timestamp:>'2020-01-01T00:00:00Z'",
            "/zero-trust-assessment/queries/assessments/v1",
        ])
    func strictness(target: String) throws {
        #expect(try Client().get(target).status == 400)
    }

    @Test("filters: and, or, not, lists and brackets")
    func filters() throws {
        let client = try Client(devices: 10)
        func total(_ filter: String) throws -> Int {
            let encoded = try #require(filter.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let answer = client.get("/spotlight/combined/vulnerabilities/v1?limit=1&filter=\(encoded)")
            return try #require(try Client.paging(answer)["total"] as? Int)
        }
        #expect(try total("status:'open'") == 40)
        #expect(try total("status:!'open'") == 0)
        #expect(try total("status:['closed','open']") == 40)
        #expect(try total("status:'open'+status:'closed'") == 0)
        #expect(try total("status:'closed',status:'open'") == 40)
        #expect(try total("(status:'closed',status:'open')+updated_timestamp:<'1990-01-01T00:00:00Z'") == 0)
        let older = try total("updated_timestamp:<'2025-11-15T00:00:00Z'")
        #expect(try older + total("updated_timestamp:>='2025-11-15T00:00:00Z'") == 40 && (1...39).contains(older))
    }

    @Test("equal seeds give equal fleets")
    func determinism() throws {
        let truth = try Client(devices: 50).simulator.truth
        #expect(try Client(devices: 50).simulator.truth == truth)
        #expect(truth.hosts.count == 50 && truth.applications.count == 400 && truth.vulnerabilities.count == 200)
    }

    @Test("a permission that the API client lacks is 403, whatever the request")
    func scopes() throws {
        let client = try Client { $0.scopes = [] }
        #expect(client.get("/devices/combined/devices/v1?limit=0").status == 403)
        #expect(client.get("/nowhere").status == 404)
    }
}
