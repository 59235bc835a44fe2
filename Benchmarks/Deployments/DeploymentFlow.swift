import Domain
import Foundation
import Logging
import Postgres
import Store

/// Deployments over 100,000 endpoints: made, asked after over HTTP, and reported on.
struct DeploymentFlow: BenchmarkGroup {
    static let name = "deployments"
    static let summary = "a deployment to 100,000 endpoints: making it, its status over HTTP, reports of agents"

    /// Of one transaction, as the server gathers them when thousands come in a second.
    private static let together = 200
    private static let reports = 6000

    func run(_ bench: Bench) async throws {
        let fleet = try await EndpointFleet(bench)
        let deployed = try await DeployedFleet(fleet)
        try await bench.measure("deployments.create", unit: "s", required: .atMost(2)) {
            let start = ContinuousClock.now
            _ = try await deployed.deploy()
            return (ContinuousClock.now - start).seconds
        }
        let id = try await deployed.deploy()
        try await fleet.withServer(isCached: true) { port in
            let wrk = Wrk(port: port, target: "/api/patches/\(id)/status", token: fleet.token)
            try await bench.measure("deployments.status", unit: "answers/s", required: .atLeast(1000)) {
                try await wrk.run().rate
            }
            // At the rate that is wanted, and not at the highest that there is.
            let paced = PacedRequests(port: port, target: wrk.target, token: fleet.token, rate: 1000)
            try await bench.measure("deployments.status_p99", unit: "ms", required: .atMost(10)) {
                try await paced.p99(seconds: 4)
            }
        }
        try await bench.measure("deployments.reports", unit: "reports/s", required: .atLeast(2000)) {
            try await deployed.reports(Self.reports, together: Self.together)
        }
        await deployed.close()
    }
}

/// The fleet with a patch, agents, and deployments under way.
private struct DeployedFleet {
    private let fleet: EndpointFleet
    private let store: Store
    private let patch: PatchID
    private let principal: Principal

    init(_ fleet: EndpointFleet) async throws {
        var logger = Logger(label: "garrison.bench")
        logger.logLevel = .error
        self.fleet = fleet
        store = try await Store.connect(fleet.url, logger: logger)
        principal = Principal(tenant: fleet.tenant, role: .admin, subject: .system, name: "bench")
        patch = try await store.owner.query(
            "INSERT INTO patches (kb_number, title) VALUES ('BENCH-1', 'A patch') RETURNING id")[0].decode(0)
    }

    func close() async { await store.close() }

    func deploy() async throws -> DeploymentID {
        let endpoints = try await store.app.query(
            "SELECT id FROM endpoints WHERE tenant_id = $1", [.id(fleet.tenant)], tenant: fleet.tenant
        ).map { try $0.decode(0, as: EndpointID.self) }
        let plan = DeploymentPlan(
            strategy: .staged,
            rings: [
                DeploymentRing(name: "Canary", percent: 1), DeploymentRing(name: "Early", percent: 10),
                DeploymentRing(name: "All others"),
            ])
        return try await store.deployments.create(
            NewDeployment(patch: "BENCH-1", endpoints: endpoints, plan: plan), tenant: fleet.tenant, by: principal)
    }

    /// How many reports a second are taken of endpoints that are being patched.
    func reports(_ count: Int, together: Int) async throws -> Double {
        let id = try await deploy()
        // As the server does by itself, some time after so many rows came.
        _ = try await store.owner.withConnection { try await $0.query("ANALYZE patch_deployments") }
        let words = try await words(count, of: id)
        let start = ContinuousClock.now
        for first in stride(from: 0, to: words.count, by: together) {
            _ = try await store.deployments.hear(
                Array(words[first..<min(first + together, words.count)]), tenant: fleet.tenant)
        }
        return Double(words.count) / (ContinuousClock.now - start).seconds
    }

    /// Endpoints that are installing, each with an agent that says that it is done.
    private func words(_ count: Int, of id: DeploymentID) async throws -> [AgentWord] {
        let account = try await store.connectors.implicitAccount(kind: .agent, tenant: fleet.tenant)
        let tenant = Value.id(fleet.tenant)
        _ = try await store.owner.run(
            [
                Statement(
                    """
                    UPDATE patch_deployments SET state = 'cancelled', status = 'failed'
                    WHERE tenant_id = $1 AND state = 'installing'
                    """, [tenant]),
                Statement("UPDATE deployments SET status = 'running', ring = 2 WHERE id = $1", [.id(id)]),
                Statement(
                    """
                    UPDATE patch_deployments SET state = 'installing', status = 'staging', lease_at = now() + interval '1 hour'
                    WHERE tenant_id = $1 AND deployment_id = $2 AND id IN (
                      SELECT id FROM patch_deployments WHERE tenant_id = $1 AND deployment_id = $2 LIMIT $3)
                    """, [tenant, .id(id), .int(count)]),
                Statement(
                    """
                    INSERT INTO endpoint_sources (tenant_id, connector_id, device_id, endpoint_id, sighting)
                    SELECT e.tenant_id, $2, e.device_id, e.id, '{}'
                    FROM patch_deployments AS t
                    JOIN endpoints AS e ON e.tenant_id = t.tenant_id AND e.id = t.endpoint_id
                    WHERE t.tenant_id = $1 AND t.deployment_id = $3 AND t.state = 'installing'
                    ON CONFLICT DO NOTHING
                    """, [tenant, .id(account), .id(id)]),
            ], tenant: fleet.tenant)
        return try await store.app.query(
            """
            SELECT e.id, e.device_id
            FROM patch_deployments AS t
            JOIN endpoints AS e ON e.tenant_id = t.tenant_id AND e.id = t.endpoint_id
            WHERE t.tenant_id = $1 AND t.deployment_id = $2 AND t.state = 'installing'
            """, [tenant, .id(id)], tenant: fleet.tenant
        ).map { row in
            let job = PatchJob(deployment: id, endpoint: try row.decode(0), kind: .install, attempt: 1)
            let report = PatchReport(
                job: job, phase: .done, message: "", before: [.init(name: "curl", version: "1")],
                after: [.init(name: "curl", version: "2")], hasChanged: true, log: "Setting up curl (2) …")
            let signature = AgentSignature(tenant: fleet.tenant, agent: .make(), instance: UUID(), sequence: 1)
            return AgentWord(report, device: try row.decode(1), signature: signature, isAdmitted: true)
        }
    }
}
