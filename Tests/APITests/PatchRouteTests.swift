import API
import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite("Patches over the API", .database)
struct PatchRouteTests {
    private let database = TestDatabase.current
    private let openssl = "debian/openssl/3.0.13-1~deb12u1"

    /// Three machines that lack four patches, one of them with a reboot, and one that lacks none.
    private func seed() async throws {
        try await database.addIntelligence()
        let folder = try TestFolder()
        defer { folder.remove() }
        let notice = """
            [{"id": "DSA-5611-1", "related": ["CVE-2024-3001"], "summary": "glibc - security update",
              "published": "2024-01-30T00:00:00Z", "modified": "2024-01-30T00:00:00Z", "severity": [],
              "affected": [{"package": {"ecosystem": "Debian:12", "name": "glibc"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.36-9+deb12u4"}]}]}]}]
            """
        let path = try folder.write(notice, to: "notice.json")
        try await database.store.intelligence.importFeed(path: path, source: .osv, origin: "file")
        let packages = SeedPackages.vulnerable + [SeedPackages.deb("libc6", "2.36-9+deb12u3", source: "glibc")]
        _ = try await database.addEndpoints(3, packages: packages, in: database.a)
        _ = try await database.addEndpoints(1, packages: SeedPackages.updated, prefix: "new", in: database.a)
        try await database.scan(database.a)
    }

    @Test("those without a reboot come first, by the risk that they remove; each page once, in every order")
    func available() async throws {
        try await seed()
        try await TestAPI.run { api in
            let viewer = database.a.tokens[.viewer]
            let list = try await api.send("GET", "/api/patches/available", token: viewer)
            let numbers = try list.json.elements.compactMap { $0["kb_number"]?.text }
            #expect(
                numbers == [openssl, "debian/curl/7.88.1-10+deb12u6", "debian/bash/5.2.15-3", "DSA-5611-1"])
            #expect(list["x-total-count"] == "4" && list["etag"] != nil)
            let (first, last) = (try list.json.elements[0], try list.json.elements[3])
            #expect(first["endpoints"] == .integer(3) && first["vulnerabilities"] == .integer(1))
            #expect(first["kind"]?.text == "distribution_update" && first["severity"]?.text == "critical")
            #expect(first["reboot_required"] == .bool(false) && first["risk_per_reboot"] == .null)
            #expect(last["title"]?.text == "glibc - security update" && last["released_date"]?.text == "2024-01-30")
            #expect(last["reboot_required"] == .bool(true) && last["risk_per_reboot"] != .null)
            for sort in PatchStore.Query.Sort.allCases.map(\.rawValue) {
                let whole = try await api.send("GET", "/api/patches/available?sort=\(sort)", token: viewer)
                let expected = try whole.json.elements.compactMap { $0["kb_number"]?.text }
                var (walked, next) = ([String](), Optional("/api/patches/available?sort=\(sort)&limit=1"))
                while let page = next {
                    let reply = try await api.send("GET", page, token: viewer)
                    walked += try reply.json.elements.compactMap { $0["kb_number"]?.text }
                    next = reply.next
                }
                #expect(walked == expected && expected.count == 4, "\(sort)")
            }
            for (filter, count) in [
                ("reboot_required=true", 1), ("severity=critical", 1), ("search=GLIBC", 1), ("kind=windows_update", 0),
            ] {
                let reply = try await api.send("GET", "/api/patches/available?\(filter)", token: viewer)
                #expect(try reply.json.elements.count == count && reply["x-total-count"] == "\(count)", "\(filter)")
            }
            #expect(try await api.send("GET", "/api/patches/available?sort=title", token: viewer).status == 400)
            let other = try await api.send("GET", "/api/patches/available", token: database.b.tokens[.viewer])
            #expect(try other.json.elements.isEmpty)
        }
    }

    @Test("a patch tells what it ends, what it brings where, and what comes before and after it")
    func detail() async throws {
        try await seed()
        let id = try await database.store.patches.named("DSA-5611-1")
        try await TestAPI.run { api in
            let viewer = database.a.tokens[.viewer]
            let patch = try await api.send("GET", "/api/patches/\(id)", token: viewer).json
            #expect(patch["fixes"]?.elements.first?["cve_id"]?.text == "CVE-2024-3001")
            #expect(patch["fixes"]?.elements.first?["endpoints"] == .integer(3))
            #expect(patch["packages"]?.elements.first?["fixed_version"]?.text == "2.36-9+deb12u4")
            #expect(patch["superseded_by"]?.elements.isEmpty == true)
            let needs = try await api.send("GET", "/api/patches/\(id)/endpoints?limit=2", token: viewer)
            #expect(try needs.json.elements.compactMap { $0["hostname"]?.text } == ["host-0", "host-1"])
            #expect(needs["x-total-count"] == "3" && needs.next != nil)
            let change = try needs.json.elements[0]["packages"]?.elements.first
            #expect(change?["name"]?.text == "libc6" && change?["version"]?.text == "2.36-9+deb12u4")
            let foreign = try await api.send(
                "GET", "/api/patches/\(id)/endpoints", token: database.b.tokens[.viewer])
            #expect(try foreign.json.elements.isEmpty)
            #expect(try await api.send("GET", "/api/patches/\(PatchID.make())", token: viewer).status == 404)
        }
    }
}
