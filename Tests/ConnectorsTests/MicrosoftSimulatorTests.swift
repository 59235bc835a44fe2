import Foundation
import Simulators
import Testing

/// The simulator by itself: a client that does not do as the vendor wants must not get away with it.
@Suite("The simulated Microsoft")
struct MicrosoftSimulatorTests {
    private struct Client {
        let simulator: MicrosoftSimulator
        var token = ""

        init(
            scope: String = "https://graph.microsoft.com/.default",
            _ change: (inout MicrosoftAccount) -> Void = { _ in }
        ) throws {
            var fleet = MicrosoftFleetSettings()
            fleet.devices = 40
            var account = MicrosoftAccount()
            change(&account)
            simulator = MicrosoftSimulator(fleet, account)
            let answer = Self.token(simulator, account, scope)
            #expect(answer.status == 200)
            token = try #require(try Self.object(answer)["access_token"] as? String)
        }

        static func token(
            _ simulator: MicrosoftSimulator, _ account: MicrosoftAccount, _ scope: String
        ) -> SimulatedAnswer {
            let form =
                "grant_type=client_credentials&client_id=\(account.clientID)&client_secret=\(account.clientSecret)"
                + "&scope=\(scope)"
            return simulator.answer(
                SimulatedRequest(.POST, "/\(account.tenantID)/oauth2/v2.0/token", body: Array(form.utf8)))
        }

        func get(_ target: String) -> SimulatedAnswer {
            simulator.answer(SimulatedRequest(.GET, target, headers: [("Authorization", "Bearer \(token)")]))
        }

        func post(_ target: String, _ body: String) -> SimulatedAnswer {
            simulator.answer(
                SimulatedRequest(
                    .POST, target, headers: [("Authorization", "Bearer \(token)")], body: Array(body.utf8)))
        }

        static func object(_ answer: SimulatedAnswer) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        }

        static func code(_ answer: SimulatedAnswer) throws -> String? {
            (try object(answer)["error"] as? [String: Any])?["code"] as? String
        }
    }

    private static let defender = "https://api.securitycenter.microsoft.com/.default"
    private static let managed = "/v1.0/deviceManagement/managedDevices"

    @Test("a token is for one interface and for a while")
    func tokens() throws {
        let client = try Client()
        #expect(client.get(Self.managed).status == 200)
        #expect(client.get("/api/machines").status == 401)
        #expect(try Client { $0.tokenLifetime = 0 }.get(Self.managed).status == 401)
        let refused = Client.token(client.simulator, MicrosoftAccount(), "https://graph.microsoft.com/User.Read")
        #expect(refused.status == 400)
        #expect(try Client.object(refused)["error_codes"] as? [Int] == [1_002_012])
    }

    @Test("what the application may not do is 403, in Intune with an object in the message")
    func roles() throws {
        let client = try Client { $0.roles = [] }
        let answer = client.get(Self.managed)
        #expect(answer.status == 403)
        let error = try #require(try Client.object(answer)["error"] as? [String: Any])
        #expect((error["message"] as? String)?.contains("\"Message\": \"Application must have") == true)
        #expect(try Client.code(Client(scope: Self.defender) { $0.roles = [] }.get("/api/machines")) == "Forbidden")
    }

    @Test("pages have limits, and links that expire")
    func paging() throws {
        let client = try Client { $0.linkLifetime = 0 }
        #expect(client.get("\(Self.managed)?$top=1001").status == 400)
        #expect(client.get("\(Self.managed)?$skip=10").status == 400)
        let page = try Client.object(client.get("\(Self.managed)?$top=10&$select=id"))
        #expect((page["value"] as? [[String: Any]])?.allSatisfy { $0.keys.sorted() == ["id"] } == true)
        let link = try #require(page["@odata.nextLink"] as? String)
        #expect(client.get(String(link.dropFirst("http://localhost".count))).status == 400)
        let lasting = try Client()
        let next = try #require(
            try Client.object(lasting.get("\(Self.managed)?$top=10"))["@odata.nextLink"] as? String)
        #expect(lasting.get(String(next.dropFirst("http://localhost".count))).status == 200)
        let defender = try Client(scope: Self.defender)
        #expect(try Client.code(defender.get("/api/machines?$top=10001")) == "ODataError")
        #expect(try Client.code(defender.get("/api/machines?$filter=colour%20eq%20'red'")) == "ODataError")
        #expect(
            try Client.code(defender.get("/api/machines/SoftwareVulnerabilityChangesByMachine"))
                == "MissingRequiredParameter")
    }

    @Test("Defender's limits are for a minute, and its exports have their own")
    func limits() throws {
        let client = try Client(scope: Self.defender) {
            $0.defenderQuota = (2, 1_000)
            $0.exportQuota = (1, 1_000)
        }
        #expect(client.get("/api/machines").status == 200 && client.get("/api/machines").status == 200)
        let refused = client.get("/api/machines")
        #expect(refused.status == 429 && refused.headers.contains { $0.0 == "Retry-After" })
        #expect(client.get("/api/machines/SoftwareInventoryByMachine").status == 200)
        #expect(client.get("/api/machines/SoftwareInventoryByMachine").status == 429)
        let graph = try Client {
            $0.graphQuota = 0
            $0.graphSaysRetryAfter = false
        }
        #expect(!graph.get(Self.managed).headers.contains { $0.0 == "Retry-After" })
    }

    @Test("a batch has at most twenty parts, each with an answer of its own")
    func batches() throws {
        let client = try Client()
        func parts(_ count: Int) -> String {
            let part = (0..<count).map {
                #"{"id":"\#($0)","method":"GET","url":"/deviceManagement/managedDevices?$top=1"}"#
            }
            return "{\"requests\":[\(part.joined(separator: ","))]}"
        }
        #expect(client.post("/v1.0/$batch", parts(21)).status == 400)
        let answer = try Client.object(client.post("/v1.0/$batch", parts(20)))
        #expect((answer["responses"] as? [[String: Any]])?.count == 20)
    }

    @Test("bodies of actions are read to the letter, and one is enough at a time")
    func actions() throws {
        let client = try Client(scope: Self.defender) { $0.actionDelay = 60 }
        let path = "/api/machines/\(client.simulator.machineIDs[0])/isolate"
        #expect(
            try Client.code(client.post(path, #"{"comment":"a","IsolationType":"Full"}"#)) == "MissingRequiredParameter"
        )
        #expect(try Client.code(client.post(path, #"{"Comment":"a","IsolationType":"full"}"#)) == "InvalidInput")
        #expect(client.post(path, #"{"Comment":"a","IsolationType":"Full"}"#).status == 201)
        let again = client.post(path, #"{"Comment":"a","IsolationType":"Full"}"#)
        #expect(again.status == 400)
        #expect(try Client.code(again) == "ActiveRequestAlreadyExists")
    }
}
