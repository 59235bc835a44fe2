import Domain
import FoundationEssentials
import Patching
import Postgres

/// Tells a tenant's webhook what became of a deployment, in the transaction in which it did.
struct DeploymentNotice {
    enum Event: String {
        case started, halted, completed, aborted
        case ringOpened = "ring_opened"
        case rolledBack = "rolled_back"

        /// Nil for what is told to nobody.
        init?(_ step: DeploymentLife.Step, from before: DeploymentLife) {
            let opens = step.actions.contains { if case .openRing = $0 { true } else { false } }
            switch (before.status, step.life.status) {
            case (.scheduled, .running): self = .started
            case (_, .running) where opens: self = .ringOpened
            case (let old, .halted) where old != .halted: self = .halted
            case (let old, .completed) where old != .completed: self = .completed
            case (let old, .completedWithFailures) where old != .completedWithFailures: self = .completed
            case (let old, .aborted) where old != .aborted: self = .aborted
            case (let old, .rolledBack) where old != .rolledBack: self = .rolledBack
            case (let old, .rolledBackWithFailures) where old != .rolledBackWithFailures: self = .rolledBack
            default: return nil
            }
        }
    }

    let record: DeploymentRecord
    let life: DeploymentLife
    let event: Event
    let reason: String?
    let at: Date

    /// Nothing where the tenant has no webhook.
    func write(_ connection: Connection, _ tenant: TenantID) async throws {
        let rows = try await connection.run([
            Statement(
                """
                SELECT n.name
                FROM webhooks AS w
                JOIN tenants AS n ON n.id = w.tenant_id
                WHERE w.tenant_id = $1 AND w.enabled
                """, [.id(tenant)]), DeploymentCounts.statement(record.id, tenant: tenant),
        ])
        guard let row = rows[0].first else { return }
        let counts = try DeploymentCounts(rows[1])
        let body = NoticeBody(
            type: .deployment, tenant: .init(Tenant(id: tenant, name: try row.decode(0), createdAt: at), tenant),
            at: at,
            deployment: .init(
                event: event.rawValue, id: record.id, patchId: record.patch, patch: record.number,
                status: life.status.rawValue, ring: life.ring < 0 ? nil : record.ringName(life.ring), reason: reason,
                endpoints: counts.all.total, deployed: counts.all[.deployed], failed: counts.failed,
                successRate: counts.successRate))
        let id = MessageID.make(at: at)
        try await connection.run([
            OutboxStore.insertion(
                id, .deployment, to: WebhookStore.destination, payload: try NoticeBody.encode(body),
                key: "deployment-\(record.id)-\(event.rawValue)-\(id)", tenant: tenant, at: at), OutboxStore.notice,
        ])
    }
}
