import Domain
import FoundationEssentials
import Inventories

/// Hosts with a sensor: `GET /devices/combined/devices/v1`, whole records in pages.
enum FalconDevices: FalconListing {
    static let stream = ConnectorStream.devices
    static let permission = "Hosts: Read"
    static let purpose = "Without it nothing can be read: everything else refers to hosts."
    static let largestPage = 10_000

    static func request(_ checkpoint: StreamCheckpoint, limit: Int, _ settings: FalconSettings) -> VendorRequest {
        let field = settings.deviceChangeField
        var query = [("limit", "\(limit)"), ("sort", "\(field).asc")]
        if let since = checkpoint.since { query.append(("filter", FQL.changed(field, since: since))) }
        if let cursor = checkpoint.cursor { query.append(("offset", cursor)) }
        return .get("/devices/combined/devices/v1", query, permission: permission)
    }

    static func cursor(_ page: FalconPage) -> String? { page.next }

    static func read(_ page: FalconPage) -> RecordReading<DeviceReport> {
        page.records(stream, id: "device_id") { record throws(FieldRefusal) in try device(record) }
    }

    static func modified(_ report: DeviceReport) -> Date? { report.modified }
    static func reports(_ reports: [DeviceReport]) -> ConnectorReports { .devices(reports) }

    /// A record of the listing above, or of `/devices/entities/devices/v1` and `v2`.
    static func device(_ record: VendorRecord) throws(FieldRefusal) -> DeviceReport {
        let id = try record.requiredText("device_id")
        let mode = try record.text("reduced_functionality_mode")
        return DeviceReport(
            sourceID: id, hostname: try record.text("hostname") ?? id, domain: try record.text("machine_domain"),
            os: try FalconSystem.read(record),
            kind: try record.text("product_type_desc").map { $0.lowercased().replacing(" ", with: "_") },
            serialNumber: try record.text("serial_number"), manufacturer: try record.text("system_manufacturer"),
            model: try record.text("system_product_name"),
            macAddresses: try addresses(record, ["mac_address", "connection_mac_address"], MACAddress.canonical),
            addresses: try addresses(record, ["local_ip", "connection_ip"], IPAddress.canonical),
            externalAddress: try record.text("external_ip").flatMap { IPAddress.canonical($0) },
            agentVersion: try record.text("agent_version"), isolation: isolation(try record.text("status")),
            isHealthy: mode.map { $0.lowercased() == "no" }, lastUser: try record.text("last_login_user"),
            tags: try record.texts("tags"), policies: try policies(record), firstSeen: try record.date("first_seen"),
            lastSeen: try record.date("last_seen"), modified: try record.date("modified_timestamp"))
    }

    static func isolation(_ status: String?) -> DeviceReport.Isolation {
        switch status?.lowercased() {
        case "normal": .none
        case "containment_pending": .isolating
        case "contained": .isolated
        case "lift_containment_pending": .releasing
        default: .unknown
        }
    }

    /// What is no address is left out; the host is still the host.
    private static func addresses(
        _ record: VendorRecord, _ keys: [StaticString], _ canonical: (String) -> String?
    ) throws(FieldRefusal) -> [String] {
        var addresses: [String] = []
        for key in keys {
            guard let address = try record.text(key).flatMap(canonical), !addresses.contains(address) else { continue }
            addresses.append(address)
        }
        return addresses
    }

    private static func policies(_ record: VendorRecord) throws(FieldRefusal) -> [String: Bool] {
        var policies: [String: Bool] = [:]
        for (kind, policy) in try record.recordsByKey("device_policies") {
            policies[kind] = try policy.flag("applied") ?? false
        }
        return policies
    }
}
