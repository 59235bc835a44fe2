import API
import Domain
import FoundationEssentials
import Postgres
import Store
import TestSupport
import Testing

@Suite("The pages of patches and of what becomes of them", .database)
struct PatchPageTests {
    private let database = TestDatabase.current
    private var owner: Database { database.store.owner }

    private func page(_ api: TestAPI, _ path: String) async throws -> String {
        let reply = try await api.send("GET", path, token: database.a.tokens[.analyst])
        #expect(reply.status == 200, "\(path)")
        return reply.text
    }

    @Test("a patch lists its deployments, and each leads back to it")
    func history() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        var ids: [DeploymentID] = []
        for _ in 0..<6 { ids.append(try await fleet.deploy(DeploymentPlan())) }
        try await TestAPI.run { api in
            let patch = try await page(api, "/patches/\(fleet.patch)")
            #expect(
                patch.contains("Its deployments (6)") && patch.contains("/deployments?patch=\(fleet.patch)\">1 more"))
            #expect(try await page(api, "/deployments/\(ids[0])").contains("href=\"/patches/\(fleet.patch)\""))
            let all = try await page(api, "/deployments?patch=\(fleet.patch)")
            for id in ids { #expect(all.contains("/deployments/\(id)")) }
            let none = try await page(api, "/deployments?patch=\(PatchID.make())")
            #expect(none.contains("No such deployment") && !none.contains("/deployments/\(ids[0])"))
        }
    }

    @Test("where nobody could install it, the patch says so before it is deployed")
    func reach() async throws {
        let fleet = try await PatchedFleet.make(3, in: database.a)
        let sentence = "nobody can install it now"
        try await TestAPI.run { api in
            #expect(try await !page(api, "/patches/\(fleet.patch)").contains(sentence))
            _ = try await owner.query(
                "UPDATE agents SET patch_tools = NULL WHERE tenant_id = $1 AND id = $2",
                [.id(database.a.id), .id(fleet.machines[0].agent)], tenant: database.a.id)
            #expect(try await page(api, "/patches/\(fleet.patch)").contains("On 1 of 3 endpoints \(sentence)."))
            // As Microsoft's updates: no package manager brings it.
            _ = try await owner.query("DELETE FROM patch_packages WHERE patch_id = $1", [.id(fleet.patch)])
            let reach = try await database.store.deployments.reach(of: fleet.patch, tenant: database.a.id)
            #expect(reach == .init(endpoints: 3, carried: 0, isInstallable: true))
            let form = try await api.send(
                "POST", "/deployments/new", token: database.a.tokens[.analyst],
                headers: ["Content-Type: application/x-www-form-urlencoded"],
                body: Array("csrf_token=unused&patch=DSA-1-1&strategy=immediate&action=preview".utf8))
            #expect(form.text.contains("Nobody can install it now on any of the 3 endpoints that need it."))
            #expect(form.text.contains("Deploy to 3 endpoints"))
        }
    }

    @Test("why a person decided stands in the history and in the trail")
    func reasons() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let id = try await fleet.deploy(DeploymentPlan())
        try await TestAPI.run { api in
            #expect(try await page(api, "/deployments/\(id)").contains("name=\"reason\" maxlength=\"1000\""))
            let paused = try await api.send(
                "POST", "/deployments/\(id)/pause", token: database.a.tokens[.analyst],
                headers: ["Content-Type: application/x-www-form-urlencoded"],
                body: Array("csrf_token=unused&reason=The+shop+is+open".utf8))
            #expect(paused.status == 303)
            #expect(try await page(api, "/deployments/\(id)").contains("Paused: The shop is open"))
            let entry = try await database.store.audit.list(.init(), tenant: database.a.id).items.first {
                $0.action == "deployment.pause"
            }
            let detail = entry.map { String(decoding: $0.detail, as: UTF8.self) } ?? ""
            #expect(detail.contains("The shop is open"))
        }
    }

    @Test("superseded patches are listed when they are asked for, with what takes their place")
    func superseded() async throws {
        _ = try await owner.query(
            """
            INSERT INTO patches (kb_number, title, is_superseded, released_date)
            VALUES ('KB1', 'Old', true, '2024-01-01'), ('KB2', 'Newer', true, '2024-02-01'), ('KB3', 'Newest', false, '2024-03-01')
            """)
        _ = try await owner.query(
            "INSERT INTO patch_supersedence (kb_number, superseded) VALUES ('KB2', 'KB1'), ('KB3', 'KB2'), ('KB9', 'KB1')"
        )
        try await TestAPI.run { api in
            #expect(try await !page(api, "/patches").contains("Superseded ("))
            let all = try await page(api, "/patches?superseded=true")
            #expect(all.contains("Superseded (2)") && all.contains("KB1") && !all.contains(">Newest<"))
            let found = try await page(api, "/patches?superseded=true&search=old")
            #expect(found.contains("Superseded (1)") && found.contains(">KB2</a>") && found.contains("<li>KB9</li>"))
        }
    }

    @Test("what a patch needs first is on its page, in its JSON and in previews, and so is where that cannot be had")
    func prerequisites() async throws {
        let endpoints = try await database.addEndpoints(2, in: database.a)
        let patch = try await PatchedFleet.needed(by: endpoints, update: "KB5043051", in: database.a)
        _ = try await owner.query("INSERT INTO patches (kb_number, title) VALUES ('KB5043124', 'Servicing stack')")
        _ = try await owner.query("INSERT INTO patch_prerequisites VALUES ('KB5043051', 'KB5043124')")
        let json = #"{"patch_id": "KB5043051", "strategy": "immediate"}"#
        try await TestAPI.run { api in
            func preview() async throws -> (json: JSONValue, page: String) {
                let told = try await api.send(
                    "POST", "/api/patches/deployments/preview", token: database.a.tokens[.analyst], json: json)
                let form = try await api.send(
                    "POST", "/deployments/new", token: database.a.tokens[.analyst],
                    headers: ["Content-Type: application/x-www-form-urlencoded"],
                    body: Array("csrf_token=unused&patch=KB5043051&strategy=immediate&action=preview".utf8))
                return (try told.json, form.text)
            }
            let page = try await page(api, "/patches/\(patch)")
            #expect(page.contains("<dt>Needs first</dt>") && page.contains(">KB5043124</a>"))
            let detail = try await api.send("GET", "/api/patches/\(patch)", token: database.a.tokens[.viewer]).json
            #expect(detail["prerequisites"]?.elements.map { $0["kb_number"]?.text } == ["KB5043124"])
            let first = try await preview()
            #expect(first.json["prerequisites"]?.elements.map { $0["kb_number"]?.text } == ["KB5043124"])
            #expect(first.json["prerequisites"]?.elements.map { $0["endpoints"] } == [.integer(2)])
            #expect(first.json["obstacles"]?.elements.count == 0)
            #expect(first.page.contains("KB5043124 is installed first on 2 endpoints."))
            _ = try await owner.query("DELETE FROM patches WHERE kb_number = 'KB5043124'")
            let then = try await preview()
            #expect(then.json["prerequisites"]?.elements.count == 0)
            let reason = "It needs KB5043124 first, and nothing that can be installed here brings that."
            #expect(then.json["obstacles"]?.elements.map { $0["reason"]?.text } == [reason])
            #expect(then.page.contains("It cannot be installed on 2 endpoints: \(reason)"))
        }
    }
}
