import Domain
import FoundationEssentials

/// How well a machine is protected, from the health that Sophos tells with each endpoint.
enum SophosHealth: SophosListing {
    static let stream = ConnectorStream.compliance
    static let permission = SophosEndpoints.permission
    static let purpose = "Without it nothing is read of the health of endpoints."

    static let standard = "sophos_health"

    static func page(_ place: SophosPlace, _ question: SophosQuestion) async throws -> SophosPage {
        try await SophosEndpoints.page(place, question)
    }

    static func read(_ page: SophosPage, _ part: Int, _ naming: SophosNaming) -> RecordReading<ComplianceReport> {
        naming.reading(stream, page) { record throws(FieldRefusal) in try health(record, naming) }
    }

    static func modified(_ report: ComplianceReport) -> Date? { report.checked }
    static func reports(_ reports: [ComplianceReport]) -> ConnectorReports { .compliance(reports) }

    /// Nil for a machine that Sophos has no health of.
    static func health(_ record: VendorRecord, _ naming: SophosNaming) throws(FieldRefusal) -> ComplianceReport? {
        let id = try record.requiredText("id")
        guard let health = try record.record("health") else { return nil }
        var checks = [
            ComplianceReport.Check(
                id: "threats", title: "No threat is active",
                isMet: SophosWords.isHealthy(try health.record("threats")?.text("status"))),
            ComplianceReport.Check(
                id: "tamper_protection", title: "Tamper protection is on",
                isMet: try record.flag("tamperProtectionEnabled")),
        ]
        for service in try health.record("services")?.records("serviceDetails") ?? [] {
            let name = try service.requiredText("name")
            let status = try service.text("status")
            checks.append(
                ComplianceReport.Check(
                    id: "service:\(name)", title: "\(name): running", isMet: status.map { $0 == "running" }))
        }
        for volume in try record.record("encryption")?.records("volumes") ?? [] {
            let name = try volume.requiredText("volumeId")
            let isMet = SophosWords.isEncrypted(try volume.text("status"))
            checks.append(ComplianceReport.Check(id: "encryption:\(name)", title: "\(name): encrypted", isMet: isMet))
        }
        var report = ComplianceReport(
            deviceID: naming.name(id), standard: standard, score: nil, checks: checks,
            checked: try record.date("lastSeenAt"))
        report.state = try health.text("overall")
        return report
    }
}
