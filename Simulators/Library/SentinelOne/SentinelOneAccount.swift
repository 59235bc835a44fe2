/// One simulated console: what it allows, and what the vendor leaves open.
public struct SentinelOneAccount: Sendable {
    public var token = "garrison-simulated-token"
    /// Seconds until the token ends; it is refused from then on.
    public var tokenLifetime = 90.0 * 86_400
    /// What the token's role may do.
    public var permissions: Set<Permission> = Set(Permission.allCases)
    /// Sites that the endpoints are spread over; their ids are `siteID(0)` and so on.
    public var sites = 2
    /// Requests a minute.
    public var quota = 6_000
    /// Seconds that a paging token is good for.
    public var cursorLifetime = 300.0
    /// The status of an answer to a paging token that is known no more: the vendor documents none.
    public var lostCursorStatus = 400
    /// Whether the last page has `nextCursor: null`, or no such key. Both were seen.
    public var namesLastCursor = true
    /// Whether paging tokens come escaped, as they were seen.
    public var escapesCursors = true
    /// Whether an action counts those that were so already.
    public var countsUnchanged = false
    /// Seconds until an action shows, and until it has come about.
    public var visibilityDelay = 0.0
    public var actionDelay = 0.0
    /// The scripts of the console's library, id by name.
    public var scripts = ["collect logs": "1700000000000000001"]
    /// Agents on which scripts fail.
    public var broken: Set<String> = []

    public init() {}

    /// Permissions of a role.
    public enum Permission: String, Sendable, CaseIterable {
        case endpointsView, endpointsNetwork, endpointsScan, applicationsView, threatsView, threatsUpdate, scripts
    }

    public static func siteID(_ number: Int) -> String { "\(1_500_000_000_000_000_000 + number)" }
}

/// What a simulated console's fleet looks like.
public struct SentinelOneFleetSettings: Sendable {
    public var devices = 100
    public var seed: UInt64 = 1
    public var applicationsPerDevice = 6
    public var risksPerDevice = 3
    /// Of devices that have a threat.
    public var threatsPerDevice = 0.3
    /// Of records that are malformed for good.
    public var malformed = 0.0
    /// Whose machines they are; nil for machines that no other vendor knows.
    public var estate: Estate?

    public init() {}
}
