import Domain
import FoundationEssentials
import Patching
import Postgres

/// What a deployment's targets look like now, and what its gate says to it.
struct GateSurvey {
    let change: DeploymentChange

    init(_ change: DeploymentChange) { self.change = change }

    /// A machine that has come back from its restart and falls silent for so long is not well.
    static let silence = 900.0
    /// Restarts are watched for so long.
    static let watch = 86_400.0

    func survey() async throws -> DeploymentLife.Survey {
        let counts = try await change.counts()
        let reading = try await reading(counts)
        let isDone = ring(counts).map { policy.isDone($0.all) } ?? false
        return DeploymentLife.Survey(
            targets: counts.all, toRollBack: counts.toRollBack, isRingDone: isDone, gate: reading.decision,
            evidence: reading.evidence)
    }

    func reading() async throws -> GateReading { try await reading(try await change.counts()) }

    private var policy: RingGate { RingGate(change.record.plan.gate(after: max(change.life.ring, 0))) }

    private func ring(_ counts: DeploymentCounts) -> DeploymentCounts.Ring? {
        counts.rings.first { $0.ring == change.life.ring }
    }

    private func reading(_ counts: DeploymentCounts) async throws -> GateReading {
        guard let ring = ring(counts) else { return GateReading(decision: .wait([]), evidence: GateEvidence()) }
        var evidence = GateEvidence(ring: ring.trials, all: counts.trials(upTo: change.life.ring))
        if evidence.all.begun > 0 { try await watch(&evidence) }
        let decision = policy.decide(
            evidence, ring: ring.all, forgiven: change.life.forgiven, soakingSince: change.life.soakingSince,
            at: change.now)
        return GateReading(decision: decision, evidence: evidence)
    }

    /// Counts from what is rare: restarts of late, and incidents and alerts since it began.
    private func watch(_ evidence: inout GateEvidence) async throws {
        let place: [Value] = [.id(change.tenant), .id(change.record.id)]
        let results = try await change.connection.run([
            Statement(
                """
                SELECT count(*)
                FROM patch_deployments AS t
                WHERE t.tenant_id = $1 AND t.deployment_id = $2 AND t.restarted_at > now() - make_interval(secs => $3)
                  AND t.state = 'deployed' AND EXISTS (
                    SELECT
                    FROM endpoint_sources AS s
                    JOIN connectors AS c ON c.tenant_id = s.tenant_id AND c.id = s.connector_id AND c.kind = 'agent'
                    JOIN agents AS a ON a.tenant_id = s.tenant_id AND a.device_id = s.device_id AND a.state <> 'revoked'
                    WHERE s.tenant_id = $1 AND s.endpoint_id = t.endpoint_id
                      AND (a.state = 'quarantined' OR a.last_seen_at < now() - make_interval(secs => $4)))
                """, place + [.float8(Self.watch), .float8(Self.silence)]),
            Statement(
                """
                SELECT count(*)
                FROM incidents AS i
                JOIN patch_deployments AS t ON t.tenant_id = i.tenant_id AND t.endpoint_id = i.endpoint_id
                WHERE i.tenant_id = $1 AND t.deployment_id = $2 AND i.detected_at >= $3
                  AND i.detected_at >= t.deployment_date
                """, place + [.of(change.record.startedAt)]),
            Statement(
                """
                SELECT count(*)
                FROM alerts AS a
                JOIN patch_deployments AS t ON t.tenant_id = a.tenant_id AND t.endpoint_id = a.endpoint_id
                WHERE a.tenant_id = $1 AND t.deployment_id = $2 AND a.detected_at >= $3
                  AND a.detected_at >= t.deployment_date AND a.severity <> 'informational'
                """, place + [.of(change.record.startedAt)]),
        ])
        evidence.unhealthy = try results[0].int(0, 0)
        evidence.incidents = try results[1].int(0, 0)
        evidence.alerts = try results[2].int(0, 0)
    }
}
