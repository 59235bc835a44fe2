import Domain
import Inventories

extension DeviceReport {
    private static let known: Set<String> = [
        "source_id", "hostname", "domain", "os", "kind", "serial_number", "hardware_uuid", "machine_id", "manufacturer",
        "model", "mac_addresses", "addresses", "external_address", "agent_version", "isolation", "is_healthy",
        "last_user", "primary_user", "directory_id", "tags", "policies", "first_seen", "last_seen", "modified",
    ]

    /// A device as a program pushes it.
    init(pushed record: VendorRecord) throws(FieldRefusal) {
        try record.allow(Self.known)
        self.init(
            sourceID: try record.requiredText("source_id"), hostname: try record.requiredText("hostname"),
            domain: try record.text("domain"), os: try OperatingSystem(pushed: record.requiredRecord("os")),
            kind: try record.text("kind"), serialNumber: try record.text("serial_number"),
            manufacturer: try record.text("manufacturer"), model: try record.text("model"),
            macAddresses: try Self.addresses(record, "mac_addresses", MACAddress.canonical),
            addresses: try Self.addresses(record, "addresses", IPAddress.canonical),
            externalAddress: try record.text("external_address").flatMap { IPAddress.canonical($0) },
            agentVersion: try record.text("agent_version"), isolation: try record.word("isolation") ?? .unknown,
            isHealthy: try record.flag("is_healthy"), lastUser: try record.text("last_user"),
            tags: try record.texts("tags"), policies: try record.flags("policies"),
            firstSeen: try record.date("first_seen"), lastSeen: try record.date("last_seen"),
            modified: try record.date("modified"))
        hardwareUUID = try record.text("hardware_uuid")
        machineID = try record.text("machine_id")
        directoryID = try record.text("directory_id")?.lowercased()
        primaryUser = try record.text("primary_user")
    }

    /// In the order in which they came; what is no address is refused, since it is the program's mistake.
    private static func addresses(
        _ record: VendorRecord, _ key: StaticString, _ canonical: (String) -> String?
    ) throws(FieldRefusal) -> [String] {
        var addresses: [String] = []
        for text in try record.texts(key) {
            guard let address = canonical(text) else {
                throw FieldRefusal(field: "\(key)", reason: "holds “\(text.prefix(60))”, which is no such address")
            }
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }
}

extension OperatingSystem {
    private static let known: Set<String> = [
        "type", "id", "name", "version", "codename", "pretty_name", "like", "build", "installation_type",
    ]

    init(pushed record: VendorRecord) throws(FieldRefusal) {
        do { try record.allow(Self.known) } catch {
            throw FieldRefusal(field: "os.\(error.field)", reason: error.reason)
        }
        let id = try record.requiredText("id")
        self.init(
            type: try record.text("type") ?? "linux", id: id, name: try record.text("name") ?? id,
            version: try record.text("version") ?? "", codename: try record.text("codename"),
            prettyName: try record.text("pretty_name"), like: try record.texts("like"), build: try record.text("build"),
            installationType: try record.text("installation_type"))
    }
}
