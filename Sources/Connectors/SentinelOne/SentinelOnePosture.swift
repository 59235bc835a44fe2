import Domain
import FoundationEssentials

/// How agents are set up, from what the console says of them: `GET /agents`.
enum SentinelOnePosture: SentinelOneListing {
    static let stream = ConnectorStream.compliance
    static let path = "/agents"
    static let permission = "Endpoints: View"
    static let purpose = "Without it nothing is read of how agents are set up."
    static let filters = SentinelOneAgents.filters

    static let standard = "sentinelone_agent"

    static func read(_ page: SentinelOnePage, _ client: SentinelOneClient) -> RecordReading<ComplianceReport> {
        page.read(stream) { record throws(FieldRefusal) in try state(record) }
    }

    static func modified(_ report: ComplianceReport) -> Date? { report.checked }
    static func reports(_ reports: [ComplianceReport]) -> ConnectorReports { .compliance(reports) }

    static func state(_ record: VendorRecord) throws(FieldRefusal) -> ComplianceReport? {
        let id = try record.requiredText("id")
        guard try !SentinelOneAgents.isGone(record) else { return nil }
        let applications = try record.text("appsVulnerabilityStatus")
        let checks = [
            check("agent_up_to_date", "The agent is up to date", try record.flag("isUpToDate")),
            check(
                "agent_operational", "The agent works", SentinelOneWords.isHealthy(try record.text("operationalState"))),
            check("protect_mode", "Threats are mitigated", try record.text("mitigationMode").map { $0 == "protect" }),
            check("firewall", "The firewall is on", try record.flag("firewallEnabled")),
            check("disk_encryption", "Disks are encrypted", try record.flag("encryptedApplications")),
            check("not_infected", "No threat is active", try record.flag("infected").map { !$0 }),
            check("applications_patched", "Applications need no patch", SentinelOneWords.isPatched(applications)),
        ]
        return ComplianceReport(
            deviceID: id, standard: standard, score: nil, checks: checks, checked: try record.date("updatedAt"))
    }

    private static func check(_ id: String, _ title: String, _ isMet: Bool?) -> ComplianceReport.Check {
        ComplianceReport.Check(id: id, title: title, isMet: isMet)
    }
}
