import API
import AgentProtocol
import Domain
import Foundation
import Objects
import Store
import TestSupport
import Testing

/// The whole way of a file and of a log, with the stores of vendors behind the server in place of a folder.
@Suite("Files and logs of patches in vendors' object stores", .database, .objectServers, .blocking)
struct PatchObjectStoreTests {
    private let agents = PatchAgentTests()
    private var database: TestDatabase { agents.database }
    private static let name = "curl_7.88.1-10+deb12u6_amd64.deb"
    /// Several parts, the last one a piece of one.
    private static let bytes = (0..<1_200_003).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) }

    @Test(
        "a file goes up in parts, is had by an address of the store alone, in part and whole, and is gone when removed",
        .enabled("the servers for tests can be had") { await ObjectServers.areInstalled },
        arguments: zip(StoreUnderTest.remote, ["X-Amz-Signature=", "sig=", "X-Goog-Signature="]))
    func vendors(_ product: StoreUnderTest, signature: String) async throws {
        let port = product.port(try await ObjectServers.current)
        try await product.withStore { try await goThrough($0, "http://127.0.0.1:\(port)/", signature) }
    }

    @Test("the same with OpenStack Swift by its interface for S3", .enabled(if: SwiftServer.canRun, SwiftServer.lack))
    func swift() async throws {
        try await SwiftServer.whileRunning { url in
            let store = try ObjectStoreFactory.open(
                url, environment: SwiftServer.account, settings: StoreUnderTest.settings)
            do { try await goThrough(store, "http://127.0.0.1:", "X-Amz-Signature=") } catch {
                await store.close()
                throw error
            }
            await store.close()
        }
    }

    private func goThrough(_ store: any ObjectStore, _ origin: String, _ signature: String) async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a, prefix: "http")
        try await TestAPI.run(objects: store) { api in
            let (agent, told) = try await agents.enrol(api, "http-0")
            let key = try #require(told)
            _ = try await agents.ask(api, agent, 1, key: key)
            let file = try await upload(api, fleet.patch, store)
            let id = try await fleet.deploy(DeploymentPlan(reboot: RebootPolicy(.never)))
            var places = TurnPlaces()
            try await database.store.deployments.keep(id, tenant: database.a.id)
            #expect(try await database.store.deployments.deal(&places, tenant: database.a.id) == 1)
            let (work, nonce) = try await agents.ask(api, agent, 2, key: key)
            let order = try #require(work.orders?.first).opened(
                with: key, tenant: database.a.id, agent: agent.id, nonce: nonce, elapsed: .seconds(1))
            let payload = try #require(order.payloads.first)
            #expect(order.tool == .payload && payload.name == Self.name)
            #expect(payload.url.hasPrefix(origin) && payload.url.contains(signature), "\(payload.url)")
            try await download(payload)
            try await log(of: order.job, from: agent, api, store)

            let removed = try await api.send(
                "DELETE", "/api/patches/\(fleet.patch)/files/\(file)", token: database.a.tokens[.analyst])
            #expect(removed.status == 204)
            #expect(try await curl([payload.url]).status == "404")
            try await waitUntil("nothing is left in the store") { try await store.list("tenants/").objects.isEmpty }
            #expect(try await database.store.owner.query("SELECT FROM unused_objects").isEmpty)
        }
    }

    /// One that is not what was announced, and one that is.
    ///
    /// - Returns: its id.
    private func upload(_ api: TestAPI, _ patch: PatchID, _ store: any ObjectStore) async throws -> String {
        func send(_ digest: String) async throws -> Reply {
            try await api.send(
                "POST", "/api/patches/\(patch)/files?name=\(Self.name.replacing("+", with: "%2B"))&sha256=\(digest)",
                token: database.a.tokens[.analyst], headers: ["Content-Type: application/octet-stream"],
                body: Self.bytes)
        }
        let wrong = try await send(String(repeating: "0", count: 64))
        #expect(wrong.status == 400 && wrong.text.contains(Digest.hexadecimal(Self.bytes)), "\(wrong.text)")
        try await waitUntil("nothing of it is in the store") { try await store.list("tenants/").objects.isEmpty }
        #expect(try await store.discardUnfinishedUploads(before: .distantFuture) == 0)
        let right = try await send(Digest.hexadecimal(Self.bytes))
        #expect(right.status == 201, "\(right.text)")
        return try right.json["id"]?.text ?? ""
    }

    /// As whoever knows nothing of accounts does it: by the address and a part's bounds.
    private func download(_ payload: PatchOrder.Payload) async throws {
        let whole = try await curl([payload.url])
        #expect(whole.status == "200" && Int64(whole.body.count) == payload.bytes)
        #expect(Digest.hexadecimal(whole.body) == payload.digest)
        let part = try await curl(["-H", "Range: bytes=500001-700000", payload.url])
        #expect(part.status == "206" && part.body == Array(Self.bytes[500_001...700_000]))
        let rest = try await curl(["-H", "Range: bytes=1200000-", payload.url])
        #expect(rest.status == "206" && rest.body == Array(Self.bytes[1_200_000...]))
        // It is good for reading alone.
        #expect(try await curl(["-X", "PUT", "-d", "x", payload.url]).status == "403")
    }

    /// All of a log, which then goes with the tenant's history.
    private func log(
        of job: PatchJob, from agent: PatchAgentTests.Agent, _ api: TestAPI, _ store: any ObjectStore
    ) async throws {
        let long = String(repeating: "line\n\u{1}", count: PatchLogReport.longest / 6)
        let sent = try await agents.post(
            api, "/api/agents/patches/log", PatchLogReport(job: job, log: long), as: agent, 3)
        #expect(sent.status == 204, "\(sent.text)")
        let viewer = database.a.tokens[.viewer]
        let targets = try await api.send(
            "GET", "/api/patches/deployments/\(job.deployment)/targets", token: viewer)
        let path = try #require(try targets.json.elements.first?["log_path"]?.text)
        let whole = try await api.send("GET", path, token: viewer)
        #expect(whole.status == 200 && whole.text == long)
        let part = try await api.send("GET", path, token: viewer, headers: ["Range: bytes=600000-600011"])
        #expect(part.status == 206 && part.text == "line\n\u{1}line\n\u{1}")
        _ = try await database.store.owner.query("UPDATE patch_logs SET sent_at = sent_at - interval '91 days'")
        #expect(try await PatchShelf(store: database.store, objects: store).sweep() == 1)
        #expect(try await api.send("GET", path, token: viewer).status == 404)
    }

    private func curl(_ arguments: [String]) async throws -> (status: String, body: [UInt8]) {
        let folder = try TestFolder()
        defer { folder.remove() }
        let file = "\(folder.path)/body"
        let status = try await Shell.run(
            ["curl", "-s", "--noproxy", "*", "-o", file, "-w", "%{http_code}"] + arguments
        ).output
        return (status, Array(FileManager.default.contents(atPath: file) ?? Data()))
    }
}
