import Domain
import Foundation
import Notifications
import Store
import TestSupport
import Testing

/// A system of one's own that patches what nothing else can, told by a real server.
@Suite("Machines that nobody else patches are patched by a webhook", .database, .blocking, .serialized)
struct PatchWebhookTests {
    private let database = TestDatabase.current
    private var tenant: TenantID { database.a.id }
    private let secret = WebhookSecret.make()

    private struct Site {
        let server: Program
        let base: String
        let receiver: WebhookReceiver

        /// Asks the server, and gives the status of its answer.
        func send(_ method: String, _ path: String, _ headers: [String], _ body: String) async throws -> Int {
            let answer = try await Shell.run(
                ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "\(base)\(path)"]
                    + headers.flatMap { ["-H", $0] } + ["-H", "content-type: application/json", "-d", body])
            return Int(answer.output) ?? 0
        }
    }

    private func site(_ folder: TestFolder, _ answer: @escaping @Sendable (Int) -> Int = { _ in 204 }) async throws
        -> Site
    {
        let receiver = try WebhookReceiver { .init(answer($0)) }
        let port = try freePort()
        var environment = PatchVendor.environment(folder)
        environment["GARRISON_DATA_DIR"] = "\(folder.path)/data"
        environment["GARRISON_INTEL_UPDATES"] = "off"
        let server = try Program(garrison: ["serve", "--listen", "127.0.0.1:\(port)"], environment: environment)
        let site = Site(server: server, base: "http://127.0.0.1:\(port)", receiver: receiver)
        try await waitUntil("the server is ready") {
            guard server.isRunning else { throw TestFailure("the server ended: \(server.complaints)") }
            return try await site.send("GET", "/readyz", [], "") == 200
        }
        return site
    }

    private func put(_ site: Site) async throws -> Int {
        let body = """
            {"url": "http://127.0.0.1:\(site.receiver.port)/jobs", "callback_url": "\(site.base)/", "secret": "\(secret.text)"}
            """
        return try await site.send(
            "PUT", "/api/patches/webhook", ["authorization: Bearer \(database.a.tokens[.admin] ?? "")"], body)
    }

    private func tell(
        _ site: Site, _ outcome: [String: Any], by secret: WebhookSecret? = nil, late: Int = 0,
        of tenant: TenantID? = nil
    ) async throws -> Int {
        let body = String(decoding: try JSONSerialization.data(withJSONObject: outcome), as: UTF8.self)
        let time = Int(Date().timeIntervalSince1970) - late
        let signature = (secret ?? self.secret).signature(id: "m1", timestamp: time, body: Array(body.utf8))
        return try await site.send(
            "POST", "/api/patches/callbacks/\(tenant ?? self.tenant)",
            ["webhook-id: m1", "webhook-timestamp: \(time)", "webhook-signature: \(signature)"], body)
    }

    private func deploy(to endpoints: [EndpointID]) async throws -> DeploymentID {
        let patch = try await PatchedFleet.needed(by: endpoints, in: database.a)
        return try await database.store.deployments.create(
            NewDeployment(
                patch: patch.description, endpoints: endpoints, plan: DeploymentPlan(), reason: "a test"),
            tenant: tenant, by: database.a.administrator)
    }

    private func target(_ id: DeploymentID, _ endpoint: EndpointID) async throws -> DeploymentTarget? {
        try await database.store.deployments.targets(of: id, tenant: tenant).items.first { $0.endpoint == endpoint }
    }

    @Test(
        "it is told each job once, and its signed word ends it; what is not its word, or of nothing it was told, is not heard"
    )
    func told() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let site = try await site(folder)
        #expect(try await put(site) == 200)
        // It was tried when it was entered.
        #expect(try site.receiver.messages.map { try $0.json()["type"] as? String } == ["webhook.test"])
        let endpoints = try await database.addEndpoints(2, in: database.a)
        let id = try await deploy(to: endpoints)
        try await waitUntil("the jobs are told") { site.receiver.messages.count == 3 }
        var jobs: [String: String] = [:]
        for message in site.receiver.messages.dropFirst() {
            let body = try message.json()
            let time = try #require(message.headers["webhook-timestamp"].flatMap { Int($0) })
            let name = try #require(message.headers["webhook-id"])
            #expect(
                message.headers["webhook-signature"] == secret.signature(id: name, timestamp: time, body: message.body))
            #expect(body["callback_url"] as? String == "\(site.base)/api/patches/callbacks/\(tenant)")
            #expect(body["kind"] as? String == "install" && body["tool"] as? String == "apt")
            jobs[try #require(body["endpoint_id"] as? String).lowercased()] = try #require(body["id"] as? String)
        }
        let (first, second) = (
            try #require(jobs[endpoints[0].description]), try #require(jobs[endpoints[1].description])
        )
        #expect(try await target(id, endpoints[0])?.carrier == .webhook)

        let done: [String: Any] = [
            "id": first, "state": "succeeded", "message": "It is installed.", "awaits_reboot": true,
        ]
        #expect(try await tell(site, done, by: .make()) == 401)
        #expect(try await tell(site, done, late: 301) == 401)
        #expect(try await tell(site, done, of: database.b.id) == 401)
        #expect(try await tell(site, ["id": UUID().uuidString, "state": "succeeded", "message": ""]) == 404)
        #expect(try await target(id, endpoints[0])?.life.status == .installing)

        #expect(try await tell(site, ["id": first, "state": "running", "message": ""]) == 204)
        #expect(try await tell(site, done) == 204)
        let deployed = try #require(try await target(id, endpoints[0]))
        #expect(deployed.life.status == .deployed && deployed.life.awaitsReboot)
        // Said again, or otherwise.
        #expect(try await tell(site, done) == 204)
        #expect(try await tell(site, ["id": first, "state": "failed", "message": "No."]) == 204)
        #expect(try await target(id, endpoints[0])?.life.status == .deployed)

        let failed: [String: Any] = ["id": second, "state": "failed", "message": "No space.", "has_changed": false]
        #expect(try await tell(site, failed) == 204)
        let left = try #require(try await target(id, endpoints[1]))
        #expect(left.life.status == .failed && left.life.message == "No space." && !left.life.hasChanged)
        #expect(site.receiver.messages.count == 3)
        await site.server.stop()
    }

    @Test(
        "an answer that is lost is asked for again under the message's id; a receiver that takes no test is not set up")
    func lost() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        // The first test is refused, the second is taken; the first attempt at the job fails.
        let site = try await site(folder) { [422, 204, 503][safe: $0] ?? 202 }
        #expect(try await put(site) == 400)
        #expect(try await put(site) == 200)
        let endpoints = try await database.addEndpoints(1, in: database.a)
        let id = try await deploy(to: endpoints)
        try await waitUntil("it is told again") {
            _ = try await database.store.owner.query(
                "UPDATE patch_jobs SET next_at = now() WHERE status = 'unknown' AND next_at > now() + interval '1 second'"
            )
            return try await target(id, endpoints[0])?.life.status == .installing && site.receiver.messages.count >= 4
        }
        let names = site.receiver.messages.dropFirst(2).compactMap { $0.headers["webhook-id"] }
        #expect(Set(names).count == 1)
        let job = try #require(names.first)
        #expect(try await tell(site, ["id": job, "state": "succeeded", "message": ""]) == 204)
        #expect(try await target(id, endpoints[0])?.life.status == .deployed)
        await site.server.stop()
    }
}

extension Array {
    fileprivate subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
