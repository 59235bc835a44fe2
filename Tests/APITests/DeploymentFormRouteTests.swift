import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("A deployment is asked for by the form", .database)
struct DeploymentFormRouteTests {
    private let database = TestDatabase.current

    private func send(_ api: TestAPI, _ fields: String) async throws -> Reply {
        try await api.send(
            "POST", "/deployments/new", token: database.a.tokens[.analyst],
            headers: ["Content-Type: application/x-www-form-urlencoded"],
            body: Array("csrf_token=unused&patch=DSA-1-1&\(fields)".utf8))
    }

    private func hidden(_ name: String, in reply: Reply) throws -> String {
        let rest = try #require(reply.text.range(of: "name=\"\(name)\" value=\"")).upperBound
        return String(reply.text[rest...].prefix { $0 != "\"" })
    }

    private func count() async throws -> Int {
        try await database.store.deployments.list(.init(), tenant: database.a.id).total
    }

    @Test("what was previewed is deployed, and a second click makes no second one")
    func once() async throws {
        _ = try await PatchedFleet.make(4, in: database.a)
        let fields = "strategy=immediate&offline=24&reason=a+bug"
        try await TestAPI.run { api in
            let preview = try await send(api, "\(fields)&action=preview")
            #expect(preview.text.contains("Deploy to 4 endpoints"))
            #expect(try await count() == 0)
            let ticket =
                "previewed=\(try hidden("previewed", in: preview))&key=\(try hidden("key", in: preview))&action=deploy"
            async let first = send(api, "\(fields)&\(ticket)")
            async let second = send(api, "\(fields)&\(ticket)")
            let (one, other) = (try await first, try await second)
            #expect(one.status == 303 && one["location"] == other["location"], "\(one.text) \(other.text)")
            #expect(try await count() == 1)
            let made = try await database.store.deployments.list(.init(), tenant: database.a.id).items[0].deployment
            #expect(made.plan.strategy == .immediate && made.plan.offlineHours == 24 && made.reason == "a bug")
        }
    }

    @Test("what was changed since is previewed once more, and so is what was never previewed")
    func changed() async throws {
        _ = try await PatchedFleet.make(1, in: database.a)
        try await TestAPI.run { api in
            let preview = try await send(api, "strategy=immediate&action=preview")
            let ticket =
                "previewed=\(try hidden("previewed", in: preview))&key=\(try hidden("key", in: preview))&action=deploy"
            for fields in ["strategy=immediate&offline=2&\(ticket)", "strategy=immediate&action=deploy"] {
                let again = try await send(api, fields)
                #expect(again.status == 200 && again.text.contains("Something was changed since the preview."))
            }
            #expect(try await count() == 0)
        }
    }

    @Test("a patch that nobody needs, or that is none, is refused beside its field; the patch's link chooses it")
    func refused() async throws {
        try await TestAPI.run { api in
            let unknown = try await send(api, "strategy=immediate&action=preview")
            #expect(unknown.text.contains("id=\"deployment-patch-problem\""))
            let fleet = try await PatchedFleet.make(1, in: database.a)
            let page = try await api.send(
                "GET", "/deployments/new?patch=\(fleet.patch)", token: database.a.tokens[.analyst])
            #expect(page.text.contains("name=\"patch\" value=\"DSA-1-1\""))
        }
    }
}
