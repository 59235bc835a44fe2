import Domain
import FoundationEssentials

/// What osquery said of one host: the rows of each table.
struct OsqueryHost {
    var identifier: String
    var decorations = JSONRow()
    var collectedAt: Date?
    /// Whether everything known of it are changes: then what was there before is not among its rows.
    var hasOnlyChanges = true
    private var tables: [OsqueryTable: [JSONRow]] = [:]

    init(identifier: String) { self.identifier = identifier }

    mutating func replace(_ table: OsqueryTable, by rows: [JSONRow]) {
        tables[table] = rows
        hasOnlyChanges = false
    }

    mutating func add(_ rows: [JSONRow], to table: OsqueryTable) { tables[table, default: []] += rows }

    mutating func remove(_ rows: [JSONRow], from table: OsqueryTable) {
        let gone = Set(rows)
        tables[table]?.removeAll(where: gone.contains)
    }

    func rows(_ table: OsqueryTable) -> [JSONRow] { tables[table] ?? [] }

    func inventory(_ hints: HostHints, _ limits: DocumentLimits) throws(DocumentError) -> Inventory {
        let computer = rows(.computer).first
        let name =
            hints.hostname ?? computer?["hostname", "computer_name"] ?? decorations["hostname", "host_hostname"]
            ?? (identifier.isEmpty ? "osquery" : identifier)
        var inventory = Inventory(
            collectedAt: collectedAt ?? Date(), deviceID: deviceID(computer, name: name), hostname: name,
            os: hints.system ?? OsquerySystem.operatingSystem(rows(.system).first, hints))
        inventory.kernel = kernel(computer)
        let packages = OsqueryPackages(self, limits)
        inventory.packages = try packages.all()
        inventory.updates = updates
        inventory.notes = notes(packages.unusable, inventory)
        return inventory
    }

    /// The hardware's UUID, which osquery may also use to name the host.
    private func deviceID(_ computer: JSONRow?, name: String) -> String {
        for text in [computer?["uuid"], decorations["host_uuid", "uuid"], identifier] {
            if let text, UUID(uuidString: text) != nil { return "dmi:\(text.lowercased())" }
        }
        return "hostname:\(name)"
    }

    private func kernel(_ computer: JSONRow?) -> Kernel? {
        let architecture = rows(.system).first?["arch"] ?? computer?["cpu_type"]
        guard let release = rows(.kernel).first?["version"] ?? architecture.map({ _ in "" }) else { return nil }
        return Kernel(release: release, version: "", architecture: architecture ?? "")
    }

    private var updates: [InstalledUpdate] {
        let ids = rows(.hotfixes).compactMap { $0["hotfix_id"].flatMap { InstalledUpdate.knowledgeBaseID($0) } }
        return Set(ids).sorted().map { InstalledUpdate(id: $0) }
    }

    private func notes(_ unusable: Int, _ inventory: Inventory) -> [CollectionNote] {
        var notes: [CollectionNote] = []
        if hasOnlyChanges {
            let reason = "The log has only changes; what was installed before its first line is not in it."
            notes.append(CollectionNote(item: "packages.osquery", reason: reason))
        }
        if unusable > 0 {
            let reason = "Rows without a usable name and version: \(unusable)."
            notes.append(CollectionNote(item: "packages.osquery", reason: reason))
        }
        if inventory.os.id == "unknown" {
            let reason = "No os_version is among the results, so the system's own advisories cannot be told."
            notes.append(CollectionNote(item: "os", reason: reason))
        }
        return notes
    }
}
