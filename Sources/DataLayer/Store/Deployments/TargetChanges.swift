import Domain
import FoundationEssentials
import Patching
import Postgres

/// Steps of targets that are written together: one statement for the rows, one for their history.
struct TargetChanges {
    /// One target's, over all its steps in this transaction.
    private struct Change {
        let deployment: DeploymentID
        var life: TargetLife
        var details = Details()
    }

    /// What is kept of a target besides its life.
    struct Details {
        /// Who takes its job.
        var agent: AgentID?
        /// Who else does.
        var executor: ExecutorChoice?
        var packages: [PatchOrder.Package]?
        var outcome: DeploymentTarget.Outcome?
        var log: String?
    }

    private struct Entry {
        let target: TargetID
        let deployment: DeploymentID
        let attempt: Int
        let transition: PatchTransition<TargetStatus>
    }

    private var changes: [TargetID: Change] = [:]
    private var order: [TargetID] = []
    private var entries: [Entry] = []

    var isEmpty: Bool { changes.isEmpty }
    var count: Int { changes.count }

    mutating func add(
        _ step: TargetLife.Step, to target: TargetID, of deployment: DeploymentID, details: Details = Details()
    ) {
        if changes[target] == nil { order.append(target) }
        var change = changes[target] ?? Change(deployment: deployment, life: step.life)
        change.life = step.life
        change.details.agent = details.agent ?? change.details.agent
        change.details.executor = details.executor ?? change.details.executor
        change.details.packages = details.packages ?? change.details.packages
        change.details.outcome = details.outcome ?? change.details.outcome
        change.details.log = details.log ?? change.details.log
        changes[target] = change
        if let transition = step.transition {
            entries.append(
                Entry(target: target, deployment: deployment, attempt: step.life.attempt, transition: transition))
        }
    }

    func statements(tenant: TenantID) throws -> [Statement] {
        guard !changes.isEmpty else { return [] }
        return [try rows(tenant), history(tenant)].compactMap(\.self)
    }

    /// The places of `TargetLife` in statements that write it from arrays or from parameters.
    static let busy = TargetStatus.allCases.filter(\.isUnderWay).map { "'\($0.rawValue)'" }.joined(separator: ", ")
    static let final = TargetStatus.allCases.filter(\.isFinal).map { "'\($0.rawValue)'" }.joined(separator: ", ")

    /// What follows from the new state `n.state`, whoever writes it.
    static let consequences = """
        since = CASE WHEN t.state <> n.state THEN now() ELSE t.since END,
        deployment_date = CASE WHEN n.state = 'installing' THEN coalesce(t.deployment_date, now())
          WHEN n.state = 'waiting' THEN NULL ELSE t.deployment_date END,
        completion_date = CASE WHEN n.state NOT IN (\(final)) THEN NULL WHEN t.state <> n.state THEN now()
          ELSE t.completion_date END,
        restarted_at = CASE WHEN n.state = 'rebooting' THEN now() WHEN n.state IN ('waiting', 'rolled_back') THEN NULL
          ELSE t.restarted_at END,
        retried_at = CASE WHEN n.state = 'waiting' AND t.state IN (\(final)) THEN now() ELSE t.retried_at END,
        handed_at = CASE WHEN n.state <> t.state AND n.state IN ('offered', 'rolling_back', 'unknown') THEN NULL
          ELSE t.handed_at END
        """

