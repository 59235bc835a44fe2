import Domain
import FoundationEssentials

/// Devices of the directory: `GET /v1.0/devices`. Always whole: what changes in them cannot be asked for.
package enum EntraDevices: MicrosoftListing {
    static let stream = ConnectorStream.devices
    static let name = "directory"
    static let permission = "Microsoft Graph: Device.Read.All"
    static let purpose = "Without it no devices of the directory are read."

    static let path = "/v1.0/devices"
    private static let largestPage = 999
    private static let selected = [
        "id", "deviceId", "displayName", "accountEnabled", "operatingSystem", "operatingSystemVersion", "trustType",
        "isCompliant", "isManaged", "manufacturer", "model", "registrationDateTime", "approximateLastSignInDateTime",
    ]

    static func isRead(_ settings: MicrosoftSettings) -> Bool { true }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get(path, [("$top", "1")], permission: permission), .graph)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<DeviceReport> {
        let page = try await page(place, client, .graph) {
            .get(
                path,
                [
                    ("$top", "\(min(client.settings.pageSize, largestPage))"),
                    ("$select", selected.joined(separator: ",")),
                ], permission: permission)
        }
        let records = page.records(stream, id: "id") { record throws(FieldRefusal) in try device(record) }
        return MicrosoftReading(
            records: records, count: page.elements.count, next: page.nextLink.map { .link($0) }, time: page.time)
    }

    static func reports(_ reports: [DeviceReport]) -> ConnectorReports { .devices(reports) }

    /// Nil for one that is switched off.
    package static func device(_ record: VendorRecord) throws(FieldRefusal) -> DeviceReport? {
        let id = try record.requiredText("id")
        if try record.flag("accountEnabled") == false { return nil }
        var report = DeviceReport(
            sourceID: id, hostname: try record.text("displayName") ?? id,
            os: MicrosoftSystem.intune(
                system(try record.text("operatingSystem")), version: try record.text("operatingSystemVersion")),
            manufacturer: try record.text("manufacturer"), model: try record.text("model"),
            firstSeen: try record.date("registrationDateTime"),
            lastSeen: try record.date("approximateLastSignInDateTime"))
        report.product = "entra"
        report.directoryID = try record.directoryID("deviceId")
        report.enrollment = try record.text("trustType")
        if try record.flag("isManaged") == true, let isCompliant = try record.flag("isCompliant") {
            report.complianceState = isCompliant ? "compliant" : "noncompliant"
        }
        return report
    }

    /// `MacMDM`, `IPhone`, `AndroidForWork`, `Windows Server`: how devices came to be registered.
    private static func system(_ name: String?) -> String? {
        guard let lower = name?.lowercased() else { return nil }
        if lower.hasPrefix("windows") { return "windows" }
        if lower.hasPrefix("mac") { return "macos" }
        if lower.hasPrefix("iphone") || lower == "ios" { return "ios" }
        if lower.hasPrefix("ipad") { return "ipados" }
        if lower.hasPrefix("android") { return "android" }
        if lower.hasPrefix("linux") { return "linux" }
        return name
    }
}
