import API
import AgentProtocol
import Domain
import FoundationEssentials
import Store
import TestSupport
import Testing

extension PatchAgentTests {
    private static let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    private static let file = "curl_7.88.1-10+deb12u6_amd64.deb"

    private func upload(_ api: TestAPI, _ name: String, to patch: PatchID, query: String = "") async throws -> String {
        let reply = try await api.send(
            "POST", "/api/patches/\(patch)/files?name=\(name.replacing("+", with: "%2B"))\(query)",
            token: database.a.tokens[.analyst], headers: ["Content-Type: application/octet-stream"], body: Self.bytes)
        #expect(reply.status == 201, "\(reply.text)")
        return try reply.json["id"]?.text ?? ""
    }

    @Test("where a patch's files are those of the machine's packages, the order names them with addresses of their own")
    func payloads() async throws {
        let fleet = try await PatchedFleet.make(1, in: database.a, prefix: "http")
        try await TestAPI.run { api in
            let (agent, told) = try await enrol(api, "http-0")
            let key = try #require(told)
            _ = try await ask(api, agent, 1, key: key)
            // Others than the machine's: of another tool, another machine, another version.
            for name in [
                "curl-7.88.1-10.x86_64.rpm", "curl_7.88.1-10+deb12u6_s390x.deb", "curl_7.88.1-10_amd64.deb",
            ] {
                _ = try await upload(api, name, to: fleet.patch)
            }
            let id = try await fleet.deploy(DeploymentPlan(reboot: RebootPolicy(.never)))
            var places = TurnPlaces()
            try await database.store.deployments.keep(id, tenant: tenant)
            #expect(try await database.store.deployments.deal(&places, tenant: tenant) == 1)
            func order(_ sequence: Int64) async throws -> PatchOrder {
                let (work, nonce) = try await ask(api, agent, sequence, key: key)
                let signed = try #require(work.orders?.first)
                // It is handed out again when nothing was heard of it.
                _ = try await database.store.owner.query("UPDATE patch_deployments SET handed_at = NULL")
                return try signed.opened(
                    with: key, tenant: tenant, agent: agent.id, nonce: nonce, elapsed: .seconds(1))
            }
            let without = try await order(2)
            #expect(without.tool == .apt && without.payloads.isEmpty && without.diskBytes == 0)

            let file = try await upload(api, Self.file, to: fleet.patch)
            _ = try await upload(api, "libnew_1_all.deb", to: fleet.patch, query: "&companion=true")
            let with = try await order(3)
            #expect(with.tool == .payload && with.payloads.map(\.name) == [Self.file, "libnew_1_all.deb"])
            #expect(with.diskBytes == Int64(Self.bytes.count) * 4)
            #expect(with.packages.map(\.name) == ["curl"])
            let payload = with.payloads[0]
            #expect(payload.digest == Digest.hexadecimal(Self.bytes) && payload.bytes == 100_000)

            try await download(api, payload.url)
            // A file that is removed is not had any more by any address.
            let removed = try await api.send(
                "DELETE", "/api/patches/\(fleet.patch)/files/\(file)", token: database.a.tokens[.analyst])
            #expect(removed.status == 204)
            #expect(try await api.send("GET", payload.url).status == 404)
            #expect(try await order(4).tool == .apt)
        }
    }

    private func download(_ api: TestAPI, _ url: String) async throws {
        #expect(url.hasPrefix("/api/patches/payload?"))
        let whole = try await api.send("GET", url)
        #expect(whole.status == 200 && whole.body == Self.bytes && whole["content-length"] == "100000")
        let rest = try await api.send("GET", url, headers: ["Range: bytes=60000-"])
        #expect(rest.status == 206 && rest.body == Array(Self.bytes[60_000...]))
        #expect(rest["content-range"] == "bytes 60000-99999/100000")
        let part = try await api.send("GET", url, headers: ["Range: bytes=5-9"])
        #expect(part.status == 206 && part.body == Array(Self.bytes[5...9]))
        #expect(try await api.send("GET", url, headers: ["Range: bytes=100000-"]).status == 416)
        #expect(try await api.send("GET", url, headers: ["Range: lines=1-"]).status == 200)
        // Nothing of an address can be changed.
        let until = try #require(url.firstMatch(of: /until=(\d+)/)).output.1
        #expect(
            try await api.send("GET", url.replacing("until=\(until)", with: "until=\(until)0")).status == 404)
        #expect(try await api.send("GET", url.replacing("code=", with: "code=A")).status == 404)
        #expect(
            try await api.send("GET", url.replacing("\(database.a.id)", with: "\(database.b.id)")).status == 404)
        #expect(try await api.send("GET", "/api/patches/payload").status == 404)
    }
}
