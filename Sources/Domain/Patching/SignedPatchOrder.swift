import FoundationEssentials

/// An order as it travels: the bytes that were signed, as they are. Nobody writes them anew, so there is nothing about them
/// to agree on.
public struct SignedPatchOrder: Sendable, Hashable, Codable {
    /// A `PatchOrder` as JSON.
    public var order: Data
    /// `OrderKey.id` of the key that it was signed with.
    public var key: String
    /// Ed25519 over `message`.
    public var signature: Data

    public init(order: Data, key: String, signature: Data = Data()) {
        self.order = order
        self.key = key
        self.signature = signature
    }

    /// The bytes under the signature: a key that signs other things, too, signs none that could be taken for this.
    public var message: Data { Data("garrison-patch-order-1\n".utf8) + order }
}

/// The public half of the key that a tenant's orders are signed with. An agent believes the one that it was told when it was
/// enrolled, or the first one since, and another only under the signature of the one before.
public struct OrderKey: Sendable, Hashable, Codable {
    /// The first 16 digits of the SHA-256 of the key.
    public var id: String
    /// Ed25519.
    public var publicKey: Data

    public init(id: String, publicKey: Data) {
        self.id = id
        self.publicKey = publicKey
    }

    enum CodingKeys: String, CodingKey {
        case id
        case publicKey = "public_key"
    }
}

/// A tenant's key takes the place of another.
public struct OrderKeyChange: Sendable, Hashable, Codable {
    public var tenant: TenantID
    /// The id of the key that signs this.
    public var old: String
    public var new: OrderKey

    public init(tenant: TenantID, old: String, new: OrderKey) {
        self.tenant = tenant
        self.old = old
        self.new = new
    }
}

/// A change of keys as it travels: the bytes that were signed, with the old key.
public struct SignedOrderKeyChange: Sendable, Hashable, Codable {
    /// An `OrderKeyChange` as JSON.
    public var change: Data
    /// Ed25519 over `message`.
    public var signature: Data

    public init(change: Data, signature: Data = Data()) {
        self.change = change
        self.signature = signature
    }

    public var message: Data { Data("garrison-order-key-1\n".utf8) + change }
}

/// Why an order is not carried out.
public enum OrderRefusal: UserFacingError, Hashable {
    /// The agent has not been told whose orders it believes.
    case noKey
    case otherKey(String, pinned: String)
    case signature
    case unreadable
    case otherTenant
    case otherAgent
    /// It does not answer the last heartbeat.
    case notAsked
    case expired
    case content(String)

    public var code: String {
        switch self {
        case .noKey: "order.no_key"
        case .otherKey: "order.other_key"
        case .signature: "order.signature"
        case .unreadable: "order.unreadable"
        case .otherTenant: "order.other_tenant"
        case .otherAgent: "order.other_agent"
        case .notAsked: "order.not_asked"
        case .expired: "order.expired"
        case .content: "order.content"
        }
    }

    public var message: String {
        switch self {
        case .noKey: "The agent does not know the key that orders are signed with."
        case .otherKey(let key, let pinned):
            "The order is signed with the key \(key), but this agent believes \(pinned) alone. "
                + "Enrol the machine anew where the key was lost."
        case .signature: "The order's signature is not that of the tenant's key."
        case .unreadable: "The order is signed and cannot be read: the server is newer than the agent."
        case .otherTenant: "The order is of another tenant."
        case .otherAgent: "The order is for another agent."
        case .notAsked: "The order does not answer what was asked: it was sent before."
        case .expired: "The order's time is over."
        case .content(let reason): "The order cannot be carried out: \(reason)."
        }
    }
}
