import Domain
import FoundationEssentials
import Inventories

/// Defender's own alerts with their evidence: `GET /api/alerts`.
enum DefenderAlerts: MicrosoftListing {
    static let stream = ConnectorStream.alerts
    static let name = "alerts"
    static let permission = "WindowsDefenderATP: Alert.Read.All"
    static let purpose = "Without it no alerts are read."

    static let path = "/api/alerts"
    /// Evidence makes alerts large.
    private static let largestPage = 1_000

    static func isRead(_ settings: MicrosoftSettings) -> Bool { settings.alerts == .defender }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get(path, [("$top", "1")], permission: permission), .defender)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<AlertReport> {
        let limit = min(client.settings.pageSize, largestPage)
        let page = try await page(place, client, .defender) {
            var query = [("$top", "\(limit)"), ("$expand", "evidence")]
            if let since = checkpoint.since {
                query.append(("$filter", "lastUpdateTime ge \(RFC3339.string(since))"))
            }
            if case .skip(let count) = place { query.append(("$skip", "\(count)")) }
            return .get(path, query, permission: permission)
        }
        let records = page.records(stream, id: "id") { record throws(FieldRefusal) in try alert(record) }
        return MicrosoftReading(
            records: records, count: page.elements.count, next: next(page, behind: place, limit: limit),
            time: page.time)
    }

    static func reports(_ reports: [AlertReport]) -> ConnectorReports { .alerts(reports) }

    static func alert(_ record: VendorRecord) throws(FieldRefusal) -> AlertReport {
        let id = try record.requiredText("id")
        guard let created = try record.date("alertCreationTime") else {
            throw FieldRefusal(field: "alertCreationTime", reason: "is missing")
        }
        let evidence = try Evidence(record.records("evidence"))
        let title = try record.text("title") ?? id
        var report = AlertReport(
            sourceID: id, deviceID: try record.text("machineId"), title: title,
            details: try record.text("description"),
            severity: MicrosoftWords.severity(try record.requiredText("severity")),
            status: MicrosoftWords.status(try record.text("status")),
            verdict: MicrosoftWords.ours(try record.text("classification"), in: MicrosoftWords.verdicts),
            product: try record.text("detectionSource"),
            techniques: try record.texts("mitreTechniques").map {
                AlertReport.Technique(tacticID: nil, tactic: nil, techniqueID: $0, technique: nil)
            }, assignee: try record.text("assignedTo"), commandLine: evidence.commandLine, filePath: evidence.filePath,
            sha256: evidence.sha256, user: try user(record) ?? evidence.user,
            detected: try record.date("firstEventTime") ?? created, modified: try record.date("lastUpdateTime"))
        report.category = try record.text("category")
        report.threat = try record.text(anyOf: "threatName", "threatFamilyName")
        return report
    }

    private static func user(_ record: VendorRecord) throws(FieldRefusal) -> String? {
        guard let user = try record.record("relatedUser"), let name = try user.text("userName") else { return nil }
        return try user.text("domainName").map { "\($0)\\\(name)" } ?? name
    }

    /// The first process, file and user of an alert.
    private struct Evidence {
        var commandLine: String?
        var filePath: String?
        var sha256: String?
        var user: String?

        init(_ records: [VendorRecord]) throws(FieldRefusal) {
            for record in records {
                if commandLine == nil { commandLine = try record.text("processCommandLine") }
                if user == nil { user = try record.text(anyOf: "userPrincipalName", "accountName") }
                guard sha256 == nil, let hash = try record.text("sha256") else { continue }
                sha256 = hash
                filePath = try path(record)
            }
        }

        private func path(_ record: VendorRecord) throws(FieldRefusal) -> String? {
            let folder = try record.text("filePath")
            guard let name = try record.text("fileName") else { return folder }
            guard let folder else { return name }
            return folder.hasSuffix(name) ? folder : "\(folder)\(folder.contains("/") ? "/" : "\\")\(name)"
        }
    }
}
