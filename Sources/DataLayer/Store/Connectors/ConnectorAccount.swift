import Domain
import FoundationEssentials

public typealias ConnectorID = Identifier<ConnectorAccount>

/// A source of devices: a vendor's account that is read for a tenant, or one for what comes unasked.
public struct ConnectorAccount: Sendable {
    public let id: ConnectorID
    /// The vendor: `crowdstrike`; of implicit ones an `ImplicitSource`.
    public let kind: String
    public let name: String
    /// What is no secret, by name.
    public let settings: [String: String]
    /// When all of it was last read to the end; of implicit ones, when a device of it was last heard of.
    public let syncedAt: Date?
    /// Why the last sync stopped, as a sentence.
    public let lastError: String?
    public let createdAt: Date
    /// What is known of it now, by stream.
    public let records: [ConnectorStream: Int]
    /// Records that could not be understood.
    public let quarantined: Int
    /// Made on demand: it is not pulled, and has no secrets.
    public let isImplicit: Bool

    public init(
        id: ConnectorID, kind: String, name: String, settings: [String: String] = [:], syncedAt: Date? = nil,
        lastError: String? = nil, createdAt: Date, records: [ConnectorStream: Int] = [:], quarantined: Int = 0,
        isImplicit: Bool = false
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.settings = settings
        self.syncedAt = syncedAt
        self.lastError = lastError
        self.createdAt = createdAt
        self.records = records
        self.quarantined = quarantined
        self.isImplicit = isImplicit
    }
}

/// What sends devices without being asked; each has accounts that are made when something comes.
public enum ImplicitSource: String, Sendable, CaseIterable {
    /// Documents that people import or send: inventories, bills of materials, lists of packages.
    case inventory
    /// Garrison's own agent.
    case agent
    case osquery
    /// Documents that some program pushes.
    case push
    /// Hosts that were found in networks and directories.
    case discovery
}

/// What is to be stored of a new one.
public struct NewConnector: Sendable {
    public var id: ConnectorID
    public var kind: String
    public var name: String
    public var settings: [String: String]
    /// Sealed by who knows the key.
    public var sealedSecrets: [UInt8]

    public init(
        id: ConnectorID = .make(), kind: String, name: String, settings: [String: String], sealedSecrets: [UInt8]
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.settings = settings
        self.sealedSecrets = sealedSecrets
    }
}
