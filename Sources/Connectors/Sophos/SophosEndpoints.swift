import Domain
import FoundationEssentials
import Inventories

/// Machines with Sophos on them: `GET /endpoint/v1/endpoints`, whole records by key.
enum SophosEndpoints: SophosListing {
    static let stream = ConnectorStream.devices
    static let permission = "Endpoints: Read"
    static let purpose = "Without it nothing can be read: everything else refers to endpoints."

    static func page(_ place: SophosPlace, _ question: SophosQuestion) async throws -> SophosPage {
        let size = question.limit ?? question.client.settings.pageSize
        var query = [("pageSize", "\(size)"), ("view", "full")]
        if let since = question.since { query.append(("lastSeenAfter", RFC3339.string(since.addingTimeInterval(-1)))) }
        if let key = place.key { query.append(("pageFromKey", key)) }
        return try await question.client.send(
            .get("/endpoint/v1/endpoints", query, permission: permission), to: place.tenant
        ) { response throws(FieldRefusal) in try SophosPage(response) }
    }

    static func read(_ page: SophosPage, _ part: Int, _ naming: SophosNaming) -> RecordReading<DeviceReport> {
        naming.reading(stream, page) { record throws(FieldRefusal) in try device(record, naming) }
    }

    static func modified(_ report: DeviceReport) -> Date? { report.modified }
    static func reports(_ reports: [DeviceReport]) -> ConnectorReports { .devices(reports) }

    /// Parts are missing of machines that were never heard of since they were installed.
    static func device(_ record: VendorRecord, _ naming: SophosNaming) throws(FieldRefusal) -> DeviceReport {
        let id = try record.requiredText("id")
        let group = try record.record("group")?.text("name")
        let person = try record.record("associatedPerson")
        let seen = try record.date("lastSeenAt")
        let health = try record.record("health")?.text("overall")
        var report = DeviceReport(
            sourceID: naming.name(id), hostname: try record.text("hostname") ?? id, os: try system(record),
            kind: SophosWords.kind(try record.text("type")),
            macAddresses: unique(try record.texts("macAddresses").compactMap { MACAddress.canonical($0) }),
            addresses: unique(
                (try record.texts("ipv4Addresses") + record.texts("ipv6Addresses"))
                    .compactMap { IPAddress.canonical($0) }),
            agentVersion: try agentVersion(record), isolation: try isolation(record.record("isolation")),
            isHealthy: SophosWords.isHealthy(health), lastUser: try person?.text(anyOf: "viaLogin", "name"),
            tags: group.map { [$0] } ?? [], lastSeen: seen, modified: seen)
        report.health = health
        return report
    }

    /// Isolation by a person is asked for first and has come about later.
    static func isolation(_ record: VendorRecord?) throws(FieldRefusal) -> DeviceReport.Isolation {
        guard let record, let status = try record.text("status") else { return .unknown }
        let isWanted = try record.flag("adminIsolated")
        let isByItself = try record.flag("selfIsolated") ?? false
        switch SophosWords.isolation(status) {
        case .none: return isWanted == true ? .isolating : .none
        case .isolated: return isWanted == false && !isByItself ? .releasing : .isolated
        case let other: return other
        }
    }

    private static func system(_ record: VendorRecord) throws(FieldRefusal) -> OperatingSystem {
        guard let os = try record.record("os") else {
            return OperatingSystem(type: "unknown", id: "unknown", name: "unknown", version: "")
        }
        let name = try os.text("name")
        let numbers = [try os.integer("majorVersion"), try os.integer("minorVersion"), try os.integer("build")]
        let version = numbers.compactMap { $0 }.map(String.init).joined(separator: ".")
        switch try os.text("platform")?.lowercased() {
        case "windows":
            return OperatingSystem(
                type: "windows", id: "windows", name: name.map { "Microsoft \($0)" } ?? "Microsoft Windows",
                version: version)
        case "macos":
            let product = numbers.prefix(2).compactMap { $0 }.map(String.init).joined(separator: ".")
            return OperatingSystem(type: "macos", id: "macos", name: "macOS", version: product, prettyName: name)
        case "linux": return SystemTitle.linux(name)
        case let other:
            let id = other ?? "unknown"
            return OperatingSystem(type: id, id: id, name: name ?? id, version: version)
        }
    }

    /// Of the protection itself, else of whatever is installed.
    private static func agentVersion(_ record: VendorRecord) throws(FieldRefusal) -> String? {
        let products = try record.records("assignedProducts")
        for code in ["endpointProtection", "coreAgent"] {
            for product in products {
                if try product.text("code") == code, let version = try product.text("version") { return version }
            }
        }
        return try products.first?.text("version")
    }

    private static func unique(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
