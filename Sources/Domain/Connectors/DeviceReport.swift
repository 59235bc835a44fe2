import FoundationEssentials

/// What one source says of one machine.
public struct DeviceReport: Sendable, Codable, Hashable {
    /// What a vendor's sensor lets through.
    public enum Isolation: String, Sendable, Codable, CaseIterable {
        case none, isolating, isolated, releasing
        /// The source does not say, or says something new.
        case unknown
    }

    /// The source's id of the device.
    public var sourceID: String
    public var hostname: String
    /// Of the directory that it is joined to.
    public var domain: String?
    public var os: OperatingSystem
    /// `workstation`, `server`, `domain_controller`, or the source's own word in lower case.
    public var kind: String?
    public var serialNumber: String?
    public var manufacturer: String?
    public var model: String?
    /// Lower case with colons.
    public var macAddresses: [String]
    public var addresses: [String]
    /// The address that the source sees it come from.
    public var externalAddress: String?
    public var agentVersion: String?
    public var isolation: Isolation
    /// Whether the sensor works as it should; nil where the source does not say.
    public var isHealthy: Bool?
    public var lastUser: String?
    public var tags: [String]
    /// The source's policies, by their kind, and whether the device has applied them.
    public var policies: [String: Bool]
    public var firstSeen: Date?
    public var lastSeen: Date?
    public var modified: Date?

    // What follows only some sources say; it is set after the rest.

    /// The part of the vendor's product that says all this, where there are several: `defender`, `intune`.
    public var product: String?
    /// The machine's id in its directory: Microsoft Entra's device id, in lower case.
    public var directoryID: String?
    /// The UUID of its firmware (SMBIOS) or Apple's of its hardware.
    public var hardwareUUID: String?
    /// The id of its installation: `/etc/machine-id`, or Windows' MachineGuid.
    public var machineID: String?
    /// How the source's sensor is, in the source's own word: `Active`, `NoSensorData`.
    public var health: String?
    /// How endangered the source takes it to be, from 0 to 100.
    public var risk: Double?
    /// How exposed to attacks, in the source's own word.
    public var exposure: String?
    /// Whether it meets its policies, in the source's own word: `compliant`, `noncompliant`, `inGracePeriod`.
    public var complianceState: String?
    /// How it came to be managed, in the source's own word.
    public var enrollment: String?
    /// The person whose machine it is, unlike who signed in last.
    public var primaryUser: String?

    /// The `product` of a machine's account in a directory with domains: of one name in a domain there is one.
    public static let directoryProduct = "directory"

    public init(
        sourceID: String, hostname: String, domain: String? = nil, os: OperatingSystem, kind: String? = nil,
        serialNumber: String? = nil, manufacturer: String? = nil, model: String? = nil, macAddresses: [String] = [],
        addresses: [String] = [], externalAddress: String? = nil, agentVersion: String? = nil,
        isolation: Isolation = .unknown, isHealthy: Bool? = nil, lastUser: String? = nil, tags: [String] = [],
        policies: [String: Bool] = [:], firstSeen: Date? = nil, lastSeen: Date? = nil, modified: Date? = nil
    ) {
        self.sourceID = sourceID
        self.hostname = hostname
        self.domain = domain
        self.os = os
        self.kind = kind
        self.serialNumber = serialNumber
        self.manufacturer = manufacturer
        self.model = model
        self.macAddresses = macAddresses
        self.addresses = addresses
        self.externalAddress = externalAddress
        self.agentVersion = agentVersion
        self.isolation = isolation
        self.isHealthy = isHealthy
        self.lastUser = lastUser
        self.tags = tags
        self.policies = policies
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.modified = modified
    }
}
