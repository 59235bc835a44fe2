import Domain
import FoundationEssentials
import Inventories

/// Installed applications: `GET /agents/applications`, which tells them for one agent a request. Agents come in the
/// order of their changes, so that a run of changes asks for those alone that changed.
enum SentinelOneSoftware: SentinelOneListing {
    static let stream = ConnectorStream.software
    static let path = "/agents"
    static let permission = "Endpoints: View"
    static let purpose = "Without it no installed software is read."
    static let filters = SentinelOneAgents.filters

    static func limit(_ settings: SentinelOneSettings) -> Int { settings.softwareAgents }

    static func read(
        _ page: SentinelOnePage, _ client: SentinelOneClient
    ) async throws -> RecordReading<SoftwareReport> {
        // What is wrong with an agent is told by the stream of devices.
        let agents = page.read(stream) { record throws(FieldRefusal) in try agent(record) }.reports
        var reading = RecordReading<SoftwareReport>()
        for agent in agents {
            var cursor: String?
            repeat {
                var query = [("ids", agent.id)]
                if let cursor { query.append(("cursor", cursor)) }
                let applications = try await client.page(
                    .get("/agents/applications", query, permission: permission))
                reading.append(
                    RecordReading(stream, applications.bytes, applications.records, name: { _ in agent.id }) {
                        record throws(FieldRefusal) in try application(record, of: agent)
                    })
                cursor = applications.records.isEmpty ? nil : applications.next
            } while cursor != nil
        }
        return reading
    }

    static func modified(_ report: SoftwareReport) -> Date? { report.modified }
    static func reports(_ reports: [SoftwareReport]) -> ConnectorReports { .software(reports) }

    /// What an application needs to know of its agent.
    struct Agent {
        let id: String
        let system: String?
        let modified: Date?
    }

    private static func agent(_ record: VendorRecord) throws(FieldRefusal) -> Agent? {
        guard try !SentinelOneAgents.isGone(record) else { return nil }
        return Agent(
            id: try record.requiredText("id"), system: try record.text("osType"),
            modified: try record.date("updatedAt"))
    }

    /// Applications have no ids; what they are called and who made them tells them apart on an agent. Nil without a
    /// name.
    static func application(_ record: VendorRecord, of agent: Agent) throws(FieldRefusal) -> SoftwareReport? {
        var row: [String: String] = [:]
        row["name"] = try record.text("name")
        row["vendor"] = try record.text("publisher")
        row["version"] = try record.text("version")
        row["installedDate"] = try record.text("installedDate")
        row["osType"] = agent.system
        guard let package = InstalledPackage(softwareRow: row) else { return nil }
        let parts = [agent.id, row["vendor"] ?? "", row["name"] ?? "", package.version]
        return SoftwareReport(
            sourceID: parts.joined(separator: "/"), deviceID: agent.id, package: package, modified: agent.modified)
    }
}
