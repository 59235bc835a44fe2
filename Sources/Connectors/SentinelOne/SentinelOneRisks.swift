import Domain
import FoundationEssentials

/// CVEs of installed applications: `GET /application-management/risks`, a record for each CVE of an application on an
/// endpoint. They have no time of change and are always read whole.
enum SentinelOneRisks: SentinelOneListing {
    static let stream = ConnectorStream.vulnerabilities
    static let path = "/application-management/risks"
    static let permission = "Application Management: View"
    static let purpose = "Without it no vulnerabilities are read; it needs Singularity Vulnerability Management."
    static let isOrdered = false

    static func read(_ page: SentinelOnePage, _ client: SentinelOneClient) -> RecordReading<VulnerabilityReport> {
        page.read(stream) { record throws(FieldRefusal) in try risk(record) }
    }

    static func modified(_ report: VulnerabilityReport) -> Date? { report.detected }
    static func reports(_ reports: [VulnerabilityReport]) -> ConnectorReports { .vulnerabilities(reports) }

    static func risk(_ record: VendorRecord) throws(FieldRefusal) -> VulnerabilityReport {
        let score = try record.number("baseScore")
        if let score, !(0...10).contains(score) {
            throw FieldRefusal(field: "baseScore", reason: "must be between 0 and 10")
        }
        let application = try record.text(anyOf: "application", "applicationName")
        let version = try record.text(anyOf: "applicationVersion", "version")
        return VulnerabilityReport(
            sourceID: try record.requiredText("id"), deviceID: try record.requiredText("endpointId"),
            vulnerability: try record.requiredText("cveId"),
            status: SentinelOneWords.riskStatus(try record.text("status")),
            severity: try record.text("severity").flatMap { Severity(rawValue: $0.lowercased()) }, score: score,
            products: product(application, version), detected: try record.date("detectionDate"),
            modified: try record.date("lastScanDate"))
    }

    /// Some consoles put the version behind the name, some in a field of its own.
    private static func product(_ application: String?, _ version: String?) -> [String] {
        guard let application else { return [] }
        guard let version, !application.hasSuffix(version) else { return [application] }
        return ["\(application) \(version)"]
    }
}
