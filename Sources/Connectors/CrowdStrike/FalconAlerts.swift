import Domain
import FoundationEssentials

/// Alerts of all of Falcon's products: `POST /alerts/combined/alerts/v1`.
enum FalconAlerts: FalconListing {
    static let stream = ConnectorStream.alerts
    static let permission = "Alerts: Read"
    static let purpose = "Without it no alerts are read."
    static let largestPage = 1_000

    private static let change = "updated_timestamp"

    static func request(_ checkpoint: StreamCheckpoint, limit: Int, _ settings: FalconSettings) -> VendorRequest {
        var body: [(String, RequestJSON)] = [
            ("filter", .text(FQL.changed(change, since: checkpoint.since))), ("sort", .text("\(change)|asc")),
            ("limit", .number(limit)),
        ]
        if let cursor = checkpoint.cursor { body.append(("after", .text(cursor))) }
        return .ask("/alerts/combined/alerts/v1", .object(body), permission: permission)
    }

    static func read(_ page: FalconPage) -> RecordReading<AlertReport> {
        page.records(stream, id: "composite_id") { record throws(FieldRefusal) in try alert(record) }
    }

    static func modified(_ report: AlertReport) -> Date? { report.modified }
    static func reports(_ reports: [AlertReport]) -> ConnectorReports { .alerts(reports) }

    static func alert(_ record: VendorRecord) throws(FieldRefusal) -> AlertReport {
        let id = try record.requiredText("composite_id")
        let created = try record.date("created_timestamp")
        guard let detected = try record.date("timestamp") ?? created else {
            throw FieldRefusal(field: "created_timestamp", reason: "is missing")
        }
        return AlertReport(
            sourceID: id, deviceID: try device(record),
            title: try record.text(anyOf: "display_name", "name") ?? id,
            details: try record.text("description"), severity: try FalconWords.severity(record),
            status: FalconWords.status(try record.text("status")),
            verdict: try record.text("resolution").flatMap { AlertReport.Verdict(rawValue: $0.lowercased()) },
            product: try record.text("product"), techniques: try techniques(record),
            assignee: try record.text("assigned_to_name"), commandLine: try record.text("cmdline"),
            filePath: try record.text("filepath"), sha256: try record.text("sha256"),
            user: try record.text("user_name"), link: try record.text("falcon_host_link"), detected: detected,
            modified: try record.date("updated_timestamp"))
    }

    /// The host as it is now has the id; the one inside the alert is as it was then.
    private static func device(_ record: VendorRecord) throws(FieldRefusal) -> String? {
        if let id = try record.text("agent_id") { return id }
        return try record.record("device")?.text("device_id")
    }

    private static func techniques(_ record: VendorRecord) throws(FieldRefusal) -> [AlertReport.Technique] {
        var techniques: [AlertReport.Technique] = []
        for mapping in try record.records("mitre_attack") { techniques.append(try technique(mapping)) }
        let own = try technique(record)
        if techniques.isEmpty, own.tacticID != nil || own.techniqueID != nil { techniques.append(own) }
        return techniques
    }

    private static func technique(_ record: VendorRecord) throws(FieldRefusal) -> AlertReport.Technique {
        AlertReport.Technique(
            tacticID: try record.text("tactic_id"), tactic: try record.text("tactic"),
            techniqueID: try record.text("technique_id"), technique: try record.text("technique"))
    }
}
