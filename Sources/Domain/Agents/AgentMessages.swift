import FoundationEssentials

/// Asks to be enrolled. It is signed with the new key like every request after it.
public struct AgentEnrolment: Sendable, Codable, Hashable {
    /// One-time.
    public var token: String
    /// Ed25519, base64.
    public var publicKey: String
    public var facts: AgentFacts

    public init(token: String, publicKey: String, facts: AgentFacts) {
        self.token = token
        self.publicKey = publicKey
        self.facts = facts
    }

    enum CodingKeys: String, CodingKey {
        case token, facts
        case publicKey = "public_key"
    }
}

/// What an agent is from now on.
public struct AgentEnrolled: Sendable, Codable, Hashable {
    public var tenant: TenantID
    public var agent: AgentID
    /// Whose orders it believes from now on.
    public var orderKey: OrderKey?

    public init(tenant: TenantID, agent: AgentID, orderKey: OrderKey? = nil) {
        self.tenant = tenant
        self.agent = agent
        self.orderKey = orderKey
    }

    enum CodingKeys: String, CodingKey {
        case tenant, agent
        case orderKey = "order_key"
    }
}

/// Says that the agent lives, how its machine does, and asks for work; the answer may be waited for.
public struct AgentHeartbeat: Sendable, Codable, Hashable {
    public var facts: AgentFacts
    public var isIsolated: Bool
    /// Reports that wait on the agent's disk.
    public var queued: Int
    /// Reports that were dropped because the disk's share was full, since the last heartbeat that was answered.
    public var dropped: Int
    /// How long the answer may be put off when there is no work, in seconds.
    public var wait: Int
    /// Nil from agents that know nothing of patches: they are handed no orders.
    public var patching: PatchAbilities?

    public init(
        facts: AgentFacts, isIsolated: Bool, queued: Int, dropped: Int, wait: Int, patching: PatchAbilities? = nil
    ) {
        self.facts = facts
        self.isIsolated = isIsolated
        self.queued = queued
        self.dropped = dropped
        self.wait = wait
        self.patching = patching
    }

    enum CodingKeys: String, CodingKey {
        case facts, queued, dropped, wait, patching
        case isIsolated = "is_isolated"
    }
}

/// Work for an agent.
public struct AgentWork: Sendable, Codable, Hashable {
    public var actions: [Action]
    /// Patches to be installed or taken back; the same order comes until its outcome is there.
    public var orders: [SignedPatchOrder]?
    /// Told to an agent that has said that it knows none (`PatchAbilities.key`).
    public var orderKey: OrderKey?
    /// From the key that the agent has said to the present one, in their order.
    public var keyChanges: [SignedOrderKeyChange]?

    /// Something to do. Agents report kinds that they do not know as failed.
    public struct Action: Sendable, Codable, Hashable {
        public var id: UUID
        /// `scan`, `isolate`, `release`, `probe`.
        public var kind: String
        public var arguments: [String: String]

        public init(id: UUID, kind: String, arguments: [String: String] = [:]) {
            self.id = id
            self.kind = kind
            self.arguments = arguments
        }
    }

    public init(
        actions: [Action], orders: [SignedPatchOrder]? = nil, orderKey: OrderKey? = nil,
        keyChanges: [SignedOrderKeyChange]? = nil
    ) {
        self.actions = actions
        self.orders = orders
        self.orderKey = orderKey
        self.keyChanges = keyChanges
    }

    enum CodingKeys: String, CodingKey {
        case actions, orders
        case orderKey = "order_key"
        case keyChanges = "key_changes"
    }
}

/// What came of an action.
public struct AgentResult: Sendable, Codable, Hashable {
    public enum State: String, Sendable, Codable, CaseIterable {
        case completed, failed
        /// The agent was killed while it was doing it, and cannot tell.
        case unknown
    }

    public var id: UUID
    public var state: State
    /// A sentence.
    public var message: String

    public init(id: UUID, state: State, message: String) {
        self.id = id
        self.state = state
        self.message = message
    }
}
