import Domain
import FoundationEssentials
import Postgres

/// An agent as the server knows it.
public struct AgentRecord: Sendable {
    public let id: AgentID
    public let deviceID: String
    public let hostname: String
    public let version: String
    public let facts: AgentFacts
    public let publicKey: [UInt8]
    public let standing: AgentStanding
    public let isIsolated: Bool
    /// Reports that wait on its disk, and those that it dropped because its share was full.
    public let queued: Int
    public let dropped: Int
    public let enrolledAt: Date
    public let lastSeenAt: Date?
    public let inventoryAt: Date?

    static let columns = """
        id, device_id, hostname, version, facts, public_key, state, reason, sequence, instance, retired_instances,
          is_isolated, queued, dropped, enrolled_at, last_seen_at, inventory_at
        """

    package init(
        id: AgentID, facts: AgentFacts, publicKey: [UInt8] = [], standing: AgentStanding = AgentStanding(),
        enrolledAt: Date
    ) {
        self.id = id
        self.facts = facts
        self.publicKey = publicKey
        self.standing = standing
        self.enrolledAt = enrolledAt
        (deviceID, hostname, version) = (facts.deviceID, facts.hostname, facts.version)
        (isIsolated, queued, dropped, lastSeenAt, inventoryAt) = (false, 0, 0, nil, nil)
    }

    init(_ row: Row) throws {
        id = try row.decode(0)
        deviceID = try row.decode(1)
        hostname = try row.decode(2)
        version = try row.decode(3)
        let json: String = try row.decode(4)
        facts = try JSONDecoder().decode(AgentFacts.self, from: Data(json.utf8))
        publicKey = try row.bytes("public_key")
        standing = AgentStanding(
            state: AgentStanding.State(rawValue: try row.decode(6)) ?? .revoked, reason: try row.decode(7),
            sequence: try row.decode(8), instance: try row.decode(9), retired: try row.decode(10))
        isIsolated = try row.decode(11)
        queued = Int(try row.decode(12, as: Int32.self))
        dropped = try row.decode(13)
        enrolledAt = try row.decode(14)
        lastSeenAt = try row.decode(15)
        inventoryAt = try row.decode(16)
    }
}

/// What the server says to an agent whose request it does not take.
public enum AgentRefusal: UserFacingError, Hashable {
    case unknown
    case signature
    case stale(Int64)
    case quarantined(String)
    case revoked
    /// The enrolment token.
    case token
    case deviceTaken(String)
    case baseUnknown
    case inventory(String)

    public var code: String {
        switch self {
        case .unknown: "agent.unknown"
        case .signature: "agent.signature"
        case .stale: "agent.stale"
        case .quarantined: "agent.quarantined"
        case .revoked: "agent.revoked"
        case .token: "enrolment.token"
        case .deviceTaken: "agent.taken"
        case .baseUnknown: "inventory.base_unknown"
        case .inventory: "inventory.invalid"
        }
    }

    public var message: String {
        switch self {
        case .unknown: "No agent is enrolled here under this id. Enrol the machine again."
        case .signature: "The request is not signed by the agent's key."
        case .stale(let last): "The number of the request was used before; the last one is \(last)."
        case .quarantined(let reason): "The agent is quarantined: \(reason) An administrator has to look at it."
        case .revoked: "The agent was revoked. To enrol the machine again, uninstall the agent first."
        case .token: "The one-time token is not valid, has been used up, or has expired. Ask for another one."
        case .deviceTaken(let hostname):
            "The machine is enrolled already, as \(hostname). Revoke that agent first, or use a token that may replace it."
        case .baseUnknown: "The inventory that the changes build on is not known here. Send all of it."
        case .inventory(let reason): "The inventory cannot be read: \(reason)."
        }
    }
}
