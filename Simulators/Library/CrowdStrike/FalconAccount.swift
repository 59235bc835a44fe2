/// One simulated Falcon account: what it is called, what it allows, and what the vendor leaves open.
public struct FalconAccount: Sendable {
    public var clientID = "garrison-simulated-client"
    public var clientSecret = "garrison-simulated-secret"
    /// What the API client may do.
    public var scopes: Set<Scope> = Set(Scope.allCases)
    /// The cloud this account lives in.
    public var region = "us-1"
    /// Set on a cloud that the account does not live in: where it does. Everything is answered with 308 then.
    public var home: (region: String, url: String)?
    /// Seconds that a token is good for.
    public var tokenLifetime = 1_799
    /// Requests a minute; tokens have a limit of their own.
    public var quota = 6_000
    public var tokenQuota = 300
    /// Seconds that a paging token is good for.
    public var cursorLifetime = 120.0
    /// The status of an answer to a paging token that is known no more: the vendor documents none.
    public var lostCursorStatus = 400
    /// Whether 429 also says `Retry-After`: the vendor does not promise it.
    public var saysRetryAfter = false
    /// Seconds until an action shows, and until it has come about.
    public var visibilityDelay = 0.0
    public var actionDelay = 0.0
    /// Hosts that cannot be reached by Real Time Response.
    public var offline: Set<String> = []

    public init() {}

    /// Permissions of an API client.
    public enum Scope: String, Sendable, CaseIterable {
        case hostsRead, hostsWrite, alertsRead, alertsWrite, vulnerabilitiesRead, assetsRead, responseWrite
        case adminWrite, scansRead, scansWrite, assessmentsRead
    }
}
