import Domain
import Store

/// The list of endpoints over HTTP: made from the database each time beside pgbench with the same SQL, and
/// from the tenant's cache beside nginx with the same bytes in a file.
struct HTTPLists: BenchmarkGroup {
    static let name = "http"
    static let summary = "GET /api/endpoints?limit=100 of 100,000, beside pgbench and nginx"

    private static let target = "/api/endpoints?limit=100"

    func run(_ bench: Bench) async throws {
        let fleet = try await EndpointFleet(bench)
        try await fleet.withServer(isCached: false) { try await uncached(bench, fleet, $0) }
        try await fleet.withServer(isCached: true) { try await cached(bench, fleet, $0) }
        try await bench.measure("http.serve_idle_memory", unit: "MB", required: .atMost(150)) {
            try await IdleServer.residentMegabytes()
        }
    }

    private func uncached(_ bench: Bench, _ fleet: EndpointFleet, _ port: Int) async throws {
        let wrk = Wrk(port: port, target: Self.target, token: fleet.token)
        let pgbench = try PageScript(fleet, program: bench.server.program("pgbench"))
        defer { pgbench.remove() }
        try await bench.compare(
            [Contender("http.endpoints_uncached", goal: .atLeast(0.3)) { try await wrk.run().rate }],
            with: Contender("pgbench of the same SQL, -c 8 -j 2") { try await pgbench.rate() }, unit: "pages/s")
        try await bench.measure("http.endpoints_uncached_p99", unit: "ms", required: .atMost(50)) {
            try await wrk.run().p99
        }
    }

    private func cached(_ bench: Bench, _ fleet: EndpointFleet, _ port: Int) async throws {
        let wrk = Wrk(port: port, target: Self.target, token: fleet.token)
        let nginx = try await StaticServer.start(page: try await wrk.body())
        do {
            let file = Wrk(port: nginx.port, target: "/page.json", token: fleet.token)
            try await bench.compare(
                [Contender("http.endpoints_cached", goal: .atLeast(0.6)) { try await wrk.run().rate }],
                with: Contender("nginx with the same bytes in a file") { try await file.run().rate }, unit: "answers/s")
            try await bench.measure("http.endpoints_cached_p99", unit: "ms", required: .atMost(50)) {
                try await wrk.run().p99
            }
        } catch {
            nginx.stop()
            throw error
        }
        nginx.stop()
    }
}
