import Domain
import FoundationEssentials

/// Zero Trust Assessment: how well hosts are configured. Ids come by score, their details in a second request.
enum FalconAssessments: FalconListing {
    static let stream = ConnectorStream.compliance
    static let permission = "Zero Trust Assessment: Read"
    static let purpose = "Without it no assessment of hosts' settings is read."
    /// As many details as fit an address.
    static let largestPage = 100
    /// By score: they come in no order of time and are always read whole.
    static let isOrdered = false

    static let standard = "zero_trust_assessment"

    static func request(_ checkpoint: StreamCheckpoint, limit: Int, _ settings: FalconSettings) -> VendorRequest {
        var query = [("limit", "\(limit)"), ("filter", "score:>=0"), ("sort", "score|asc")]
        if let cursor = checkpoint.cursor { query.append(("after", cursor)) }
        return .get("/zero-trust-assessment/queries/assessments/v1", query, permission: permission)
    }

    static func details(_ page: FalconPage) throws(FieldRefusal) -> VendorRequest? {
        var ids: [(String, String)] = []
        for range in page.resources {
            ids.append(("ids", try VendorRecord(page.bytes, range).requiredText("aid")))
        }
        guard !ids.isEmpty else { return nil }
        return .get("/zero-trust-assessment/entities/assessments/v1", ids, permission: permission)
    }

    static func read(_ page: FalconPage) -> RecordReading<ComplianceReport> {
        page.records(stream, id: "aid") { record throws(FieldRefusal) in try assessment(record) }
    }

    static func modified(_ report: ComplianceReport) -> Date? { report.checked }
    static func reports(_ reports: [ComplianceReport]) -> ConnectorReports { .compliance(reports) }

    static func assessment(_ record: VendorRecord) throws(FieldRefusal) -> ComplianceReport {
        let items = try record.record("assessment_items")
        var checks: [ComplianceReport.Check] = []
        for group: StaticString in ["os_signals", "sensor_signals"] {
            for signal in try items?.records(group) ?? [] { checks.append(try check(signal)) }
        }
        return ComplianceReport(
            deviceID: try record.requiredText("aid"), standard: standard,
            score: try record.record("assessment")?.number("overall"), checks: checks,
            checked: try record.date("modified_time"))
    }

    private static func check(_ signal: VendorRecord) throws(FieldRefusal) -> ComplianceReport.Check {
        let id = try signal.requiredText("signal_id")
        let answer = try signal.text("meets_criteria")?.lowercased()
        return ComplianceReport.Check(
            id: id, title: try signal.text(anyOf: "criteria", "signal_name") ?? id,
            isMet: answer == "yes" ? true : answer == "no" ? false : nil)
    }
}
