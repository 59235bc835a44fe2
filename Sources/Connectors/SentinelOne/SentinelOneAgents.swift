import Domain
import FoundationEssentials
import Inventories

/// Machines with an agent: `GET /agents`.
enum SentinelOneAgents: SentinelOneListing {
    static let stream = ConnectorStream.devices
    static let path = "/agents"
    static let permission = "Endpoints: View"
    static let purpose = "Without it nothing can be read: everything else refers to endpoints."
    static let filters = [("isDecommissioned", "false")]

    static func read(_ page: SentinelOnePage, _ client: SentinelOneClient) -> RecordReading<DeviceReport> {
        page.read(stream) { record throws(FieldRefusal) in try device(record) }
    }

    static func modified(_ report: DeviceReport) -> Date? { report.modified }
    static func reports(_ reports: [DeviceReport]) -> ConnectorReports { .devices(reports) }

    /// Nil for an agent that is no more.
    static func device(_ record: VendorRecord) throws(FieldRefusal) -> DeviceReport? {
        let id = try record.requiredText("id")
        guard try !isGone(record) else { return nil }
        let domain = try record.text("domain")
        let model = try record.text("modelName")
        let user = try record.text("lastLoggedInUserName")
        let interfaces = try record.records("networkInterfaces")
        return DeviceReport(
            sourceID: id, hostname: try record.text("computerName") ?? id,
            domain: domain == "WORKGROUP" ? nil : domain, os: try SentinelOneSystem.read(record),
            kind: SentinelOneWords.kind(try record.text("machineType")),
            serialNumber: try record.text("serialNumber"), manufacturer: maker(model), model: model.map(product),
            macAddresses: try list(interfaces, ["physical"], MACAddress.canonical),
            addresses: try list(interfaces, ["inet", "inet6"], IPAddress.canonical),
            externalAddress: try record.text("externalIp").flatMap { IPAddress.canonical($0) },
            agentVersion: try record.text("agentVersion"),
            isolation: SentinelOneWords.isolation(try record.text("networkStatus")),
            isHealthy: SentinelOneWords.isHealthy(try record.text("operationalState")), lastUser: user,
            firstSeen: try record.date("registeredAt"), lastSeen: try record.date("lastActiveDate"),
            modified: try record.date("updatedAt"))
    }

    static func isGone(_ record: VendorRecord) throws(FieldRefusal) -> Bool {
        let isDecommissioned = try record.flag("isDecommissioned") ?? false
        let isUninstalled = try record.flag("isUninstalled") ?? false
        return isDecommissioned || isUninstalled
    }

    /// `VMware, Inc. - VMware7,1` is a maker and a model.
    private static func maker(_ model: String?) -> String? {
        model.flatMap { text in text.firstRange(of: " - ").map { String(text[..<$0.lowerBound]) } }
    }

    private static func product(_ model: String) -> String {
        model.firstRange(of: " - ").map { String(model[$0.upperBound...]) } ?? model
    }

    /// The addresses of all interfaces; what is no address is left out.
    private static func list(
        _ interfaces: [VendorRecord], _ keys: [StaticString], _ canonical: (String) -> String?
    ) throws(FieldRefusal) -> [String] {
        var found: [String] = []
        for interface in interfaces {
            for key in keys {
                let texts = key.description == "physical" ? [try interface.text(key) ?? ""] : try interface.texts(key)
                for address in texts.compactMap(canonical) where !found.contains(address) { found.append(address) }
            }
        }
        return found
    }
}
