import Domain
import FoundationEssentials
import Postgres

public typealias ActionID = Identifier<ActionRecord>
public typealias DecisionID = Identifier<ActionDecision>

/// What one source was asked to do, and what came of it.
public struct ActionRecord: Sendable {
    /// A status that it came to.
    public struct Transition: Sendable, Codable, Hashable {
        public let status: ActionStatus
        public let at: Date
        public let message: String?

        package init(status: ActionStatus, at: Date, message: String?) {
            self.status = status
            self.at = at
            self.message = message
        }
    }

    public let id: ActionID
    public let tenant: TenantID
    public let decision: DecisionID
    /// Nil when the connector is gone.
    public let connector: ConnectorID?
    /// The connector's name at that time.
    public let source: String
    public let sourceKind: String
    public let device: String?
    /// What it was decided for; nil when that is gone.
    public let endpoint: EndpointID?
    public let kind: String
    public let delivery: SourceAbilities.Delivery
    public let request: ActionRequest
    public let status: ActionStatus
    public let receipt: ActionReceipt?
    /// What came of it, as a sentence.
    public let message: String?
    public let transitions: [Transition]
    public let requestedBy: String
    /// Until when it may be sent, and then is asked after.
    public let deadline: Date
    public let createdAt: Date
    public let finishedAt: Date?
    public let incident: UUID?
    public let alert: UUID?
    /// When it is sent or asked after by itself; nil when it is not.
    public let nextAt: Date?
    let attempts: Int
    let checks: Int

    static let columns = [
        "id", "tenant_id", "decision_id", "connector_id", "source", "source_kind", "device_id", "endpoint_id", "kind",
        "delivery", "request", "status", "receipt", "message", "transitions", "requested_by", "deadline_at",
        "created_at",
        "finished_at", "incident_id", "alert_id", "next_at", "attempts", "checks",
    ]

    static func columns(of table: String) -> String { columns.map { "\(table).\($0)" }.joined(separator: ", ") }

    /// One that waits at a source, for pages without a database.
    package init(
        source: String, request: ActionRequest, status: ActionStatus, message: String?, transitions: [Transition],
        requestedBy: String, at moment: Date
    ) {
        id = .make()
        tenant = .make()
        decision = .make()
        connector = .make()
        self.source = source
        sourceKind = "crowdstrike"
        device = source
        endpoint = .make()
        kind = request.action.name
        delivery = .sent
        self.request = request
        self.status = status
        receipt = nil
        self.message = message
        self.transitions = transitions
        self.requestedBy = requestedBy
        deadline = moment
        createdAt = moment
        finishedAt = nil
        incident = nil
        alert = nil
        nextAt = nil
        attempts = 0
        checks = 0
    }

    init(_ row: Row) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
        func json<Item: Decodable>(_ text: String, _ type: Item.Type) throws -> Item {
            try decoder.decode(type, from: Data(text.utf8))
        }
        id = try row.decode(0)
        tenant = try row.decode(1)
        decision = try row.decode(2)
        connector = try row.decode(3)
        source = try row.decode(4)
        sourceKind = try row.decode(5)
        device = try row.decode(6)
        endpoint = try row.decode(7)
        kind = try row.decode(8)
        delivery = SourceAbilities.Delivery(rawValue: try row.decode(9)) ?? .sent
        request = try json(row.decode(10), ActionRequest.self)
        status = ActionStatus(rawValue: try row.decode(11)) ?? .unknown
        receipt = try row.decode(12, as: String?.self).map { try json($0, ActionReceipt.self) }
        message = try row.decode(13)
        transitions = try json(row.decode(14), [Transition].self)
        requestedBy = try row.decode(15)
        deadline = try row.decode(16)
        createdAt = try row.decode(17)
        finishedAt = try row.decode(18)
        incident = try row.decode(19)
        alert = try row.decode(20)
        nextAt = try row.decode(21)
        attempts = Int(try row.decode(22, as: Int32.self))
        checks = Int(try row.decode(23, as: Int32.self))
    }

    /// The SQL that adds a transition to those there are.
    static func adding(_ status: String, message: String = "NULL") -> String {
        """
        transitions || jsonb_build_object('status', \(status), 'at',
          to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'message', \(message))
        """
    }
}

/// What was decided for an endpoint or an incident, with each source that it went to.
public struct ActionDecision: Sendable {
    public let id: DecisionID
    /// At least one.
    public let actions: [ActionRecord]

    package init(id: DecisionID, actions: [ActionRecord]) {
        self.id = id
        self.actions = actions
    }

    public var kind: String { actions[0].kind }
    public var endpoint: EndpointID? { actions[0].endpoint }
    public var reason: String { actions[0].request.comment }
    public var requestedBy: String { actions[0].requestedBy }
    public var requestedAt: Date { actions[0].createdAt }
    public var status: ActionStatus { ActionStatus.overall(actions.map(\.status)) }
    /// Nil while one is under way or unknown.
    public var finishedAt: Date? {
        actions.allSatisfy(\.status.isFinal) ? actions.compactMap(\.finishedAt).max() : nil
    }

    /// In the order of the first action of each.
    static func grouped(_ actions: [ActionRecord]) -> [ActionDecision] {
        var order: [DecisionID] = []
        var groups: [DecisionID: [ActionRecord]] = [:]
        for action in actions {
            if groups[action.decision] == nil { order.append(action.decision) }
            groups[action.decision, default: []].append(action)
        }
        return order.map { ActionDecision(id: $0, actions: groups[$0] ?? []) }
    }
}
