import FoundationEssentials

/// What an agent says of the machine that it is on: who it is, and how it does.
public struct AgentFacts: Sendable, Codable, Hashable {
    /// The inventory's: the machine id, or what stands for it.
    public var deviceID: String
    public var hostname: String
    public var fqdn: String?
    /// SMBIOS' system UUID and serial number, which only root reads.
    public var hardwareUUID: String?
    public var serialNumber: String?
    public var machineID: String?
    /// Of physical interfaces.
    public var macAddresses: [String]
    public var addresses: [String]
    /// The agent's.
    public var version: String

    public init(
        deviceID: String, hostname: String, fqdn: String? = nil, hardwareUUID: String? = nil,
        serialNumber: String? = nil, machineID: String? = nil, macAddresses: [String] = [], addresses: [String] = [],
        version: String
    ) {
        self.deviceID = deviceID
        self.hostname = hostname
        self.fqdn = fqdn
        self.hardwareUUID = hardwareUUID
        self.serialNumber = serialNumber
        self.machineID = machineID
        self.macAddresses = macAddresses
        self.addresses = addresses
        self.version = version
    }

    enum CodingKeys: String, CodingKey {
        case hostname, fqdn, addresses, version
        case deviceID = "device_id"
        case hardwareUUID = "hardware_uuid"
        case serialNumber = "serial_number"
        case machineID = "machine_id"
        case macAddresses = "mac_addresses"
    }

    /// Why this cannot be the machine that was enrolled with other facts; nil when it can. What stays with a machine
    /// over a new disk or another name is compared, where both know it.
    public func contradiction(to enrolled: AgentFacts) -> String? {
        if let now = hardwareUUID, let then = enrolled.hardwareUUID, now != then {
            return "It was enrolled on hardware with the UUID \(then) and now runs on \(now)."
        }
        if deviceID != enrolled.deviceID {
            return "It was enrolled on the device \(enrolled.deviceID) and now runs on \(deviceID)."
        }
        return nil
    }
}
