import Domain
import FoundationEssentials
import Patching
import Postgres

/// What people decide of a deployment.
extension DeploymentStore {
    public enum Decision: String, Sendable, CaseIterable {
        case pause, resume, abort, retry
        case rollBack = "rollback"
    }

    /// - Throws: `StoreError.notFound`; `StoreError.conflict` that says why this cannot be done to it now.
    @discardableResult
    public func decide(
        _ decision: Decision, _ id: DeploymentID, reason: String = "", tenant: TenantID, by principal: Principal
    ) async throws -> Status {
        try Self.require(reason)
        try await store.app.retriedTransaction(tenant: tenant) { connection in
            guard var change = try await DeploymentChange(id, connection, tenant: tenant) else {
                throw Self.unknown(id)
            }
            let before = change.life.status
            let event: DeploymentLife.Event
            switch decision {
            case .pause: event = .pause
            case .resume: event = .resume(try await GateSurvey(change).reading().evidence)
            case .abort: event = .abort
            case .retry:
                let counts = try await change.counts().all
                guard counts.sum(where: { Self.canRetry($0, before) }) > 0 else {
                    throw Self.refusal(decision, before, "Nothing of it has failed or was not reached.")
                }
                event = .retry
            case .rollBack: event = .rollBack
            }
            guard
                try await change.take(event, by: PatchActor(principal), reason: reason.isEmpty ? nil : reason)
            else { throw Self.refusal(decision, before) }
            try await settle(&change)
            let detail = ["from": before.rawValue, "to": change.life.status.rawValue, "reason": reason]
            try await connection.run([
                try AuditEntry("deployment.\(decision.rawValue)", object: id.description, detail: detail, by: principal)
                    .statement()
            ])
        }
        return try await status(id, tenant: tenant)
    }

    private static func canRetry(_ status: TargetStatus, _ deployment: DeploymentStatus) -> Bool {
        switch status {
        case .rollbackFailed: deployment == .rolledBackWithFailures
        case .failed, .expired, .cancelled, .lost: deployment != .rolledBackWithFailures
        default: false
        }
    }

    static func require(_ reason: String) throws {
        guard reason.count <= longestReason, !reason.utf8.contains(0) else {
            throw StoreError.invalid(field: "reason", reason: "must have at most \(longestReason) characters")
        }
    }

    private static func refusal(
        _ decision: Decision, _ status: DeploymentStatus, _ why: String? = nil
    ) -> StoreError {
        let verb =
            switch decision {
            case .pause: "paused"
            case .resume: "resumed"
            case .abort: "aborted"
            case .retry: "tried again"
            case .rollBack: "rolled back"
            }
        let hint = hint(decision, status)
        let sentence = "The deployment is “\(status.label)” and cannot be \(verb)."
        return .conflict(kind: "deployment", reason: why ?? (hint.isEmpty ? sentence : "\(sentence) \(hint)"))
    }

    private static func hint(_ decision: Decision, _ status: DeploymentStatus) -> String {
        switch (decision, status) {
        case (.pause, .paused), (.pause, .halted): "Nothing begins already."
        case (.pause, .awaitingApproval): "Nothing begins before it is approved."
        case (.resume, .running), (.resume, .soaking), (.resume, .scheduled): "It is not held."
        case (_, .aborting): "It ends when what runs has come to an end; it can be rolled back."
        case (_, .rollingBack): "What was done is being taken back."
        case (.rollBack, .scheduled), (.rollBack, .awaitingApproval):
            "Nothing was begun: abort it."
        case (_, .rejected): "It was refused: make another one."
        case (.retry, .aborted): "What was aborted stays so: make another one."
        default: status.isFinal ? "It has ended." : ""
        }
    }

    /// A person's word on a deployment that awaits approval.
    ///
    /// - Throws: `StoreError.notFound`; `StoreError.conflict` where it does not count, or none is awaited.
    @discardableResult
    public func approve(
        _ id: DeploymentID, agrees: Bool, revision: Int? = nil, comment: String = "", tenant: TenantID,
        by principal: Principal
    ) async throws -> Status {
        try Self.require(comment)
        try await store.app.retriedTransaction(tenant: tenant) { connection in
            guard var change = try await DeploymentChange(id, connection, tenant: tenant) else {
                throw Self.unknown(id)
            }
            guard change.life.status == .awaitingApproval else {
                throw StoreError.conflict(
                    kind: "deployment",
                    reason: "The deployment is “\(change.life.status.label)”: it awaits no approval.")
            }
            let record = change.record
            let person = try Self.approver(principal, of: record.plan)
            let approvals = Approvals(
                record.plan.approval, requester: record.requester ?? UserID(id.uuid), revision: record.revision)
            let word = Approvals.Word(person: person, agrees: agrees, revision: revision ?? record.revision)
            if let defect = approvals.defect(of: word) {
                throw StoreError.conflict(kind: "deployment", reason: defect)
            }
            let rows = try await connection.run([
                Statement(
                    """
                    INSERT INTO deployment_approvals (tenant_id, deployment_id, person_id, person, agrees, revision, comment)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    """,
                    [
                        .id(tenant), .id(id), .id(person), .text(principal.name), .bool(agrees),
                        .int4(Int32(clamping: word.revision)), .text(comment),
                    ]),
                Statement(
                    """
                    SELECT person_id, agrees, revision
                    FROM deployment_approvals
                    WHERE tenant_id = $1 AND deployment_id = $2
                    ORDER BY at, id
                    """, [.id(tenant), .id(id)]),
                try AuditEntry(
                    agrees ? "deployment.approve" : "deployment.reject", object: id.description,
                    detail: ["comment": comment], by: principal
                ).statement(), Self.notice(id),
            ])
            let words = try rows[1].map { row in
                Approvals.Word(
                    person: try row.decode(0), agrees: try row.decode(1),
                    revision: Int(try row.decode(2, as: Int32.self)))
            }
            let reason = comment.isEmpty ? nil : comment
            switch approvals.outcome(words) {
            case .approved: try await change.take(.approved, by: PatchActor(principal), reason: reason)
            case .refused: try await change.take(.refused, by: PatchActor(principal), reason: reason)
            case .waiting: break
            }
            try await settle(&change)
        }
        return try await status(id, tenant: tenant)
    }

    /// A token may stand for the one who agrees, and is the person who made it: of one that nobody knows it cannot be told
    /// whether it is somebody else's than whoever asked. That two persons agree is a thing of persons who have signed in.
    private static func approver(_ principal: Principal, of plan: DeploymentPlan) throws -> UserID {
        switch principal.subject {
        case .user(let id): return id
        case .token where plan.approval != .twoPersons:
            if let person = principal.person { return person }
            throw StoreError.conflict(
                kind: "deployment",
                reason: "Nobody knows who made this token: sign in, or approve with one that you have made.")
        case .token, .system:
            throw StoreError.conflict(
                kind: "deployment", reason: "Only a person can approve or refuse this deployment: sign in for it.")
        }
    }
}
