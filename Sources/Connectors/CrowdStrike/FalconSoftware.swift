import Domain
import FoundationEssentials
import Inventories

/// Installed applications: Falcon Discover, `GET /discover/combined/applications/v1`, a record for each application on
/// each host.
enum FalconSoftware: FalconListing {
    static let stream = ConnectorStream.software
    static let permission = "Assets: Read"
    static let purpose = "Without it no installed software is read; it needs Falcon Discover."
    static let largestPage = 1_000

    /// What only ran and was never seen installed has no time of change and is not listed.
    private static let change = "last_updated_timestamp"

    static func request(_ checkpoint: StreamCheckpoint, limit: Int, _ settings: FalconSettings) -> VendorRequest {
        var query = [
            ("limit", "\(limit)"), ("filter", FQL.changed(change, since: checkpoint.since)), ("sort", "\(change)|asc"),
            ("facet", "host_info"), ("facet", "install_usage"),
        ]
        if let cursor = checkpoint.cursor { query.append(("after", cursor)) }
        return .get("/discover/combined/applications/v1", query, permission: permission)
    }

    static func read(_ page: FalconPage) -> RecordReading<SoftwareReport> {
        page.records(stream, id: "id") { record throws(FieldRefusal) in try application(record) }
    }

    static func modified(_ report: SoftwareReport) -> Date? { report.modified }
    static func reports(_ reports: [SoftwareReport]) -> ConnectorReports { .software(reports) }

    /// Nil for a file that ran and is of no known application, and for one on a host without a sensor.
    static func application(_ record: VendorRecord) throws(FieldRefusal) -> SoftwareReport? {
        let id = try record.requiredText("id")
        let host = try record.record("host")
        guard let device = try host?.text("aid") else { return nil }
        var row: [String: String] = [:]
        row["name"] = try record.text("name")
        row["vendor"] = try record.text("vendor")
        row["version"] = try record.text("version")
        row["installation_timestamp"] = try record.text("installation_timestamp")
        row["host.platform_name"] = try host?.text("platform_name")
        guard var package = InstalledPackage(softwareRow: row) else { return nil }
        package.architecture = try record.texts("architectures").first
        return SoftwareReport(
            sourceID: id, deviceID: device, package: package, paths: try record.texts("installation_paths"),
            lastUsed: try record.date("last_used_timestamp"), modified: try record.date("last_updated_timestamp"))
    }
}
