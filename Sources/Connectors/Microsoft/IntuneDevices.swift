import Domain
import FoundationEssentials

/// Devices that Intune manages: `GET /v1.0/deviceManagement/managedDevices`. Always whole: a device's compliance changes
/// without anything in it that could be asked for.
enum IntuneDevices: MicrosoftListing {
    static let stream = ConnectorStream.devices
    static let name = "managed"
    static let permission = "Microsoft Graph: DeviceManagementManagedDevices.Read.All"
    static let purpose = "Without it no devices of Intune are read, and the rest of Intune refers to them."

    static let path = "/v1.0/deviceManagement/managedDevices"
    private static let largestPage = 1_000

    static func isRead(_ settings: MicrosoftSettings) -> Bool { settings.readsIntune }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get(path, [("$top", "1")], permission: permission), .graph)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<DeviceReport> {
        let page = try await page(place, client, .graph) {
            .get(path, [("$top", "\(min(client.settings.pageSize, largestPage))")], permission: permission)
        }
        let records = page.records(stream, id: "id") { record throws(FieldRefusal) in try device(record) }
        return MicrosoftReading(
            records: records, count: page.elements.count, next: page.nextLink.map { .link($0) }, time: page.time)
    }

    static func reports(_ reports: [DeviceReport]) -> ConnectorReports { .devices(reports) }

    static func device(_ record: VendorRecord) throws(FieldRefusal) -> DeviceReport {
        let id = try record.requiredText("id")
        let macs = [try record.text("ethernetMacAddress"), try record.text("wiFiMacAddress")]
        let system = try record.text("operatingSystem")
        var report = DeviceReport(
            sourceID: id, hostname: try record.text(anyOf: "deviceName", "managedDeviceName") ?? id,
            os: MicrosoftSystem.intune(system, version: try record.text("osVersion")),
            kind: kind(system), serialNumber: try record.text("serialNumber"),
            manufacturer: try record.text("manufacturer"), model: try record.text("model"),
            macAddresses: MicrosoftFields.distinct(macs.map(MicrosoftFields.mac)),
            firstSeen: try record.date("enrolledDateTime"), lastSeen: try record.date("lastSyncDateTime"))
        report.product = "intune"
        report.directoryID = try record.directoryID("azureADDeviceId")
        report.complianceState = try record.text("complianceState")
        report.enrollment = try record.text(anyOf: "managementState", "deviceRegistrationState", "managementAgent")
        report.primaryUser = try record.text(anyOf: "userPrincipalName", "emailAddress", "userDisplayName")
        return report
    }

    private static func kind(_ system: String?) -> String? {
        switch system?.lowercased() {
        case "windows", "macos", "linux": "workstation"
        case "ios", "ipados", "android": "mobile"
        default: nil
        }
    }
}
