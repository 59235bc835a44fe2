import Domain
import FoundationEssentials
import Inventories

/// Vulnerabilities of machines: everything from `GET /api/machines/SoftwareVulnerabilitiesByMachine`, changes from
/// `SoftwareVulnerabilityChangesByMachine`.
enum DefenderVulnerabilities: MicrosoftListing {
    static let stream = ConnectorStream.vulnerabilities
    static let name = "vulnerabilities"
    static let permission = "WindowsDefenderATP: Vulnerability.Read.All"
    static let purpose =
        "Without it no vulnerabilities are read; it needs Defender Vulnerability Management."

    private static let all = "/api/machines/SoftwareVulnerabilitiesByMachine"
    private static let changes = "/api/machines/SoftwareVulnerabilityChangesByMachine"
    /// Seconds for which Defender keeps changes, less a day so as not to be at the very edge.
    private static let longestMemory = 13 * 86_400.0

    static func isRead(_ settings: MicrosoftSettings) -> Bool { settings.readsDefender }

    static func probe(_ settings: MicrosoftSettings) -> (VendorRequest, MicrosoftClient.Service) {
        (.get(all, [("pageSize", "1")], permission: permission), .exports)
    }

    static func read(
        _ place: MicrosoftCursor.Place, _ checkpoint: StreamCheckpoint, _ client: MicrosoftClient
    ) async throws -> MicrosoftReading<VulnerabilityReport> {
        let size = ("pageSize", "\(client.settings.exportPageSize)")
        let page = try await page(place, client, .exports) {
            let since = checkpoint.since?.addingTimeInterval(-client.settings.vulnerabilityOverlap)
            guard checkpoint.extent == .changes, let since, since.timeIntervalSinceNow > -longestMemory else {
                return .get(all, [size], permission: permission)
            }
            return .get(changes, [("sinceTime", RFC3339.string(since)), size], permission: permission)
        }
        var records = page.records(stream, id: "id") { record throws(FieldRefusal) in try vulnerability(record) }
        // Of several events about one thing the last must be the last that is stored.
        records.sort { ($0.modified ?? .distantPast) < ($1.modified ?? .distantPast) }
        return MicrosoftReading(
            records: records, count: page.elements.count, next: page.nextLink.map { .link($0) }, time: page.time)
    }

    static func reports(_ reports: [VulnerabilityReport]) -> ConnectorReports { .vulnerabilities(reports) }

    /// A record of either listing, or of `/api/vulnerabilities/machinesVulnerabilities`. Nil for software without a
    /// vulnerability, which is listed, too. The vendor's ids differ between listings; what a record is about does not.
    static func vulnerability(_ record: VendorRecord) throws(FieldRefusal) -> VulnerabilityReport? {
        guard let cve = try record.text("cveId") else { return nil }
        guard let device = try record.text(anyOf: "deviceId", "machineId") else {
            throw FieldRefusal(field: "deviceId", reason: "is missing")
        }
        let score = try record.number("cvssScore")
        if let score, !(0...10).contains(score) {
            throw FieldRefusal(field: "cvssScore", reason: "must be between 0 and 10")
        }
        let vendor = try record.text(anyOf: "softwareVendor", "productVendor")
        let product = try record.text(anyOf: "softwareName", "productName")
        let version = try record.text(anyOf: "softwareVersion", "productVersion")
        let event = try record.exportDate("eventTimestamp")
        let status = MicrosoftWords.ours(try record.text("status") ?? "New", in: MicrosoftWords.vulnerabilityStatuses)
        var report = VulnerabilityReport(
            sourceID: [device, cve, vendor, product, version].map { $0 ?? "" }.joined(separator: "-_-"),
            deviceID: device, vulnerability: cve, status: status ?? .unknown,
            severity: try record.text(anyOf: "vulnerabilitySeverityLevel", "severity").flatMap {
                Severity(rawValue: $0.lowercased())
            }, score: score,
            products: [[vendor, product, version].compactMap { $0 }.joined(separator: " ")].filter { !$0.isEmpty },
            detected: try record.exportDate("firstSeenTimestamp"), closed: status == .closed ? event : nil,
            modified: event)
        report.exploitability = try record.text("exploitabilityLevel")
        return report
    }
}
