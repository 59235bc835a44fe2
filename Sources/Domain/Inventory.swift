import FoundationEssentials

/// What one host holds at one moment, as `garrison collect` prints it and `garrison import` reads
/// it. Unknown keys are ignored on reading, so that older servers take newer agents' reports.
public struct Inventory: Sendable, Codable, Hashable {
    /// The format's name; readers refuse another major version.
    public static let currentSchema = "garrison.inventory/1"

    public var schema: String
    public var collectedAt: Date
    /// Stable over reboots and renames: the machine id, or the hardware's UUID.
    public var deviceID: String
    public var hostname: String
    public var fqdn: String?
    public var os: OperatingSystem
    public var kernel: Kernel?
    public var network: Network
    public var packages: [InstalledPackage]
    /// Updates of the system itself that the host reports as installed: Windows hotfixes. The host's packages
    /// are never among them.
    public var updates: [InstalledUpdate]
    /// Facts that compliance rules read, by dotted name: `sshd.permit_root_login`.
    public var settings: [String: String]
    public var agentVersion: String?
    /// What could not be read, and why.
    public var notes: [CollectionNote]

    public init(
        schema: String = Inventory.currentSchema, collectedAt: Date, deviceID: String, hostname: String,
        fqdn: String? = nil, os: OperatingSystem, kernel: Kernel? = nil, network: Network = Network(),
        packages: [InstalledPackage] = [], updates: [InstalledUpdate] = [], settings: [String: String] = [:],
        agentVersion: String? = nil, notes: [CollectionNote] = []
    ) {
        self.schema = schema
        self.collectedAt = collectedAt
        self.deviceID = deviceID
        self.hostname = hostname
        self.fqdn = fqdn
        self.os = os
        self.kernel = kernel
        self.network = network
        self.packages = packages
        self.updates = updates
        self.settings = settings
        self.agentVersion = agentVersion
        self.notes = notes
    }

    enum CodingKeys: String, CodingKey {
        case schema, hostname, fqdn, os, kernel, network, packages, updates, settings, notes
        case collectedAt = "collected_at"
        case deviceID = "device_id"
        case agentVersion = "agent_version"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        schema = try values.decodeIfPresent(String.self, forKey: .schema) ?? Self.currentSchema
        collectedAt = try values.decodeIfPresent(Date.self, forKey: .collectedAt) ?? Date()
        hostname = try values.decode(String.self, forKey: .hostname)
        deviceID = try values.decodeIfPresent(String.self, forKey: .deviceID) ?? "hostname:\(hostname)"
        fqdn = try values.decodeIfPresent(String.self, forKey: .fqdn)
        os = try values.decode(OperatingSystem.self, forKey: .os)
        kernel = try values.decodeIfPresent(Kernel.self, forKey: .kernel)
        network = try values.decodeIfPresent(Network.self, forKey: .network) ?? Network()
        packages = try values.decodeIfPresent([InstalledPackage].self, forKey: .packages) ?? []
        updates = try values.decodeIfPresent([InstalledUpdate].self, forKey: .updates) ?? []
        settings = try values.decodeIfPresent([String: String].self, forKey: .settings) ?? [:]
        agentVersion = try values.decodeIfPresent(String.self, forKey: .agentVersion)
        notes = try values.decodeIfPresent([CollectionNote].self, forKey: .notes) ?? []
    }
}

/// The running kernel, as uname(2) tells it.
public struct Kernel: Sendable, Codable, Hashable {
    /// `6.1.0-18-amd64`: names the package that installed it.
    public var release: String
    public var version: String
    public var architecture: String

    public init(release: String, version: String, architecture: String) {
        self.release = release
        self.version = version
        self.architecture = architecture
    }
}

/// The host's interfaces; loopback and link-local addresses are left out by the collector.
public struct Network: Sendable, Codable, Hashable {
    public struct Interface: Sendable, Codable, Hashable {
        public var name: String
        /// Lower case, colons; absent on interfaces without one.
        public var mac: String?
        public var addresses: [String]
        /// Bridges, containers' veths, tunnels: useless for recognising a machine.
        public var isVirtual: Bool

        public init(name: String, mac: String? = nil, addresses: [String] = [], isVirtual: Bool = false) {
            self.name = name
            self.mac = mac
            self.addresses = addresses
            self.isVirtual = isVirtual
        }

        enum CodingKeys: String, CodingKey {
            case name, mac, addresses
            case isVirtual = "virtual"
        }
    }

    public var interfaces: [Interface]

    public init(interfaces: [Interface] = []) { self.interfaces = interfaces }

    /// The address shown for the endpoint: the first of a physical interface, else any.
    public var primaryAddress: String? { primary?.addresses.first }
    public var primaryMAC: String? { primary?.mac }

    private var primary: Interface? {
        let addressed = interfaces.filter { !$0.addresses.isEmpty }
        return addressed.first { !$0.isVirtual } ?? addressed.first
    }
}

/// Something the collector could not read.
public struct CollectionNote: Sendable, Codable, Hashable {
    /// What was looked for: `packages.rpm`, `machine_id`.
    public var item: String
    /// Why it is missing, as a sentence.
    public var reason: String

    public init(item: String, reason: String) {
        self.item = item
        self.reason = reason
    }
}
