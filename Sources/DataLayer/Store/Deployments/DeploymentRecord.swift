import Domain
import FoundationEssentials
import Patching
import Postgres

/// A deployment as it is stored.
public struct DeploymentRecord: Sendable {
    public let id: DeploymentID
    public let tenant: TenantID
    public let patch: PatchID
    /// The vendor's number of the patch, and its title.
    public let number: String
    public let title: String
    public let plan: DeploymentPlan
    /// Of the plan.
    public let revision: Int
    public let life: DeploymentLife
    public let gate: GateReading?
    /// How many there were when it was made.
    public let endpoints: Int
    public let reason: String
    public let requestedBy: String
    /// The person; the token where nobody knows whose it is.
    public let requester: UserID?
    public let createdAt: Date
    public let startedAt: Date?
    public let finishedAt: Date?
    public let changedAt: Date
    /// What was stored of alerts and incidents before has been counted; see `GateSurvey`.
    let watchedUntil: Date?

    public var status: DeploymentStatus { life.status }

    /// For pages without a database.
    package init(
        id: DeploymentID = .make(), number: String, title: String, plan: DeploymentPlan, life: DeploymentLife,
        gate: GateReading? = nil, reason: String, requestedBy: String, at moment: Date
    ) {
        self.id = id
        tenant = .make()
        patch = .make()
        self.number = number
        self.title = title
        self.plan = plan
        revision = 1
        self.life = life
        self.gate = gate
        endpoints = 0
        self.reason = reason
        self.requestedBy = requestedBy
        requester = nil
        createdAt = moment
        startedAt = moment
        finishedAt = nil
        changedAt = moment
        watchedUntil = nil
    }

    static let columns = """
        d.id, d.tenant_id, d.patch_id, p.kb_number, p.title, d.plan, d.revision, d.status, d.ring, d.ring_count,
          d.soaking_since, d.held, d.forgiven, d.gate, d.endpoints, d.reason, d.requested_by, d.requester_id, d.created_at,
          d.started_at, d.finished_at, d.changed_at, d.watched_until
        """
    static let select = "SELECT \(columns)\nFROM deployments AS d\nJOIN patches AS p ON p.id = d.patch_id"

    init(_ row: Row) throws {
        func json<Item: Decodable>(_ column: Int, _ type: Item.Type) throws -> Item? {
            row.rows.isNull(row.index, column)
                ? nil : try PatchJSON.decode(type, from: try row.rows.bytes(row.index, column))
        }
        id = try row.decode(0)
        tenant = try row.decode(1)
        patch = try row.decode(2)
        number = try row.decode(3)
        title = try row.decode(4)
        plan = try json(5, DeploymentPlan.self) ?? DeploymentPlan()
        revision = Int(try row.decode(6, as: Int32.self))
        life = DeploymentLife(
            DeploymentStatus(rawValue: try row.decode(7)) ?? .paused, ring: Int(try row.decode(8, as: Int32.self)),
            ringCount: Int(try row.decode(9, as: Int32.self)), soakingSince: try row.decode(10),
            held: try row.decode(11, as: String?.self).flatMap(DeploymentStatus.init),
            forgiven: try json(12, GateEvidence.self) ?? GateEvidence())
        gate = try json(13, GateReading.self)
        endpoints = Int(try row.decode(14, as: Int32.self))
        reason = try row.decode(15)
        requestedBy = try row.decode(16)
        requester = try row.decode(17)
        createdAt = try row.decode(18)
        startedAt = try row.decode(19)
        finishedAt = try row.decode(20)
        changedAt = try row.decode(21)
        watchedUntil = try row.decode(22)
    }

    /// The name of a ring; a plan without rings is one of everything.
    public func ringName(_ ring: Int) -> String { plan.rings.indices.contains(ring) ? plan.rings[ring].name : "All" }
}

/// What a gate said when it was last looked at, and what it had seen.
public struct GateReading: Sendable, Hashable, Codable {
    public let decision: RingGate.Decision
    public let evidence: GateEvidence

    package init(decision: RingGate.Decision, evidence: GateEvidence) {
        self.decision = decision
        self.evidence = evidence
    }

    /// Why it stops, or what it waits for, as sentences.
    public var reasons: [String] {
        switch decision {
        case .go: []
        case .stop(let reasons), .wait(let reasons): reasons
        }
    }
}
