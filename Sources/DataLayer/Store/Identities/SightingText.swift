import Domain
import FoundationEssentials
import Identification
import Postgres

/// Sightings as they are stored: their facts as JSON, their times in columns of their own.
extension DeviceSighting {
    /// In the order of the columns that `init(_:source:from:)` reads.
    static let columns = """
        s.device_id, s.sighting ->> 'hostname', s.sighting ->> 'domain', s.sighting ->> 'serial',
        s.sighting ->> 'hardware_uuid', s.sighting ->> 'directory_id', s.sighting ->> 'machine_id',
        ARRAY(SELECT jsonb_array_elements_text(s.sighting -> 'mac_addresses')), s.sighting ->> 'address',
        s.sighting ->> 'os_type', s.first_seen_at, s.last_seen_at, s.sighting ->> 'product',
        coalesce((s.sighting ->> 'is_account')::boolean, false)
        """

    init(_ row: Row, source: String, from column: Int) throws {
        self.init(
            source: source, deviceID: try row.decode(column), product: try row.decode(column + 12),
            hostname: try row.decode(column + 1), domain: try row.decode(column + 2),
            serial: try row.decode(column + 3),
            hardwareUUID: try row.decode(column + 4), directoryID: try row.decode(column + 5),
            machineID: try row.decode(column + 6), macAddresses: try row.decode(column + 7),
            address: try row.decode(column + 8), osType: try row.decode(column + 9),
            firstSeen: try row.decode(column + 10), lastSeen: try row.decode(column + 11))
        isAccount = try row.decode(column + 13)
    }

    /// What `columns` reads again.
    var json: String {
        var bytes = [UInt8(ascii: "{")]
        func member(_ name: String, _ value: String?) {
            guard let value else { return }
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: "\"\(name)\":".utf8)
            JSONText.append(value, to: &bytes)
        }
        member("product", product)
        member("hostname", hostname)
        member("domain", domain)
        member("serial", serial)
        member("hardware_uuid", hardwareUUID)
        member("directory_id", directoryID)
        member("machine_id", machineID)
        member("address", address)
        member("os_type", osType)
        if isAccount { member("is_account", "true") }
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: "\"mac_addresses\":[".utf8)
        for (place, mac) in macAddresses.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(mac, to: &bytes)
        }
        bytes.append(contentsOf: "]}".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension DeviceSighting {
    /// What a vendor says of a device.
    init(_ report: DeviceReport, of connector: ConnectorID, at now: Date) {
        self.init(
            source: connector.description, deviceID: StoredText.clean(report.sourceID),
            product: report.product.map(StoredText.clean), hostname: StoredText.clean(report.hostname),
            domain: report.domain.map(StoredText.clean),
            serial: report.serialNumber.map(StoredText.clean), hardwareUUID: report.hardwareUUID,
            directoryID: report.directoryID, machineID: report.machineID, macAddresses: report.macAddresses,
            address: report.addresses.first, osType: report.os.type == "unknown" ? nil : report.os.type,
            firstSeen: report.firstSeen, lastSeen: report.lastSeen ?? report.modified ?? now)
        isAccount = report.product == DeviceReport.directoryProduct
    }

    /// What a host says of itself. Its id tells where it is from: the machine id, the firmware's UUID, or a name.
    init(_ inventory: Inventory, of connector: ConnectorID, at moment: Date) {
        let id = inventory.deviceID
        let physical = inventory.network.interfaces.filter { !$0.isVirtual }
        self.init(
            source: connector.description, deviceID: id, hostname: inventory.fqdn ?? inventory.hostname,
            hardwareUUID: id.hasPrefix("dmi:") ? String(id.dropFirst(4)) : nil, machineID: id,
            macAddresses: physical.compactMap(\.mac), address: inventory.network.primaryAddress,
            osType: inventory.os.type, lastSeen: moment)
    }
}
