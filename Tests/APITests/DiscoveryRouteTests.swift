import API
import Domain
import Store
import TestSupport
import Testing

@Suite("Found hosts through the API", .database)
struct DiscoveryRouteTests {
    private var database: TestDatabase { TestDatabase.current }

    private func found(_ account: String) async throws -> [String] {
        let id = try await database.store.connectors.named(account, tenant: database.a.id).id
        return try await database.store.connectors.records(.devices, id, tenant: database.a.id).map(\.sourceID)
    }

    @Test("lists add to their account, complete ones remove what they do not hold, and each account is its own")
    func accounts() async throws {
        let token = database.a.tokens[.analyst]
        func send(_ api: TestAPI, _ target: String, _ lines: [String]) async throws -> Reply {
            try await api.send(
                "POST", target, token: token, headers: ["Content-Type: text/plain"],
                body: Array(lines.joined(separator: "\n").utf8))
        }
        let (one, two) = (
            "10.0.0.7 dev eth0 lladdr 00:1b:21:aa:bb:01 REACHABLE", "10.0.0.8 dev eth0 lladdr 00:1b:21:aa:bb:02 STALE"
        )
        try await TestAPI.run { api in
            let first = try await send(api, "/api/discovery/neighbours", [one])
            #expect(try first.json["hosts"]?.integer == 1, "\(first.text)")
            _ = try await send(api, "/api/discovery/neighbours", [two])
            #expect(try await found("neighbours") == ["mac:00:1b:21:aa:bb:01", "mac:00:1b:21:aa:bb:02"])
            let whole = try await send(api, "/api/discovery/neighbours?complete=true", [two])
            #expect(try whole.json["removed"]?.integer == 1)
            #expect(try await found("neighbours") == ["mac:00:1b:21:aa:bb:02"])
            _ = try await send(api, "/api/discovery/neighbours?account=office", [one])
            #expect(try await found("office") == ["mac:00:1b:21:aa:bb:01"])
            let odd = try await send(api, "/api/discovery/nmap", [one])
            #expect(odd.status == 400 && odd.problem == "document.unsupported")
            #expect(try await send(api, "/api/discovery/rumours", [one]).status == 400)
        }
    }
}
