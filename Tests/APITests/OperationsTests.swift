import API
import Domain
import Postgres
import Testing
import TestSupport

@Suite("What whoever runs the server sees", .database)
struct OperationsTests {
    @Test("the metrics are Prometheus text: every sample belongs to a family that is announced once")
    func metrics() async throws {
        let database = TestDatabase.current
        try await database.addIntelligence()
        _ = try await database.store.startScan(of: [], by: database.a.administrator)
        try await TestAPI.run { api in
            for _ in 0..<3 { _ = try await api.send("GET", "/api/me", token: database.a.tokens[.viewer]) }
            _ = try await api.send("GET", "/api/me")
            let reply = try await api.send("GET", "/metrics")
            #expect(reply["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let metrics = try PrometheusText(reply.text)
            let route = ["method": "GET", "route": "/api/me"]
            #expect(metrics["garrison_http_requests_total", route.merging(["status": "2xx"]) { $1 }] == 3)
            #expect(metrics["garrison_http_requests_total", route.merging(["status": "4xx"]) { $1 }] == 1)
            #expect(metrics["garrison_http_request_duration_seconds_count", route] == 4)
            #expect(metrics["garrison_http_request_duration_seconds_bucket", route.merging(["le": "+Inf"]) { $1 }] == 4)
            #expect(metrics["garrison_database_connections", ["pool": "app", "use": "ready"]] ?? 0 >= 1)
            #expect(metrics["garrison_jobs", ["state": "queued"]] == 1)
            #expect(metrics["garrison_jobs", ["state": "running"]] == 0)
            #expect(metrics.samples.contains { $0.name == "garrison_intelligence_age_seconds" && $0.value > 0 })
            #expect(metrics["process_resident_memory_bytes", [:]] ?? 0 > 1_000_000)
            for family in metrics.families { #expect(metrics.help[family.key]?.isEmpty == false, "\(family.key)") }
        }
    }

    @Test("latency buckets grow, and the last one is the count")
    func histograms() async throws {
        let database = TestDatabase.current
        try await TestAPI.run { api in
            for _ in 0..<5 { _ = try await api.send("GET", "/api/tenant", token: database.a.tokens[.viewer]) }
            let metrics = try PrometheusText(try await api.send("GET", "/metrics").text)
            let buckets = metrics.samples.filter {
                $0.name == "garrison_http_request_duration_seconds_bucket" && $0.labels["route"] == "/api/tenant"
            }.map(\.value)
            #expect(buckets == buckets.sorted() && buckets.last == 5 && buckets.count == 14)
        }
    }

    @Test("the process is alive and ready")
    func ready() async throws {
        try await TestAPI.run { api in
            #expect(try await api.send("GET", "/healthz").status == 200)
            let reply = try await api.send("GET", "/readyz")
            #expect(
                reply.status == 200 && reply.text == #"{"status":"ok","checks":[{"name":"database","status":"ok"}]}"#)
        }
    }
}

@Suite("A server whose PostgreSQL goes and comes back", .serialized)
struct OutageTests {
    @Test("is not ready, answers 503 with the reason, keeps living, and recovers by itself")
    func recovers() async throws {
        try await OwnServer.run { server in
            try await TestAPI.run(server.database, store: server.store) { api in
                let token = server.database.a.tokens[.viewer]
                #expect(try await api.send("GET", "/api/tenant", token: token).status == 200)
                await server.cluster.stop()
                let down = try await api.send("GET", "/readyz")
                #expect(down.status == 503 && down["retry-after"] != nil)
                #expect(try down.json["status"]?.text == "failed")
                #expect(try down.json["checks"]?[0]?["message"]?.text?.isEmpty == false)
                #expect(try await api.send("GET", "/healthz").status == 200)
                let refused = try await api.send("GET", "/api/tenant", token: token)
                #expect(refused.status == 503 && refused.problem?.hasPrefix("postgres.") == true, "\(refused.text)")
                let metrics = try PrometheusText(try await api.send("GET", "/metrics").text)
                #expect(metrics["garrison_jobs", ["state": "queued"]] == nil)
                _ = try await server.cluster.start()
                for _ in 0..<600 where try await api.send("GET", "/readyz").status != 200 {
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(try await api.send("GET", "/readyz").status == 200)
                #expect(try await api.send("GET", "/api/tenant", token: token).status == 200)
            }
        }
    }
}
