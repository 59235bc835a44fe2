import Domain
import FoundationEssentials
import Patching
import Postgres

/// A job that an agent is to be handed, with what its order says.
public struct PatchErrand: Sendable {
    public let job: PatchJob
    public let patch: PatchID
    /// What can install it, as its distributions say: one, or none for a patch of another kind.
    public let tools: [PatchOrder.Tool]
    public let packages: [PatchOrder.Package]
    public let reboot: RebootPolicy
    public let limits: DeploymentLimits
}

/// What agents are handed.
extension DeploymentStore {
    /// A job is handed out again when its agent has said nothing of it for so long.
    static let again = 60.0

    /// The jobs that wait for an agent's machine. What the agent is at already is not handed out again; that it says so is
    /// a sign of life.
    public func errands(
        for agent: AgentRecord, _ abilities: PatchAbilities, tenant: TenantID
    ) async throws -> [PatchErrand] {
        let rows = try await store.app.query(
            """
            SELECT \(DeploymentTarget.lifeColumns), t.id, t.deployment_id, coalesce(t.job_endpoint_id, t.endpoint_id),
              t.installs, t.outcome, d.plan, t.handed_at IS NULL OR t.handed_at < now() - make_interval(secs => $3),
              t.handed_at IS NULL, d.patch_id, (
                SELECT array_agg(DISTINCT k.ecosystem) FROM patch_packages AS k WHERE k.patch_id = d.patch_id)
            FROM connectors AS c
            JOIN endpoint_sources AS s ON s.tenant_id = c.tenant_id AND s.connector_id = c.id
            JOIN patch_deployments AS t ON t.tenant_id = s.tenant_id AND t.endpoint_id = s.endpoint_id
              AND t.state IN (\(TargetChanges.busy))
            JOIN deployments AS d ON d.tenant_id = t.tenant_id AND d.id = t.deployment_id
            WHERE c.tenant_id = $1 AND c.kind = 'agent' AND c.is_implicit AND s.device_id = $2 AND t.executor IS NULL
            """, [.id(tenant), .text(agent.deviceID), .float8(Self.again)], tenant: tenant)
        guard !rows.isEmpty else { return [] }
        var (errands, handed, alive): ([PatchErrand], [TargetID], [TargetID: DeploymentID]) = ([], [], [:])
        for row in rows {
            let life = try TargetLife(row)
            let (target, deployment): (TargetID, DeploymentID) = (try row.decode(8), try row.decode(9))
            guard let job = life.job(of: try row.decode(10), in: deployment) else { continue }
            if abilities.underWay.contains(job.description) {
                alive[target] = deployment
                // It need not be woken for what it has.
                if try row.decode(15, as: Bool.self) { handed.append(target) }
                continue
            }
            guard try row.decode(14, as: Bool.self) else { continue }
            let plan = try PatchJSON.decode(DeploymentPlan.self, from: try row.rows.bytes(row.index, 13))
            let packages = try Self.packages(row, job.kind, installs: 11, outcome: 12)
            handed.append(target)
            errands.append(
                PatchErrand(
                    job: job, patch: try row.decode(16), tools: Self.tools(try row.decode(17) ?? []),
                    packages: packages, reboot: plan.reboot, limits: plan.limits))
        }
        if !handed.isEmpty { try await note(handed, handedTo: agent.id, tenant) }
        if !alive.isEmpty { try await extend(alive, tenant) }
        return errands
    }

    /// A machine may have another tool besides the one that its packages are installed with.
    private static func tools(_ ecosystems: [String]) -> [PatchOrder.Tool] {
        let schemes = Set(ecosystems.map { Ecosystem(osv: $0).scheme })
        return [(PatchOrder.Tool.apt, VersionScheme.deb), (.dnf, .rpm), (.apk, .apk)].filter { schemes.contains($0.1) }
            .map(\.0)
    }

    /// - Parameters:
    ///   - first: the column of what is to be installed.
    ///   - second: the one of what the endpoint said of versions.
    static func packages(
        _ row: Postgres.Row, _ kind: PatchJob.Kind, installs first: Int, outcome second: Int
    ) throws -> [PatchOrder.Package] {
        let installs =
            row.rows.isNull(row.index, first)
            ? [] : try PatchJSON.decode([PatchOrder.Package].self, from: try row.rows.bytes(row.index, first))
        guard kind == .rollback else { return installs }
        let outcome =
            row.rows.isNull(row.index, second)
            ? nil : try PatchJSON.decode(DeploymentTarget.Outcome.self, from: try row.rows.bytes(row.index, second))
        return installs.compactMap { package in
            let before = outcome?.before.first { $0.name == package.name && $0.architecture == package.architecture }
            guard let version = before?.version ?? package.installed else { return nil }
            return PatchOrder.Package(
                name: package.name, architecture: package.architecture, version: version, installed: package.version)
        }
    }

    private func note(_ targets: [TargetID], handedTo agent: AgentID, _ tenant: TenantID) async throws {
        _ = try await store.app.query(
            """
            UPDATE patch_deployments
            SET handed_at = now(), agent_id = $3
            WHERE tenant_id = $1 AND id = ANY ($2) AND state IN (\(TargetChanges.busy))
            """, [.id(tenant), .uuidArray(targets.map(\.uuid)), .id(agent)], tenant: tenant)
    }

    /// The agent has said that it is at these.
    private func extend(_ targets: [TargetID: DeploymentID], _ tenant: TenantID) async throws {
        try await store.app.retriedTransaction(tenant: tenant) { connection in
            let rows = try await connection.run([
                DeploymentLock.shared(Set(targets.values)),
                Statement(
                    """
                    SELECT \(DeploymentTarget.lifeColumns), t.id, t.deployment_id, clock_timestamp()
                    FROM patch_deployments AS t
                    WHERE t.tenant_id = $1 AND t.id = ANY ($2)
                    ORDER BY t.id
                    FOR NO KEY UPDATE
                    """, [.id(tenant), .uuidArray(targets.keys.map(\.uuid))]),
            ])[1]
            var (changes, moved): (TargetChanges, Set<DeploymentID>) = (TargetChanges(), [])
            for row in rows {
                let (life, now) = (try TargetLife(row), try row.decode(10, as: Date.self))
                guard let lease = TargetPace.lease(life.status == .unknown ? .installing : life.status),
                    life.lease.map({ $0.timeIntervalSince(now) < lease / 2 }) ?? true
                else { continue }
                let (step, deployment) = (
                    life.after(.held(until: now.addingTimeInterval(lease)), at: now),
                    try row.decode(9, as: DeploymentID.self)
                )
                changes.add(step, to: try row.decode(8), of: deployment)
                if step.transition != nil { moved.insert(deployment) }
            }
            if changes.isEmpty { return }
            try await connection.run(try changes.statements(tenant: tenant) + moved.map(Self.notice))
        }
    }

    /// The agents of all tenants for whom a job waits.
    public func awaited() async throws -> Set<AgentID> {
        let rows = try await store.system.query(
            "SELECT agent_id FROM patch_deployments WHERE handed_at IS NULL AND agent_id IS NOT NULL", [], tenant: nil)
        return Set(try rows.map { try $0.decode(0) })
    }
}
