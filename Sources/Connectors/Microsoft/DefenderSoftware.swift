import Domain
import FoundationEssentials

/// Installed software that Defender Vulnerability Management knows: `GET /api/machines/SoftwareInventoryByMachine`, a
/// record for each version of each product on each machine. Always whole: there is no listing of changes.
enum DefenderSoftware: MicrosoftListing {
    static let stream = ConnectorStream.software
    static let name = "inventory"
    static let permission = "WindowsDefenderATP: Software.Read.All"
    static let purpose =
        "Without it no installed software is read; it needs Defender Vulnerability Management."

    private static let path = "/api/machines/SoftwareInventoryByMachine"

    static func isRead(_ settings: MicrosoftSettings) -> Bool { settings.readsDefender }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get(path, [("pageSize", "1")], permission: permission), .exports)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<SoftwareReport> {
        let page = try await page(place, client, .exports) {
            .get(path, [("pageSize", "\(client.settings.exportPageSize)")], permission: permission)
        }
        let records = page.records(stream, id: "deviceId") { record throws(FieldRefusal) in try software(record) }
        return MicrosoftReading(
            records: records, count: page.elements.count, next: page.nextLink.map { .link($0) }, time: page.time)
    }

    static func reports(_ reports: [SoftwareReport]) -> ConnectorReports { .software(reports) }

    /// Nil for a product without a name. A record has no id of its own.
    static func software(_ record: VendorRecord) throws(FieldRefusal) -> SoftwareReport? {
        let device = try record.requiredText("deviceId")
        let vendor = try record.text("softwareVendor")
        let product = try record.text("softwareName")
        let version = try record.text("softwareVersion")
        var row: [String: String] = [:]
        row["softwareName"] = product
        row["softwareVendor"] = vendor
        row["softwareVersion"] = version
        row["osPlatform"] = try record.text("osPlatform")
        guard var package = InstalledPackage(softwareRow: row) else { return nil }
        package.installDate = try record.exportDate("softwareFirstSeenTimestamp")
        return SoftwareReport(
            sourceID: [device, vendor, product, version].map { $0 ?? "" }.joined(separator: "-_-"), deviceID: device,
            package: package, paths: try record.texts("diskPaths"))
    }
}
