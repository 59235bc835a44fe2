import Domain

/// The packages of a list of one package a line, and how many lines made no sense.
struct PackageList {
    var packages: [InstalledPackage]
    var unusable: Int

    init(packages: [InstalledPackage], unusable: Int) {
        self.packages = packages
        self.unusable = unusable
    }

    /// - Parameters:
    ///   - package: the package of a line; nil when it is none.
    ///   - isIgnored: lines that are known not to be packages.
    init(
        _ bytes: [UInt8], _ limits: DocumentLimits, _ package: (Substring) -> InstalledPackage?,
        isIgnored: (Substring) -> Bool
    ) throws(DocumentError) {
        packages = []
        unusable = 0
        for line in DocumentText.decode(bytes).split(whereSeparator: \.isNewline) {
            let text = line.drop { $0.isWhitespace }
            if text.isEmpty || isIgnored(text) { continue }
            guard let found = package(text), Self.isUsable(found, limits) else {
                unusable += 1
                continue
            }
            guard packages.count < limits.packages else { throw .tooMany("packages", limit: limits.packages) }
            packages.append(found)
        }
    }

    static func isUsable(_ package: InstalledPackage, _ limits: DocumentLimits) -> Bool {
        let texts = [
            package.type, package.name, package.version, package.architecture, package.source, package.sourceVersion,
            package.vendor, package.bundleIdentifier, package.signer,
        ]
        return !package.name.isEmpty
            && texts.allSatisfy { $0.map { DocumentField.fault($0, limit: limits.identifierBytes) == nil } ?? true }
    }

    func inventory(_ format: InventoryFormat, _ hints: HostHints) -> Inventory {
        var inventory = hints.inventory(format, os: nil)
        inventory.packages = packages
        if unusable > 0 {
            inventory.notes.append(
                CollectionNote(item: "packages", reason: "Entries without a usable name and version: \(unusable)."))
        }
        return inventory
    }

    /// The inventory, of a document that has at least one package.
    func whole(_ format: InventoryFormat, _ hints: HostHints) throws(DocumentError) -> Inventory {
        guard !packages.isEmpty else {
            throw .malformed(
                TextPosition(line: 1, column: 1), reason: "no package in what should be output of \(format.rawValue)")
        }
        return inventory(format, hints)
    }
}
