import Domain
import FoundationEssentials
import Inventories

/// Alerts of all of Defender XDR: `GET /v1.0/security/alerts_v2` of Microsoft Graph.
enum GraphAlerts: MicrosoftListing {
    static let stream = ConnectorStream.alerts
    static let name = "alerts_v2"
    static let permission = "Microsoft Graph: SecurityAlert.Read.All"
    static let purpose = "Without it no alerts are read."

    static let path = "/v1.0/security/alerts_v2"
    private static let largestPage = 1_000

    static func isRead(_ settings: MicrosoftSettings) -> Bool { settings.alerts == .graph }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get(path, [("$top", "1")], permission: permission), .graph)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<AlertReport> {
        let page = try await page(place, client, .graph) {
            var query = [("$top", "\(min(client.settings.pageSize, largestPage))")]
            if let since = checkpoint.since {
                query.append(("$filter", "lastUpdateDateTime ge \(RFC3339.string(since))"))
            }
            return .get(path, query, permission: permission)
        }
        let records = page.records(stream, id: "id") { record throws(FieldRefusal) in try alert(record) }
        return MicrosoftReading(
            records: records, count: page.elements.count, next: page.nextLink.map { .link($0) }, time: page.time)
    }

    static func reports(_ reports: [AlertReport]) -> ConnectorReports { .alerts(reports) }

    static func alert(_ record: VendorRecord) throws(FieldRefusal) -> AlertReport {
        let id = try record.requiredText("id")
        guard let created = try record.date("createdDateTime") else {
            throw FieldRefusal(field: "createdDateTime", reason: "is missing")
        }
        let evidence = try Evidence(record.records("evidence"))
        let title = try record.text("title") ?? id
        var report = AlertReport(
            sourceID: id, deviceID: evidence.device, title: title, details: try record.text("description"),
            severity: MicrosoftWords.severity(try record.requiredText("severity")),
            status: MicrosoftWords.status(try record.text("status")),
            verdict: MicrosoftWords.ours(try record.text("classification"), in: MicrosoftWords.verdicts),
            product: try record.text(anyOf: "serviceSource", "productName"),
            techniques: try record.texts("mitreTechniques").map {
                AlertReport.Technique(tacticID: nil, tactic: nil, techniqueID: $0, technique: nil)
            }, assignee: try record.text("assignedTo"), commandLine: evidence.commandLine, filePath: evidence.filePath,
            sha256: evidence.sha256, user: evidence.user, link: try record.text("alertWebUrl"),
            detected: try record.date("firstActivityDateTime") ?? created,
            modified: try record.date("lastUpdateDateTime"))
        report.category = try record.text("category")
        report.threat = try record.text(anyOf: "threatDisplayName", "threatFamilyName")
        return report
    }

    /// The first device, process, file and user of an alert; each kind of evidence is an object of its own type.
    private struct Evidence {
        var device: String?
        var commandLine: String?
        var filePath: String?
        var sha256: String?
        var user: String?

        init(_ records: [VendorRecord]) throws(FieldRefusal) {
            for record in records {
                if device == nil { device = try record.text("mdeDeviceId") }
                if commandLine == nil { commandLine = try record.text("processCommandLine") }
                if user == nil {
                    user = try record.record("userAccount")?.text(anyOf: "userPrincipalName", "accountName")
                }
                let file: VendorRecord? =
                    if let file = try record.record("fileDetails") { file } else { try record.record("imageFile") }
                guard let file, sha256 == nil, let hash = try file.text("sha256") else { continue }
                sha256 = hash
                let parts = [try file.text("filePath"), try file.text("fileName")].compactMap { $0 }
                filePath = parts.isEmpty ? nil : parts.joined(separator: "\\")
            }
        }
    }
}
