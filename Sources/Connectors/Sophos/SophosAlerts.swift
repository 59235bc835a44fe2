import Domain
import FoundationEssentials
import Inventories

/// Alerts: those that wait for somebody, `GET /common/v1/alerts`, and events of the last day, `GET /siem/v1/events`. Always
/// whole: that an alert was dealt with is told by its absence alone.
enum SophosAlerts: SophosListing {
    static let stream = ConnectorStream.alerts
    static let permission = "Alerts: Read"
    static let purpose = "Without it no alerts are read."
    static let isAlwaysWhole = true

    private static let eventLimit = 1_000

    static func parts(_ settings: SophosSettings) -> Int { settings.eventSeverity == nil ? 1 : 2 }

    static func page(_ place: SophosPlace, _ question: SophosQuestion) async throws -> SophosPage {
        guard place.part == 0 else { return try await events(place.tenant, place.key, question) }
        let size = question.limit ?? question.client.settings.alertPageSize
        var query = [("pageSize", "\(size)"), ("sort", "raisedAt:asc")]
        if let since = question.since { query.append(("from", RFC3339.string(since.addingTimeInterval(-1)))) }
        if let key = place.key { query.append(("pageFromKey", key)) }
        return try await question.client.send(
            .get("/common/v1/alerts", query, permission: permission), to: place.tenant
        ) { response throws(FieldRefusal) in try SophosPage(response) }
    }

    /// Sophos looks back a day and refuses to look further.
    static func events(
        _ tenant: SophosTenant, _ key: String?, _ question: SophosQuestion
    ) async throws -> SophosPage {
        var query = [("limit", "\(eventLimit)")]
        if let key {
            query.append(("cursor", key))
        } else {
            let earliest = question.now.addingTimeInterval(-question.client.settings.eventLookback)
            let from = max(earliest, question.since ?? earliest)
            query.append(("from_date", "\(Int(from.timeIntervalSince1970))"))
        }
        return try await question.client.send(
            .get("/siem/v1/events", query, permission: "SIEM integration: Read"), to: tenant
        ) { response throws(FieldRefusal) in try SophosPage.events(response) }
    }

    static func read(_ page: SophosPage, _ part: Int, _ naming: SophosNaming) -> RecordReading<AlertReport> {
        naming.reading(stream, page) { record throws(FieldRefusal) in
            part == 0 ? try alert(record, naming) : try event(record, naming)
        }
    }

    static func modified(_ report: AlertReport) -> Date? { report.modified }
    static func reports(_ reports: [AlertReport]) -> ConnectorReports { .alerts(reports) }

    /// An alert that is listed waits for somebody: one that was dealt with is listed no more.
    static func alert(_ record: VendorRecord, _ naming: SophosNaming) throws(FieldRefusal) -> AlertReport {
        let id = try record.requiredText("id")
        guard let raised = try record.date("raisedAt") else {
            throw FieldRefusal(field: "raisedAt", reason: "is missing")
        }
        let agent = try record.record("managedAgent")
        let category = try record.text("category")
        let description = try record.text("description")
        var report = AlertReport(
            sourceID: naming.name(id), deviceID: try agent?.text("id").map(naming.name),
            title: description ?? category ?? id, severity: SophosWords.severity(try record.text("severity")),
            status: .new, product: try record.text("product"), user: try record.record("person")?.text("name"),
            detected: raised, modified: raised)
        report.category = category
        report.threat = try record.text("type")
        report.leavesWhenResolved = true
        return report
    }

    /// Nil for an event of less weight than settings ask for.
    static func event(_ record: VendorRecord, _ naming: SophosNaming) throws(FieldRefusal) -> AlertReport? {
        let id = try record.requiredText("id")
        guard let created = try record.date("created_at") else {
            throw FieldRefusal(field: "created_at", reason: "is missing")
        }
        let severity = SophosWords.severity(try record.text("severity"))
        guard let least = naming.settings.eventSeverity, SophosWords.weighs(severity, atLeast: least) else {
            return nil
        }
        let type = try record.text("type")
        let happened = try record.date("when")
        var report = AlertReport(
            sourceID: naming.name(id), deviceID: try record.text("endpoint_id").map(naming.name),
            title: try record.text("name") ?? type ?? id, severity: severity, status: SophosWords.eventStatus(type),
            product: "siem", user: try record.text("source"), detected: happened ?? created, modified: created)
        report.category = type
        report.threat = try record.text("threat")
        return report
    }
}
