import Domain

/// What an inventory needs before it can be stored; readers of documents have limits of their own.
enum InventoryCheck {
    /// Bytes of a name or version: an index entry must fit a third of a database page.
    private static let identifierBytes = 1024

    /// Checks all but the packages.
    /// - Throws: `StoreError.invalid` naming the field, and the host where it has a name.
    static func check(_ inventory: Inventory) throws(StoreError) {
        try check(inventory.hostname, "hostname", of: inventory, mayBeEmpty: false)
        try check(inventory.deviceID, "device_id", of: inventory, mayBeEmpty: false)
        let system = inventory.os
        for text in [
            inventory.fqdn, system.type, system.id, system.name, system.version, system.codename, system.prettyName,
            system.build, system.installationType, inventory.kernel?.release, inventory.kernel?.architecture,
            inventory.agentVersion,
        ] {
            try check(text ?? "", "os", of: inventory)
        }
        for note in inventory.notes where note.item.utf8.contains(0) || note.reason.utf8.contains(0) {
            throw .invalid(field: "notes", reason: "a note of \(name(inventory)) holds a NUL character")
        }
    }

    /// Checks a package; done once for each distinct one of a batch.
    static func check(_ package: InstalledPackage, of inventory: Inventory) throws(StoreError) {
        for text in texts(of: package) {
            if let text { try check(text, "packages", of: inventory) }
        }
    }

    /// Whether a package that a vendor reports is one: what is not is no reason to refuse the page that it is on.
    static func canBeStored(_ package: InstalledPackage) -> Bool {
        texts(of: package).allSatisfy { text in
            text.map { $0.utf8.count <= identifierBytes && !$0.utf8.contains(0) } ?? true
        }
    }

    private static func texts(of package: InstalledPackage) -> [String?] {
        [
            package.type, package.name, package.version, package.architecture, package.source,
            package.sourceVersion, package.vendor, package.module, package.cpe, package.bundleIdentifier,
            package.signer,
        ]
    }

    private static func check(
        _ text: String, _ field: String, of inventory: Inventory, mayBeEmpty: Bool = true
    ) throws(StoreError) {
        if text.isEmpty && !mayBeEmpty { throw .invalid(field: field, reason: "it is missing in \(name(inventory))") }
        if text.utf8.count > identifierBytes {
            throw .invalid(field: field, reason: "a text of \(name(inventory)) has more than \(identifierBytes) bytes")
        }
        if text.utf8.contains(0) {
            throw .invalid(field: field, reason: "a text of \(name(inventory)) holds a NUL character")
        }
    }

    private static func name(_ inventory: Inventory) -> String {
        let name = [inventory.hostname, inventory.deviceID].first { !$0.isEmpty && !$0.utf8.contains(0) }
        return name.map { "“\($0.prefix(100))”" } ?? "an inventory without a name"
    }
}