    private func rows(_ tenant: TenantID) throws -> Statement {
        let all = order.compactMap { id in changes[id].map { (id, $0) } }
        func json(_ value: (some Encodable)?) throws -> String? {
            try value.map { String(decoding: try PatchJSON.encode($0), as: UTF8.self) }
        }
        return Statement(
            """
            UPDATE patch_deployments AS t
            SET state = n.state, status = n.status, attempt = n.attempt, rollback_attempt = n.rollback_attempt,
              lease_at = n.lease_at, has_failed = n.has_failed, has_changed = n.has_changed,
              awaits_reboot = n.awaits_reboot, error_message = n.message,
              agent_id = CASE WHEN n.state IN (\(Self.busy)) THEN coalesce(n.agent, t.agent_id) END,
              executor = CASE WHEN n.agent IS NULL THEN coalesce(n.executor, t.executor) END,
              executor_id = CASE WHEN n.agent IS NULL AND n.executor IS NULL THEN t.executor_id ELSE n.executor_id END,
              installs = coalesce(n.installs::jsonb, t.installs), outcome = CASE WHEN n.outcome IS NULL THEN t.outcome
                -- A second attempt begins where the first has left off.
                WHEN jsonb_array_length(t.outcome -> 'before') > 0
                THEN n.outcome::jsonb || jsonb_build_object('before', t.outcome -> 'before')
                ELSE n.outcome::jsonb END,
              log_tail = coalesce(n.log_tail, t.log_tail),
              \(Self.consequences)
            FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::int[], $7::timestamptz[], $8::boolean[],
              $9::boolean[], $10::boolean[], $11::text[], $12::uuid[], $13::text[], $14::text[], $15::text[], $16::text[], $17::uuid[])
              AS n (id, state, status, attempt, rollback_attempt, lease_at, has_failed, has_changed, awaits_reboot, message,
                agent, installs, outcome, log_tail, executor, executor_id)
            WHERE t.tenant_id = $1 AND t.id = n.id
            """,
            [
                .id(tenant), .uuidArray(all.map { $0.0.uuid }), .textArray(all.map { $0.1.life.status.rawValue }),
                .textArray(all.map { $0.1.life.status.published.rawValue }),
                .int4Array(all.map { Int32(clamping: $0.1.life.attempt) }),
                .int4Array(all.map { Int32(clamping: $0.1.life.rollbackAttempt) }),
                .timestamptzArray(all.map(\.1.life.lease)), .boolArray(all.map(\.1.life.hasFailed)),
                .boolArray(all.map(\.1.life.hasChanged)), .boolArray(all.map(\.1.life.awaitsReboot)),
                .textArray(all.map(\.1.life.message)), .uuidArray(all.map { $0.1.details.agent?.uuid }),
                .textArray(try all.map { try json($0.1.details.packages) }),
                .textArray(try all.map { try json($0.1.details.outcome) }), .textArray(all.map(\.1.details.log)),
                .textArray(all.map { $0.1.details.executor?.kind }),
                .uuidArray(all.map { $0.1.details.executor?.connector?.uuid }),
            ])
    }

    private func history(_ tenant: TenantID) -> Statement? {
        guard !entries.isEmpty else { return nil }
        let actors = entries.map { ActorColumns($0.transition.actor) }
        return Statement(
            """
            INSERT INTO deployment_transitions
              (tenant_id, deployment_id, id, target_id, attempt, from_status, to_status, at, actor_kind, actor_id, actor,
               reason)
            SELECT $1, n.deployment_id, n.id, n.target_id, n.attempt, n.from_status, n.to_status, n.at, n.kind, n.actor_id,
              n.actor, n.reason
            FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::timestamptz[],
              $9::text[], $10::uuid[], $11::text[], $12::text[])
              AS n (deployment_id, id, target_id, attempt, from_status, to_status, at, kind, actor_id, actor, reason)
            """,
            [
                .id(tenant), .uuidArray(entries.map(\.deployment.uuid)),
                .uuidArray(entries.map { _ in TransitionID.make().uuid }), .uuidArray(entries.map(\.target.uuid)),
                .int4Array(entries.map { Int32(clamping: $0.attempt) }),
                .textArray(entries.map(\.transition.from.rawValue)), .textArray(entries.map(\.transition.to.rawValue)),
                .timestamptzArray(entries.map(\.transition.at)), .textArray(actors.map(\.kind)),
                .uuidArray(actors.map(\.id)), .textArray(actors.map(\.name)),
                .textArray(entries.map(\.transition.reason)),
            ])
    }
}

enum TransitionTag {}
typealias TransitionID = Identifier<TransitionTag>

/// An actor as rows have it.
struct ActorColumns {
    let kind: String
    let id: UUID?
    let name: String

    init(_ actor: PatchActor) {
        name = actor.label
        switch actor {
        case .person(let user, _): (kind, id) = ("person", user.uuid)
        case .endpoint(let endpoint): (kind, id) = ("endpoint", endpoint.uuid)
        case .gate: (kind, id) = ("gate", nil)
        case .server: (kind, id) = ("server", nil)
        }
    }
}

extension PatchActor {
    /// Who asks: a person, also by a token; the token itself where nobody knows whose it is.
    init(_ principal: Principal) {
        switch principal.subject {
        case .user(let id): self = .person(id, name: principal.name)
        case .token(let id): self = .person(principal.person ?? UserID(id.uuid), name: principal.name)
        // The machine's account has no id of its own.
        case .system:
            self = .person(UserID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))), name: principal.name)
        }
    }
}
