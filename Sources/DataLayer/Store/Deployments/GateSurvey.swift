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

    /// Restarts of late, and incidents and alerts since it began. What was stored of these some time ago is counted once and
    /// kept; a look counts what is newer, however much there is of the rest.
    private func watch(_ evidence: inout GateEvidence) async throws {
        let place: [Value] = [.id(change.tenant), .id(change.record.id)]
        let began = change.record.startedAt ?? change.record.createdAt
        // An import may have begun before, whose clock may be another.
        var watched = change.record.watchedUntil ?? began.addingTimeInterval(-Self.grace)
        var statements: [Statement] = []
        let next = change.now.addingTimeInterval(-Self.grace)
        if next.timeIntervalSince(watched) >= Self.grace {
            statements = [
                Statement(
                    """
                    UPDATE deployments
                    SET watched_until = $4, watched_incidents = watched_incidents + (\(Self.incidents("$6", "$7"))),
                      watched_alerts = watched_alerts + (\(Self.alerts("$6", "$7")))
                    WHERE tenant_id = $1 AND id = $2 AND watched_until IS NOT DISTINCT FROM $5
                    """,
                    place + [
                        .timestamptz(began), .timestamptz(next), .of(change.record.watchedUntil),
                        .uuid(Self.first(at: watched)), .uuid(Self.first(at: next)),
                    ])
            ]
            watched = next
        }
        let end = UUID(uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
        statements += [
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
                SELECT watched_incidents + (\(Self.incidents("$4", "$5"))), watched_alerts + (\(Self.alerts("$4", "$5")))
                FROM deployments
                WHERE tenant_id = $1 AND id = $2
                """, place + [.timestamptz(began), .uuid(Self.first(at: watched)), .uuid(end)]),
        ]
        let results = Array(try await change.connection.run(statements).suffix(2))
        evidence.unhealthy = try results[0].int(0, 0)
        evidence.incidents = try results[1].int(0, 0)
        evidence.alerts = try results[1].int(0, 1)
    }

    /// Alerts of devices that were unknown when they came have their endpoint by then, and what was being stored is there.
    private static let grace = 900.0

    private static func incidents(_ from: String, _ to: String) -> String {
        """
        SELECT count(*)
        FROM incidents AS i
        JOIN patch_deployments AS t ON t.tenant_id = i.tenant_id AND t.endpoint_id = i.endpoint_id
        WHERE i.tenant_id = $1 AND t.deployment_id = $2 AND i.id >= \(from) AND i.id < \(to)
          AND i.detected_at >= greatest($3, t.deployment_date) AND t.deployment_date IS NOT NULL
        """
    }

    private static func alerts(_ from: String, _ to: String) -> String {
        """
        SELECT count(*)
        FROM alerts AS a
        JOIN patch_deployments AS t ON t.tenant_id = a.tenant_id AND t.endpoint_id = a.endpoint_id
        WHERE a.tenant_id = $1 AND t.deployment_id = $2 AND a.id >= \(from) AND a.id < \(to)
          AND a.detected_at >= greatest($3, t.deployment_date) AND t.deployment_date IS NOT NULL
          AND a.severity <> 'informational'
        """
    }

    /// The first id that is made at a moment: ids are in the order of time.
    private static func first(at moment: Date) -> UUID {
        let milliseconds = UInt64(max(0, moment.timeIntervalSince1970 * 1000))
        func byte(_ place: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: milliseconds >> (8 * place)) }
        return UUID(
            uuid: (byte(5), byte(4), byte(3), byte(2), byte(1), byte(0), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    }
}
