import FoundationEssentials

/// An inventory as its difference from one that the server has.
public struct InventoryDelta: Sendable, Codable, Hashable {
    /// The digest of the inventory that it builds on.
    public var base: String
    /// The digest of the inventory that it gives.
    public var digest: String
    /// Everything but the packages.
    public var rest: Inventory
    public var added: [InstalledPackage]
    public var removed: [InstalledPackage]

    public init(base: String, digest: String, rest: Inventory, added: [InstalledPackage], removed: [InstalledPackage]) {
        self.base = base
        self.digest = digest
        self.rest = rest
        self.added = added
        self.removed = removed
    }

    /// - Parameter digest: of an inventory.
    public init(from old: Inventory, to new: Inventory, digest: (Inventory) -> String) {
        var counts: [InstalledPackage: Int] = [:]
        for package in new.packages { counts[package, default: 0] += 1 }
        for package in old.packages { counts[package, default: 0] -= 1 }
        var (added, removed): ([InstalledPackage], [InstalledPackage]) = ([], [])
        for (package, count) in counts {
            if count > 0 { added += Array(repeating: package, count: count) }
            if count < 0 { removed += Array(repeating: package, count: -count) }
        }
        var rest = new
        rest.packages = []
        self.init(
            base: digest(old), digest: digest(new), rest: rest, added: Self.sorted(added), removed: Self.sorted(removed)
        )
    }

    /// The inventory that it gives; nil when it does not fit.
    public func applied(to old: Inventory, digest: (Inventory) -> String) -> Inventory? {
        guard digest(old) == base else { return nil }
        var counts: [InstalledPackage: Int] = [:]
        for package in removed { counts[package, default: 0] += 1 }
        var packages: [InstalledPackage] = []
        packages.reserveCapacity(old.packages.count + added.count)
        for package in old.packages {
            if let count = counts[package], count > 0 {
                counts[package] = count - 1
            } else {
                packages.append(package)
            }
        }
        guard counts.values.allSatisfy({ $0 == 0 }) else { return nil }
        var new = rest
        new.packages = packages + added
        return digest(new) == self.digest ? new : nil
    }

    private static func sorted(_ packages: [InstalledPackage]) -> [InstalledPackage] {
        packages.sorted { ($0.name, $0.version, $0.architecture ?? "") < ($1.name, $1.version, $1.architecture ?? "") }
    }
}

/// What an agent reports of its software: all of it, or what changed.
public struct AgentInventory: Sendable, Codable, Hashable {
    /// The digest of `inventory`; the server keeps it to take changes on.
    public var digest: String?
    public var inventory: Inventory?
    public var delta: InventoryDelta?

    public init(digest: String, inventory: Inventory) {
        self.digest = digest
        self.inventory = inventory
    }

    public init(delta: InventoryDelta) { self.delta = delta }
}

extension Inventory {
    /// Lines that say all of it but when it was taken, in an order of their own: equal for equal inventories.
    public var canonicalLines: [String] {
        var rest = self
        rest.packages = []
        rest.collectedAt = Date(timeIntervalSince1970: 0)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let head = (try? encoder.encode(rest)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let lines = packages.map { package in
            [
                package.type, package.name, package.version, package.architecture, package.source,
                package.sourceVersion, package.vendor,
                package.installDate.map { String(Int64($0.timeIntervalSince1970.rounded())) }, package.module,
                package.cpe, package.bundleIdentifier, package.signer,
            ].map { $0.map { "=\($0)" } ?? "-" }.joined(separator: "\u{1F}")
        }
        return [head] + lines.sorted()
    }
}
