import Crypto
import Domain
import FoundationEssentials

/// An inventory with its packages as a sorted set of title ids and the dates beside it.
struct ReportedDevice: Sendable {
    let inventory: Inventory
    /// Ascending.
    let titles: [Int64]
    /// Parallel to `titles`.
    let installDates: [Date?]
    let set: UUID
    /// When it was taken. A clock that is ahead must not keep later inventories out.
    let moment: Date
    /// 128 bits over everything that is stored of it, its time aside.
    let hash: UUID

    /// - Parameter packages: the ids of the inventory's titles, in their order.
    init(_ inventory: Inventory, titles packages: [Int64], now: Date = Date()) {
        let installed = inventory.titles
        self.inventory = inventory
        // Stable among equals, so that of a package listed twice the last one's date counts.
        let order = packages.indices.sorted { (packages[$0], $0) < (packages[$1], $1) }
        var titles: [Int64] = []
        var dates: [Date?] = []
        titles.reserveCapacity(order.count)
        dates.reserveCapacity(order.count)
        for index in order {
            if titles.last == packages[index] {
                dates[dates.count - 1] = installed[index].installDate
            } else {
                titles.append(packages[index])
                dates.append(installed[index].installDate)
            }
        }
        self.titles = titles
        installDates = dates
        set = softwareSetHash(titles)
        moment = min(inventory.collectedAt, now)
        hash = Self.hash(inventory, set: set, installDates: installDates)
    }

    var osName: String { inventory.os.prettyName ?? inventory.os.name }
    var osVersion: String { inventory.os.version.isEmpty ? inventory.os.codename ?? "" : inventory.os.version }
    /// Nil where there is none, or one that PostgreSQL's inet does not take: an address is no reason to
    /// refuse a machine.
    var address: String? { inventory.network.primaryAddress.flatMap(NetworkAddress.canonical) }
    var mac: String? { inventory.network.primaryMAC.flatMap(NetworkAddress.mac) }

    private static func hash(_ inventory: Inventory, set: UUID, installDates: [Date?]) -> UUID {
        var hasher = SHA256()
        withUnsafeBytes(of: set.uuid) { hasher.update(bufferPointer: $0) }
        for date in installDates {
            withUnsafeBytes(of: date?.timeIntervalSince1970.bitPattern ?? 0) { hasher.update(bufferPointer: $0) }
        }
        let texts = [
            inventory.hostname, inventory.fqdn, inventory.os.type, inventory.os.id, inventory.os.name,
            inventory.os.prettyName, inventory.os.version, inventory.os.codename, inventory.kernel?.release,
            inventory.kernel?.architecture, inventory.network.primaryAddress, inventory.network.primaryMAC,
            inventory.agentVersion,
        ]
        // Where the system says neither, the hash is the one it was before these fields were known.
        let system = [inventory.os.build, inventory.os.installationType].compactMap { $0 }
        for text in texts + system + inventory.notes.flatMap({ [$0.item, $0.reason] }) {
            hasher.update(data: [text == nil ? 1 : 2] + Array((text ?? "").utf8) + [0])
        }
        return UUID(digest: hasher.finalize())
    }
}
