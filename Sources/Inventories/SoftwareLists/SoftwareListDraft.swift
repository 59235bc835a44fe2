import Domain
import FoundationEssentials

/// The devices of a list while its rows are read.
struct SoftwareListDraft {
    private struct Device {
        var hostname: String?
        var platform: String?
        var system: OperatingSystem?
        var packages: [InstalledPackage] = []
        var seen: Set<InstalledPackage> = []
        var unusable = 0
    }

    let limits: DocumentLimits
    private var order: [String] = []
    private var devices: [String: Device] = [:]

    init(limits: DocumentLimits) { self.limits = limits }

    mutating func take(_ row: SoftwareRow) throws(DocumentError) {
        let id = row.deviceID.isEmpty ? row.hostname ?? "" : row.deviceID
        if devices[id] == nil { order.append(id) }
        var device = devices.removeValue(forKey: id) ?? Device()
        device.hostname = device.hostname ?? row.hostname
        device.platform = device.platform ?? row.platform
        device.system = device.system ?? row.system
        if let package = row.package, !package.version.isEmpty, PackageList.isUsable(package, limits) {
            if device.seen.insert(package).inserted {
                guard device.packages.count < limits.packages else {
                    throw .tooMany("packages", limit: limits.packages)
                }
                device.packages.append(package)
            }
        } else {
            device.unusable += 1
        }
        devices[id] = device
    }

    func inventories(_ hints: HostHints) -> [Inventory] {
        order.compactMap { id in devices[id].map { inventory(id, $0, hints) } }
    }

    private func inventory(_ id: String, _ device: Device, _ hints: HostHints) -> Inventory {
        // A name that the caller gives is that of a list of one device.
        let given = order.count == 1 ? hints.hostname : nil
        let hostname = given ?? device.hostname ?? (id.isEmpty ? InventoryFormat.softwareList.rawValue : id)
        var inventory = Inventory(
            collectedAt: Date(), deviceID: id.isEmpty ? "hostname:\(hostname)" : "edr:\(id)", hostname: hostname,
            os: hints.system ?? device.system ?? unknownSystem(device.platform))
        inventory.packages = device.packages
        if device.unusable > 0 {
            let reason = "Rows without a usable name and version: \(device.unusable)."
            inventory.notes.append(CollectionNote(item: "packages", reason: reason))
        }
        return inventory
    }

    /// What the list tells of a system without its version.
    private func unknownSystem(_ platform: String?) -> OperatingSystem {
        let id = platform ?? "unknown"
        return OperatingSystem(type: id, id: id, name: id, version: "")
    }
}
