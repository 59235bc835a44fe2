/// One simulated directory with its application: what it is called, what it allows, and what the vendor leaves open.
public struct MicrosoftAccount: Sendable {
    public var tenantID = "6f2d7b6e-3c1f-4c0e-9a51-0d6b6a3f9e10"
    public var clientID = "0b7e2a44-7d0e-4f51-8a53-4a0cf2c5b1aa"
    public var clientSecret = "garrison-simulated-secret"
    /// A certificate that the application has, in PEM; a key to it is good instead of the secret.
    public var certificate: String?
    /// What the application may do, as administrators consented to.
    public var roles: Set<Role> = Set(Role.allCases)
    /// Whether the directory has Intune at all.
    public var hasIntune = true
    /// Whether no machine has reported for so long that Defender lists none.
    public var isDormant = false
    /// Seconds that a token is good for.
    public var tokenLifetime = 3_599
    /// Requests of a minute and of an hour to Defender, and to its exports.
    public var defenderQuota = (minute: 100, hour: 1_500)
    public var exportQuota = (minute: 30, hour: 1_000)
    /// Scripts of a minute.
    public var scriptQuota = 10
    /// Requests to Graph in 20 seconds.
    public var graphQuota = 2_000
    /// Whether Graph says how long to wait: for some of Intune it does not.
    public var graphSaysRetryAfter = true
    /// Seconds that the address of a next page is good for, and the status of an answer to one that is not: the vendor
    /// documents neither.
    public var linkLifetime = 600.0
    public var lostLinkStatus = 400
    /// Another host in the addresses of next pages, as Defender's regions have.
    public var linkHost: String?
    /// Whether `GET /api/machines` links to its next page when it is not asked for a number of machines.
    public var linksMachines = true
    /// Whether settings stand in the state of a policy, or only behind an address of their own.
    public var inlinesSettings = false
    /// Whether Graph has comments of alerts at an address of their own.
    public var graphTakesComments = true
    /// Seconds until an action shows, and until it has come about.
    public var visibilityDelay = 0.0
    public var actionDelay = 0.0

    public init() {}

    /// Permissions of an application.
    public enum Role: String, Sendable, CaseIterable {
        case machineRead = "Machine.Read.All"
        case machineIsolate = "Machine.Isolate"
        case machineScan = "Machine.Scan"
        case machineLiveResponse = "Machine.LiveResponse"
        case softwareRead = "Software.Read.All"
        case vulnerabilityRead = "Vulnerability.Read.All"
        case alertRead = "Alert.Read.All"
        case alertWrite = "Alert.ReadWrite.All"
        case directoryRead = "Device.Read.All"
        case devicesRead = "DeviceManagementManagedDevices.Read.All"
        case devicesOperate = "DeviceManagementManagedDevices.PrivilegedOperations.All"
        case configurationRead = "DeviceManagementConfiguration.Read.All"
        case securityAlertRead = "SecurityAlert.Read.All"
        case securityAlertWrite = "SecurityAlert.ReadWrite.All"
    }
}

/// What a simulated fleet looks like.
public struct MicrosoftFleetSettings: Sendable {
    public var devices = 100
    public var seed: UInt64 = 1
    public var applicationsPerDevice = 6
    public var vulnerabilitiesPerDevice = 4
    /// Of devices that have an alert.
    public var alertsPerDevice = 0.3
    /// Of records that are malformed for good.
    public var malformed = 0.0
    /// Whose machines they are; nil for machines that no other vendor knows.
    public var estate: Estate?

    public init() {}
}
