import Domain
import FoundationEssentials

/// Applications that Intune found on devices. The listing of applications would give devices without number for each;
/// this asks for the applications of some devices at a time, which only the preview of Graph allows.
enum IntuneApps: MicrosoftListing {
    static let stream = ConnectorStream.software
    static let name = "detected"
    static let permission = "Microsoft Graph: DeviceManagementManagedDevices.Read.All"
    static let purpose = "Without it no applications that Intune finds are read."

    private static let largestPage = 60

    static func isRead(_ settings: MicrosoftSettings) -> Bool { settings.readsIntune && settings.readsDetectedApps }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get(IntuneDevices.path, [("$top", "1"), ("$select", "id")], permission: permission), .graph)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<SoftwareReport> {
        let page = try await page(place, client, .graph) {
            .get(
                IntuneDevices.path,
                [("$top", "\(min(client.settings.pageSize, largestPage))"), ("$select", "id")], permission: permission)
        }
        let ids = page.elements.compactMap { try? VendorRecord(page.bytes, $0).text("id") }
        let batch = MicrosoftBatch(api: "/beta", permission: permission, client: client)
        let devices = try await batch.get(
            ids.map {
                "/deviceManagement/managedDevices/\(PercentEncoding.encode($0))"
                    + "?$select=id,operatingSystem&$expand=detectedApps"
            })
        var records = RecordReading<SoftwareReport>(stream, [], [], id: "id") { _ in nil }
        for (id, device) in zip(ids, devices) {
            guard let device else { continue }
            // Each application by itself: one that makes no sense is quarantined.
            let system = try? device.text("operatingSystem")
            let bytes = Array(device.json.utf8)
            let apps = (try? VendorRecord(bytes, 0..<bytes.count).elements("detectedApps")) ?? []
            records.append(
                RecordReading(stream, bytes, apps, id: "id") { app throws(FieldRefusal) in
                    try software(app, on: id, system)
                })
        }
        return MicrosoftReading(
            records: records, count: page.elements.count, next: page.nextLink.map { .link($0) }, time: page.time)
    }

    static func reports(_ reports: [SoftwareReport]) -> ConnectorReports { .software(reports) }

    /// Nil for an application without a name. Its id is one of its name and version, whatever the device.
    static func software(
        _ app: VendorRecord, on device: String, _ system: String?
    ) throws(FieldRefusal) -> SoftwareReport? {
        let id = try app.requiredText("id")
        var row: [String: String] = [:]
        row["displayName"] = try app.text("displayName")
        row["publisher"] = try app.text("publisher")
        row["version"] = try app.text("version")
        row["operatingSystem"] = system
        guard let package = InstalledPackage(softwareRow: row) else { return nil }
        return SoftwareReport(sourceID: "\(device)-_-\(id)", deviceID: device, package: package)
    }
}
