import Domain

extension InventoryFields {
    func packages(_ cursor: inout JSONCursor) throws(DocumentError) -> [InstalledPackage] {
        try field.list(&cursor, limit: limits.packages, of: "packages", package)
    }

    func update(_ cursor: inout JSONCursor) throws(DocumentError) -> InstalledUpdate {
        _ = cursor.peek()
        let start = cursor.offset
        var update = InstalledUpdate(id: "")
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "id": update.id = try field.identifier(&cursor)
            case "install_date": update.installDate = try field.date(&cursor)
            default: try cursor.skip()
            }
        }
        if update.id.isEmpty { throw field.invalid(cursor, start, "is missing or empty").inside("id") }
        update.id = InstalledUpdate.knowledgeBaseID(update.id) ?? update.id
        return update
    }

    private func package(_ cursor: inout JSONCursor) throws(DocumentError) -> InstalledPackage {
        _ = cursor.peek()
        let start = cursor.offset
        var package = InstalledPackage(type: "", name: "", version: "")
        try cursor.object { cursor, key throws(DocumentError) in try read(&cursor, key, into: &package) }
        for (key, value) in [("type", package.type), ("name", package.name), ("version", package.version)]
        where value.isEmpty {
            throw field.invalid(cursor, start, "is missing or empty").inside(key)
        }
        return package
    }

    private func read(
        _ cursor: inout JSONCursor, _ key: String, into package: inout InstalledPackage
    ) throws(DocumentError) {
        guard try !cursor.takeNull() else { return }
        switch key {
        case "type": package.type = try field.identifier(&cursor)
        case "name": package.name = try field.identifier(&cursor)
        case "version": package.version = try field.identifier(&cursor)
        case "architecture": package.architecture = try field.identifier(&cursor)
        case "source": package.source = try field.identifier(&cursor)
        case "source_version": package.sourceVersion = try field.identifier(&cursor)
        case "vendor": package.vendor = try field.identifier(&cursor)
        case "install_date": package.installDate = try field.date(&cursor)
        case "module": package.module = try field.identifier(&cursor)
        case "cpe": package.cpe = try field.identifier(&cursor)
        case "bundle_identifier": package.bundleIdentifier = try field.identifier(&cursor)
        case "signer": package.signer = try field.identifier(&cursor)
        default: try cursor.skip()
        }
    }
}
