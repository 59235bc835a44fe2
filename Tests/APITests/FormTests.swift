import API
import Domain
import FoundationEssentials
import Identity
import Objects
import Store
import TestSupport
import Testing

/// The pages' forms, as browsers send them.
@Suite("Forms of pages", .database)
struct FormTests {
    private let database = TestDatabase.current
    private let form = "Content-Type: application/x-www-form-urlencoded"

    private func seeded() async throws -> EndpointID {
        try await database.addIntelligence()
        let ids = try await database.addEndpoints(2, in: database.a)
        try await database.scan(database.a)
        return ids[0]
    }

    private func session(_ api: TestAPI, _ role: Role) async throws -> String {
        let body = "email=\(role.rawValue)@alpha.test&password=\(TestTenant.password.replacing(" ", with: "+"))"
        let reply = try await api.send("POST", "/sign-in", headers: [form], body: Array(body.utf8))
        return String(try #require(reply["set-cookie"]).prefix { $0 != ";" })
    }

    private func post(
        _ api: TestAPI, _ path: String, _ fields: String, session: String, isForged: Bool = false
    ) async throws -> Reply {
        let token = try #require(session.split(separator: "=", maxSplits: 1).last.flatMap { SessionToken(String($0)) })
        let body = "csrf_token=\(isForged ? "x" : token.csrfToken)&\(fields)"
        return try await api.send("POST", path, headers: [form, "Cookie: \(session)"], body: Array(body.utf8))
    }

    private func actions() async throws -> [String] {
        try await database.store.audit.list(.init(limit: 100), tenant: database.a.id).items.map(\.action)
    }

    @Test(
        "tags, exposure and criticality are set by the form, with an audit event; what is not taken is said beside it")
    func describe() async throws {
        let endpoint = try await seeded()
        try await TestAPI.run { api in
            let analyst = try await session(api, .analyst)
            let path = "/endpoints/\(endpoint)/context"
            let fields = "exposure=external&criticality=crown&tags=+web+,+dmz%2Cweb%2C"
            #expect(try await post(api, path, fields, session: analyst, isForged: true).status == 403)
            let reply = try await post(api, path, fields, session: analyst)
            #expect(reply.status == 303 && reply["location"]?.hasPrefix("/endpoints/\(endpoint)?task=") == true)
            let detail = try await database.store.endpoints.detail(endpoint, tenant: database.a.id)
            #expect(detail.tags == ["dmz", "web"] && detail.exposure == "external" && detail.criticality == "crown")
            #expect(try await actions().contains("endpoint.describe"))
            let long = String(repeating: "x", count: 101)
            let refused = try await post(
                api, path, "exposure=internal&criticality=low&tags=a,\(long)", session: analyst)
            #expect(refused.status == 200 && refused.text.contains("Up to 50 tags of 1 to 100 characters."))
            #expect(refused.text.contains("value=\"a,\(long)\" aria-invalid=\"true\""))
            #expect(try await database.store.endpoints.detail(endpoint, tenant: database.a.id).criticality == "crown")
        }
    }

    @Test("a patch's files are given and taken away on its page by those who may deploy, and by no other site's page")
    func patchFiles() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a)
        let (path, name) = ("/patches/\(fleet.patch)", "curl_7.88.1-10%2Bdeb12u6_amd64.deb")
        func files() async throws -> [PatchFile] {
            try await database.store.patchFiles.list(fleet.patch, tenant: database.a.id)
        }
        try await TestAPI.run { api in
            let (analyst, viewer) = (try await session(api, .analyst), try await session(api, .viewer))
            func page(_ session: String) async throws -> String {
                try await api.send("GET", path, headers: ["Cookie: \(session)"]).text
            }
            func upload(_ session: String, _ headers: String...) async throws -> Reply {
                try await api.send(
                    "POST", "/api\(path)/files?name=\(name)&companion=true",
                    headers: ["Cookie: \(session)", "Content-Type: application/octet-stream"] + headers,
                    body: [1, 2, 3])
            }
            let shown = try await page(analyst)
            #expect(shown.contains("data-upload=\"/api\(path)/files\" data-largest=\"2147483648\""))
            #expect(shown.contains("the 2.0 GiB that one file may have here"))
            // What the script sends is what the page's forms do.
            let hidden = try #require(shown.range(of: "name=\"csrf_token\" value=\"")).upperBound
            let token = String(shown[hidden...].prefix { $0 != "\"" })
            #expect(try await upload(analyst).status == 403)
            #expect(try await upload(analyst, "X-CSRF-Token: nonsense").status == 403)
            #expect(try await upload(analyst, "X-CSRF-Token: \(token)", "Sec-Fetch-Site: cross-site").status == 403)
            #expect(try await files().isEmpty)
            #expect(try await upload(analyst, "X-CSRF-Token: \(token)").status == 201)
            let file = try #require(try await files().first)
            #expect(file.isCompanion && file.bytes == 3)
            let remove = "\(path)/files/\(file.id)/remove"
            #expect(try await page(analyst).contains("action=\"\(remove)\""))
            let read = try await page(viewer)
            #expect(read.contains("curl_7.88.1-10+deb12u6_amd64.deb"))
            #expect(!read.contains(remove) && !read.contains("data-upload"))
            #expect(try await post(api, remove, "", session: viewer).status == 403)
            #expect(try await post(api, remove, "", session: analyst, isForged: true).status == 403)
            #expect(try await files().count == 1)
            let removed = try await post(api, remove, "", session: analyst)
            #expect(removed.status == 303 && removed["location"] == "\(path)#files")
            #expect(try await files().isEmpty)
            #expect(try await api.objects.list("tenants/").objects.isEmpty)
            #expect(try await Set(actions()).isSuperset(of: ["patch_file.upload", "patch_file.remove"]))
        }
    }

    @Test("an exception is granted with its owner from the page of a finding, shown there, and ended there")
    func exception() async throws {
        let endpoint = try await seeded()
        try await TestAPI.run { api in
            let analyst = try await session(api, .analyst)
            let path = "/endpoints/\(endpoint)/findings/\(SeedFeeds.low)"
            for (fields, problem) in [
                ("kind=accepted&scope=endpoint&reason=&days=5", "Must not be empty."),
                ("kind=accepted&scope=endpoint&reason=known&days=9999", "An exception lasts 365 days at most"),
                ("kind=accepted&scope=endpoint&reason=known&days=soon", "A whole number of days, one at least."),
            ] {
                let reply = try await post(api, path + "/exception", fields, session: analyst)
                #expect(reply.status == 200 && reply.text.contains("class=\"problem\""), "\(fields)")
                #expect(reply.text.contains(problem), "\(fields)")
            }
            let fields = "kind=accepted&scope=endpoint&owner=Ops&reason=decoy&days=5"
            #expect(try await post(api, path + "/exception", fields, session: analyst)["location"] == path)
            let viewer = try await session(api, .viewer)
            let seen = try await api.send("GET", path, headers: ["Cookie: \(viewer)"]).text
            #expect(seen.contains("Ops") && seen.contains("decoy") && seen.contains("in 4 days"))
            let id = try #require(
                try await database.store.findings.finding(SeedFeeds.low, on: endpoint, tenant: database.a.id).exception)
            let end = "/exceptions/\(id)/end"
            #expect(try await post(api, end, "return_to=\(path)", session: viewer).status == 403)
            #expect(try await post(api, end, "return_to=//evil.example", session: analyst)["location"] == "/")
            #expect(try await api.send("GET", path, headers: ["Cookie: \(analyst)"]).text.contains("Set it aside"))
            #expect(Set(try await actions()).isSuperset(of: ["exception.grant", "exception.revoke"]))
        }
    }

    @Test("who may only read is shown no form that changes something")
    func viewers() async throws {
        let endpoint = try await seeded()
        try await TestAPI.run { api in
            let viewer = try await session(api, .viewer)
            for path in [
                "/endpoints/\(endpoint)", "/endpoints/\(endpoint)/findings/\(SeedFeeds.low)", "/exceptions", "/sla",
                "/weights",
            ] {
                let page = try await api.send("GET", path, headers: ["Cookie: \(viewer)"])
                #expect(page.status == 200, "\(path)")
                // Those of the frame: light or dark, signing out.
                let forms = page.text.matches(of: /<form [^>]*method="post" action="([^"]*)"/).map { String($0.1) }
                #expect(Set(forms) == ["/appearance", "/sign-out"], "\(path)")
            }
        }
    }

    @Test("EPSS over time is a list by days, and 404 for what nobody knows")
    func predictions() async throws {
        _ = try await seeded()
        let folder = try TestFolder()
        defer { folder.remove() }
        let older =
            "#model_version:v1,score_date:2024-04-20T00:00:00+0000\ncve,epss,percentile\n\(SeedFeeds.high),0.31,0.5\n"
        let path = try folder.write(older, to: "epss.csv")
        _ = try await database.store.intelligence.importFeed(path: path, source: .epss, origin: "file")
        let token = database.a.tokens[.viewer]
        try await TestAPI.run { api in
            let target = "/api/vulnerabilities/\(SeedFeeds.high)/epss"
            let days = try await api.send("GET", target, token: token).json.elements
            #expect(days.map { $0["date"]?.text } == ["2024-04-20", "2024-05-01"])
            let first = try await api.send("GET", target + "?limit=1", token: token)
            #expect(try first.json.elements.count == 1 && first["link"]?.contains("rel=\"next\"") == true)
            let page = try await api.send("GET", "/vulnerabilities/\(SeedFeeds.high)", token: token).text
            #expect(page.contains("EPSS from 2024-04-20 to 2024-05-01: 31 % at first, 12 % at last"))
            #expect(try await api.send("GET", "/api/vulnerabilities/CVE-1900-1/epss", token: token).status == 404)
        }
    }
}
