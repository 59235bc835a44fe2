import Domain
import FoundationEssentials

/// What one source says of one of its devices: the input of identification. What a source does not know is nil.
public struct DeviceSighting: Sendable, Hashable {
    /// The connector, agent or discovery that says so: its id, unique within a tenant.
    public var source: String
    /// The device's id in that source.
    public var deviceID: String
    /// The part of the source's product that says so, where there are several that each know the machine by an id of their
    /// own: `defender`, `intune`.
    public var product: String?
    /// The host name without its domain, or with it when `domain` is nil.
    public var hostname: String?
    public var domain: String?
    /// The chassis' serial number, as SMBIOS or the vendor's asset data tell it.
    public var serial: String?
    /// The SMBIOS system UUID (DMTF DSP0134 section 7.2.1) or Apple's hardware UUID.
    public var hardwareUUID: String?
    /// Microsoft Entra's device id.
    public var directoryID: String?
    /// `/etc/machine-id` (machine-id(5)) or Windows' MachineGuid: of an installation, not of the hardware.
    public var machineID: String?
    /// MAC addresses, in any common notation.
    public var macAddresses: [String]
    /// The last IP address.
    public var address: String?
    /// `linux`, `windows`, `macos`, …: the published `os_type`.
    public var osType: String?
    /// When the source first had the device.
    public var firstSeen: Date?
    /// When the device last spoke to the source.
    public var lastSeen: Date
    /// Whether it is a machine's account in its directory: of one name in a domain there is one.
    public var isAccount = false

    public init(
        source: String, deviceID: String, product: String? = nil, hostname: String? = nil, domain: String? = nil,
        serial: String? = nil, hardwareUUID: String? = nil, directoryID: String? = nil, machineID: String? = nil,
        macAddresses: [String] = [], address: String? = nil, osType: String? = nil, firstSeen: Date? = nil,
        lastSeen: Date
    ) {
        self.source = source
        self.deviceID = deviceID
        self.product = product
        self.hostname = hostname
        self.domain = domain
        self.serial = serial
        self.hardwareUUID = hardwareUUID
        self.directoryID = directoryID
        self.machineID = machineID
        self.macAddresses = macAddresses
        self.address = address
        self.osType = osType
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }

    /// What names the device in its source.
    public var link: SourceLink { SourceLink(source: source, deviceID: deviceID) }
}

/// One device of one source.
public struct SourceLink: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let source: String
    public let deviceID: String

    public init(source: String, deviceID: String) {
        self.source = source
        self.deviceID = deviceID
    }

    public static func < (a: Self, b: Self) -> Bool { (a.source, a.deviceID) < (b.source, b.deviceID) }

    public var description: String { "\(source)/\(deviceID)" }
}
