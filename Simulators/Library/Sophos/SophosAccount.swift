/// One simulated Sophos account: what it is called, what it allows, and what the vendor leaves open.
public struct SophosAccount: Sendable {
    /// Whose credentials these are.
    public enum Kind: String, Sendable { case tenant, partner, organization }

    /// Roles of an API credential.
    public enum Role: String, Sendable, CaseIterable {
        case endpointsRead, isolate, scan, alertsRead, alertsAct, events
    }

    public var clientID = "garrison-simulated-client"
    public var clientSecret = "garrison-simulated-secret"
    public var kind = Kind.tenant
    /// A single tenant has one.
    public var tenants = 1
    public var roles: Set<Role> = Set(Role.allCases)
    /// Where the tenants' data is; the simulator's own address by default.
    public var dataURL: String?
    /// Seconds that a token is good for.
    public var tokenLifetime = 3_600
    /// Requests of a tenant in a second, a minute and an hour.
    public var limits = [(requests: 10, seconds: 1), (requests: 100, seconds: 60), (requests: 1_000, seconds: 3_600)]
    /// Seconds that a paging key is good for.
    public var keyLifetime = 300.0
    /// The status of an answer to a key that is known no more: the vendor documents none.
    public var lostKeyStatus = 400
    /// How far back events may be asked for, in seconds, and the status of an answer beyond.
    public var eventLookback = 86_400.0
    public var lookbackStatus = 400
    /// Seconds until an action shows, and until it has come about.
    public var visibilityDelay = 0.0
    public var actionDelay = 0.0

    public init() {}
}

/// What a simulated tenant's fleet looks like.
public struct SophosFleetSettings: Sendable {
    /// Of each tenant.
    public var devices = 100
    public var seed: UInt64 = 1
    /// Of devices that have an alert.
    public var alertsPerDevice = 0.3
    /// Of devices that have an event of the last day.
    public var eventsPerDevice = 0.3
    /// Of records that are malformed for good.
    public var malformed = 0.0
    /// Whose machines they are; nil for machines that no other vendor knows.
    public var estate: Estate?

    public init() {}
}
