import Domain
import FoundationEssentials

/// Threats: `GET /threats`. Version 2.1 keeps what is known in `threatInfo` and the agent as it is now in
/// `agentRealtimeInfo`; version 2.0, which old consoles still give, has everything side by side.
enum SentinelOneThreats: SentinelOneListing {
    static let stream = ConnectorStream.alerts
    static let path = "/threats"
    static let permission = "Threats: View"
    static let purpose = "Without it no threats are read."

    static func read(_ page: SentinelOnePage, _ client: SentinelOneClient) -> RecordReading<AlertReport> {
        page.read(stream) { record throws(FieldRefusal) in try threat(record) }
    }

    static func modified(_ report: AlertReport) -> Date? { report.modified }
    static func reports(_ reports: [AlertReport]) -> ConnectorReports { .alerts(reports) }

    static func threat(_ record: VendorRecord) throws(FieldRefusal) -> AlertReport {
        let id = try record.requiredText("id")
        guard let info = try record.record("threatInfo") else { return try flat(id, record) }
        let created = try info.date("createdAt")
        guard let detected = try info.date("identifiedAt") ?? created else {
            throw FieldRefusal(field: "threatInfo.createdAt", reason: "is missing")
        }
        let classification = try info.text("classification")
        var report = AlertReport(
            sourceID: id, deviceID: try agent(record), title: try info.text("threatName") ?? classification ?? id,
            severity: SentinelOneWords.severity(try info.text("confidenceLevel"), classification),
            status: SentinelOneWords.status(try info.text("incidentStatus")),
            verdict: SentinelOneWords.verdict(try info.text("analystVerdict")),
            mitigation: SentinelOneWords.mitigation(try info.text("mitigationStatus")), product: "edr",
            techniques: try techniques(record), commandLine: try info.text("maliciousProcessArguments"),
            filePath: try info.text("filePath"), sha256: try info.text("sha256"),
            user: try info.text("processUser"), detected: detected, modified: try info.date("updatedAt"))
        report.category = classification
        report.threat = try info.text("threatName")
        return report
    }

    private static func flat(_ id: String, _ record: VendorRecord) throws(FieldRefusal) -> AlertReport {
        guard let detected = try record.date("createdAt") else {
            throw FieldRefusal(field: "createdAt", reason: "is missing")
        }
        let classification = try record.text("classification")
        let isBenign = try record.flag("markedAsBenign") ?? false
        let isResolved = try record.flag("resolved") ?? false
        var report = AlertReport(
            sourceID: id, deviceID: try record.text("agentId"),
            title: try record.text("threatName") ?? classification ?? id, details: try record.text("description"),
            severity: SentinelOneWords.severity(nil, classification), status: isResolved ? .resolved : .new,
            verdict: isBenign ? .falsePositive : nil,
            mitigation: SentinelOneWords.mitigation(try record.text("mitigationStatus")), product: "edr",
            commandLine: try record.text("maliciousProcessArguments"), filePath: try record.text("filePath"),
            sha256: try record.text("fileSha256"), user: try record.text("username"), detected: detected,
            modified: try record.date("updatedAt"))
        report.category = classification
        report.threat = try record.text("threatName")
        return report
    }

    private static func agent(_ record: VendorRecord) throws(FieldRefusal) -> String? {
        try record.record("agentRealtimeInfo")?.text("agentId")
    }

    /// Indicators name tactics, and those their techniques: `T1059.001`.
    private static func techniques(_ record: VendorRecord) throws(FieldRefusal) -> [AlertReport.Technique] {
        var found: [AlertReport.Technique] = []
        for indicator in try record.records("indicators") {
            for tactic in try indicator.records("tactics") {
                for technique in try tactic.records("techniques") {
                    let entry = AlertReport.Technique(
                        tacticID: nil, tactic: try tactic.text("name"), techniqueID: try technique.text("name"),
                        technique: nil)
                    if !found.contains(entry) { found.append(entry) }
                }
            }
        }
        return found
    }
}
