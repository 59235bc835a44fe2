import Domain
import FoundationEssentials
import Inventories

/// Machines with Defender's sensor: `GET /api/machines`. Always whole: a machine's risk and health change without
/// anything in it that could be asked for.
enum DefenderMachines: MicrosoftListing {
    static let stream = ConnectorStream.devices
    static let name = "machines"
    static let permission = "WindowsDefenderATP: Machine.Read.All"
    static let purpose = "Without it no machines of Defender are read, and the rest of Defender refers to them."

    private static let path = "/api/machines"
    private static let largestPage = 10_000

    static func isRead(_ settings: MicrosoftSettings) -> Bool { settings.readsDefender }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get(path, [("$top", "1")], permission: permission), .defender)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<DeviceReport> {
        let limit = min(client.settings.pageSize, largestPage)
        do {
            let page = try await page(place, client, .defender) {
                var query = [("$top", "\(limit)")]
                if case .skip(let count) = place { query.append(("$skip", "\(count)")) }
                return .get(path, query, permission: permission)
            }
            let records = page.records(stream, id: "id") { record throws(FieldRefusal) in try machine(record) }
            return MicrosoftReading(
                records: records, count: page.elements.count, next: next(page, behind: place, limit: limit),
                time: page.time)
        } catch let error as ConnectorError {
            // Defender says so when no machine has reported lately.
            guard case .refused(_, 404, _) = error else { throw error }
            if case .link = place { throw error }
            let nothing = RecordReading<DeviceReport>(stream, [], [], id: "id") { _ in nil }
            return MicrosoftReading(records: nothing, count: 0, next: nil, time: Date())
        }
    }

    static func reports(_ reports: [DeviceReport]) -> ConnectorReports { .devices(reports) }

    /// Nil for a machine that was only seen in the network and has no sensor.
    static func machine(_ record: VendorRecord) throws(FieldRefusal) -> DeviceReport? {
        let id = try record.requiredText("id")
        if let status = try record.text("onboardingStatus"), status.lowercased() != "onboarded" { return nil }
        let name = MicrosoftFields.name(try record.text("computerDnsName") ?? id)
        let cards = try record.records("ipAddresses")
        var macs: [String?] = []
        var addresses = [try record.text("lastIpAddress").flatMap { IPAddress.canonical($0) }]
        for card in cards {
            macs.append(MicrosoftFields.mac(try card.text("macAddress")))
            addresses.append(try card.text("ipAddress").flatMap { IPAddress.canonical($0) })
        }
        let platform = try record.text("osPlatform")
        let health = try record.text("healthStatus")
        var report = DeviceReport(
            sourceID: id, hostname: name.host, domain: name.domain,
            os: MicrosoftSystem.defender(
                platform: platform, version: try record.text("version"), build: try record.integer("osBuild")),
            kind: platform.map { $0.lowercased().contains("server") ? "server" : "workstation" },
            macAddresses: MicrosoftFields.distinct(macs), addresses: MicrosoftFields.distinct(addresses),
            externalAddress: try record.text("lastExternalIpAddress").flatMap { IPAddress.canonical($0) },
            agentVersion: try record.text("agentVersion"),
            isHealthy: health.flatMap { $0.lowercased() == "unknown" ? nil : $0.lowercased() == "active" },
            tags: try record.texts("machineTags"), firstSeen: try record.date("firstSeen"),
            lastSeen: try record.date("lastSeen"))
        report.product = "defender"
        report.directoryID = try record.directoryID("aadDeviceId")
        report.health = health
        report.risk = MicrosoftWords.ours(try record.text("riskScore"), in: MicrosoftWords.risks)
        report.exposure = try record.text("exposureLevel")
        return report
    }
}
