import Domain
import FoundationEssentials
import Patching
import Postgres

/// Tag of `TargetID`.
public enum DeploymentTargetTag {}
public typealias TargetID = Identifier<DeploymentTargetTag>

/// An endpoint of a deployment.
public struct DeploymentTarget: Sendable {
    public let id: TargetID
    public let deployment: DeploymentID
    public let endpoint: EndpointID
    public let hostname: String
    public let ring: Int
    /// Which of its plan's schedules it follows; -1 for none.
    public let schedule: Int
    public let life: TargetLife
    /// When it came to its state.
    public let since: Date
    /// When it began to change, and when it came to an end.
    public let startedAt: Date?
    public let finishedAt: Date?
    /// What its job says is to be installed; nil before its turn.
    public let packages: [PatchOrder.Package]?
    public let outcome: Outcome?
    /// The end of what the endpoint's package manager wrote.
    public let log: String?
    /// Who carries its job out; nil before its turn.
    public let carrier: PatchCarrier?

    /// What the endpoint said of versions.
    public struct Outcome: Sendable, Hashable, Codable {
        public let before: [PatchReport.PackageState]
        public let after: [PatchReport.PackageState]

        public init(before: [PatchReport.PackageState], after: [PatchReport.PackageState]) {
            self.before = before
            self.after = after
        }
    }

    /// For pages without a database.
    package init(
        hostname: String, life: TargetLife, log: String?, packages: [PatchOrder.Package]? = nil,
        carrier: PatchCarrier? = .agent, at moment: Date
    ) {
        id = .make()
        deployment = .make()
        endpoint = .make()
        self.hostname = hostname
        ring = 0
        schedule = -1
        self.life = life
        since = moment
        startedAt = moment
        finishedAt = moment
        self.packages = packages
        outcome = nil
        self.log = log
        self.carrier = carrier
    }

    /// Columns that `life` is read from; see `TargetLife.init(_:from:)`.
    static let lifeColumns = """
        t.state, t.attempt, t.rollback_attempt, t.lease_at, t.has_failed, t.has_changed, t.awaits_reboot, t.error_message
        """
    static let columns = """
        \(lifeColumns), t.id, t.deployment_id, t.endpoint_id, e.hostname, t.ring, t.schedule, t.since, t.deployment_date,
          t.completion_date, t.installs, t.outcome, t.log_tail, t.executor, t.executor_id, c.kind, c.name
        """
    static let select = """
        SELECT \(columns)
        FROM patch_deployments AS t
        JOIN endpoints AS e ON e.tenant_id = t.tenant_id AND e.id = t.endpoint_id
        LEFT JOIN connectors AS c ON c.tenant_id = t.tenant_id AND c.id = t.executor_id
        """

    init(_ row: Row) throws {
        func json<Item: Decodable>(_ column: Int, _ type: Item.Type) throws -> Item? {
            row.rows.isNull(row.index, column)
                ? nil : try PatchJSON.decode(type, from: try row.rows.bytes(row.index, column))
        }
        life = try TargetLife(row)
        id = try row.decode(8)
        deployment = try row.decode(9)
        endpoint = try row.decode(10)
        hostname = try row.decode(11)
        ring = Int(try row.decode(12, as: Int32.self))
        schedule = Int(try row.decode(13, as: Int32.self))
        since = try row.decode(14)
        startedAt = try row.decode(15)
        finishedAt = try row.decode(16)
        packages = try json(17, [PatchOrder.Package].self)
        outcome = try json(18, Outcome.self)
        log = try row.decode(19)
        carrier =
            switch (try row.decode(20, as: String?.self), try row.decode(21, as: ConnectorID?.self)) {
            case ("webhook", _): .webhook
            case (_, let account?):
                .account(account, kind: try row.decode(22, as: String?.self), name: try row.decode(23))
            // What needs no job has nobody who carries it out.
            default: startedAt != nil || life.status.isUnderWay ? .agent : nil
            }
    }
}

extension TargetLife {
    /// From `DeploymentTarget.lifeColumns`, which come first.
    init(_ row: Row, at first: Int = 0) throws {
        self.init(
            TargetStatus(rawValue: try row.decode(first)) ?? .unknown,
            attempt: Int(try row.decode(first + 1, as: Int32.self)),
            rollbackAttempt: Int(try row.decode(first + 2, as: Int32.self)), lease: try row.decode(first + 3),
            hasFailed: try row.decode(first + 4), hasChanged: try row.decode(first + 5),
            awaitsReboot: try row.decode(first + 6), message: try row.decode(first + 7))
    }
}

/// A step of a deployment or of one of its targets, as it was kept.
public struct DeploymentTransition: Sendable {
    /// Nil for a step of the deployment itself.
    public let target: TargetID?
    public let hostname: String?
    public let from: String?
    public let to: String
    public let at: Date
    public let actor: String
    /// As a sentence.
    public let reason: String?

    /// For pages without a database.
    package init(from: String?, to: String, at: Date, actor: String, reason: String?) {
        target = nil
        hostname = nil
        self.from = from
        self.to = to
        self.at = at
        self.actor = actor
        self.reason = reason
    }

    init(_ row: Row) throws {
        target = try row.decode(0)
        hostname = try row.decode(1)
        from = try row.decode(2)
        to = try row.decode(3)
        at = try row.decode(4)
        actor = try row.decode(5)
        reason = try row.decode(6)
    }
}
