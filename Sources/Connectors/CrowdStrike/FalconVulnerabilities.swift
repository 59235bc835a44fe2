import Domain
import FoundationEssentials

/// Falcon Spotlight: `GET /spotlight/combined/vulnerabilities/v1`.
enum FalconVulnerabilities: FalconListing {
    static let stream = ConnectorStream.vulnerabilities
    static let permission = "Vulnerabilities: Read"
    static let purpose = "Without it no vulnerabilities are read; it needs Falcon Spotlight."
    static let largestPage = 5_000

    private static let change = "updated_timestamp"

    /// A full run leaves out what is closed: what it does not list is closed or gone. Runs of changes list everything,
    /// so that they see what was closed.
    static func request(_ checkpoint: StreamCheckpoint, limit: Int, _ settings: FalconSettings) -> VendorRequest {
        let changed = FQL.changed(change, since: checkpoint.since)
        var query = [
            ("limit", "\(limit)"),
            ("filter", checkpoint.extent == .full ? FQL.all(changed, "status:!'closed'") : changed),
            ("sort", "\(change)|asc"), ("facet", "cve"),
        ]
        if let cursor = checkpoint.cursor { query.append(("after", cursor)) }
        return .get("/spotlight/combined/vulnerabilities/v1", query, permission: permission)
    }

    static func read(_ page: FalconPage) -> RecordReading<VulnerabilityReport> {
        page.records(stream, id: "id") { record throws(FieldRefusal) in try vulnerability(record) }
    }

    static func modified(_ report: VulnerabilityReport) -> Date? { report.modified }
    static func reports(_ reports: [VulnerabilityReport]) -> ConnectorReports { .vulnerabilities(reports) }

    static func vulnerability(_ record: VendorRecord) throws(FieldRefusal) -> VulnerabilityReport {
        guard let cve = try record.record("cve") else { throw FieldRefusal(field: "cve", reason: "is missing") }
        let score = try cve.number("base_score")
        if let score, !(0...10).contains(score) {
            throw FieldRefusal(field: "cve.base_score", reason: "must be between 0 and 10")
        }
        var products: [String] = []
        for app in try record.records("apps") {
            if let product = try app.text("product_name_version"), !products.contains(product) {
                products.append(product)
            }
        }
        return VulnerabilityReport(
            sourceID: try record.requiredText("id"), deviceID: try record.requiredText("aid"),
            vulnerability: try cve.requiredText("id"), status: status(try record.requiredText("status")),
            severity: try cve.text("severity").flatMap { Severity(rawValue: $0.lowercased()) }, score: score,
            vector: try cve.text("vector"), summary: try cve.text("description"), products: products,
            isKnownExploited: try cve.record("cisa_info")?.flag("is_cisa_kev"),
            isSuppressed: try record.record("suppression_info")?.flag("is_suppressed") ?? false,
            detected: try record.date("created_timestamp"), closed: try record.date("closed_timestamp"),
            modified: try record.date("updated_timestamp"))
    }

    private static func status(_ text: String) -> VulnerabilityReport.Status {
        switch text.lowercased() {
        case "open": .open
        case "closed": .closed
        case "reopen": .reopened
        case "expired": .expired
        default: .unknown
        }
    }
}
