import Domain
import FoundationEssentials

/// The objects of the inventory format, a function each.
struct InventoryFields {
    let field: DocumentField
    let limits: DocumentLimits

    init(_ limits: DocumentLimits) {
        self.limits = limits
        field = DocumentField(limits)
    }

    func inventory(_ cursor: inout JSONCursor) throws(DocumentError) -> Inventory {
        _ = cursor.peek()
        let start = cursor.offset
        var draft = InventoryDraft()
        try cursor.object { cursor, key throws(DocumentError) in try read(&cursor, key, into: &draft) }
        let hostname = try field.required(draft.hostname, "hostname", cursor, start)
        let os = try field.required(draft.os, "os", cursor, start)
        return Inventory(
            schema: Inventory.currentSchema, collectedAt: draft.collectedAt ?? Date(),
            deviceID: draft.deviceID ?? "hostname:\(hostname)", hostname: hostname, fqdn: draft.fqdn, os: os,
            kernel: draft.kernel, network: Network(interfaces: draft.interfaces), packages: draft.packages,
            updates: draft.updates, settings: draft.settings, agentVersion: draft.agentVersion, notes: draft.notes)
    }

    private func read(
        _ cursor: inout JSONCursor, _ key: String, into draft: inout InventoryDraft
    ) throws(DocumentError) {
        guard try !cursor.takeNull() else { return }
        switch key {
        case "schema": try checkSchema(try field.identifier(&cursor))
        case "collected_at": draft.collectedAt = try field.date(&cursor)
        case "device_id": draft.deviceID = try nonEmpty(&cursor)
        case "hostname": draft.hostname = try nonEmpty(&cursor)
        case "fqdn": draft.fqdn = try field.identifier(&cursor)
        case "os": draft.os = try operatingSystem(&cursor)
        case "kernel": draft.kernel = try kernel(&cursor)
        case "network": draft.interfaces = try interfaces(&cursor)
        case "packages": draft.packages = try packages(&cursor)
        case "updates": draft.updates = try field.list(&cursor, limit: limits.listEntries, of: "updates", update)
        case "settings": draft.settings = try settings(&cursor)
        case "agent_version": draft.agentVersion = try field.identifier(&cursor)
        case "notes": draft.notes = try field.list(&cursor, limit: limits.listEntries, of: "notes", note)
        default: try cursor.skip()
        }
    }

    private func nonEmpty(_ cursor: inout JSONCursor) throws(DocumentError) -> String {
        _ = cursor.peek()
        let start = cursor.offset
        let text = try field.identifier(&cursor)
        guard !text.isEmpty else { throw field.invalid(cursor, start, "is empty") }
        return text
    }

    private func checkSchema(_ found: String) throws(DocumentError) {
        let parts = found.split(separator: "/", maxSplits: 1).map(String.init)
        let major = parts.count == 2 ? parts[1].prefix { $0 != "." } : ""
        guard parts.first == "garrison.inventory", major == "1" else { throw .schema(found: found) }
    }

    private func operatingSystem(_ cursor: inout JSONCursor) throws(DocumentError) -> OperatingSystem {
        _ = cursor.peek()
        let start = cursor.offset
        var os = OperatingSystem(id: "", name: "", version: "")
        var like: [String] = []
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "type": os.type = try field.identifier(&cursor)
            case "id": os.id = try nonEmpty(&cursor)
            case "name": os.name = try field.identifier(&cursor)
            case "version": os.version = try field.identifier(&cursor)
            case "codename": os.codename = try field.identifier(&cursor)
            case "pretty_name": os.prettyName = try field.identifier(&cursor)
            case "build": os.build = try field.identifier(&cursor)
            case "installation_type": os.installationType = try field.identifier(&cursor)
            case "like": like = try field.list(&cursor, limit: 64, of: "os.like entries", field.identifier)
            default: try cursor.skip()
            }
        }
        if os.id.isEmpty { throw field.invalid(cursor, start, "is missing").inside("id") }
        if os.name.isEmpty { os.name = os.id }
        os.like = like
        return os
    }

    private func kernel(_ cursor: inout JSONCursor) throws(DocumentError) -> Kernel {
        _ = cursor.peek()
        let start = cursor.offset
        var kernel = Kernel(release: "", version: "", architecture: "")
        try cursor.object { cursor, key throws(DocumentError) in
            switch key {
            case "release": kernel.release = try nonEmpty(&cursor)
            case "version": kernel.version = try field.optionalIdentifier(&cursor) ?? ""
            case "architecture": kernel.architecture = try field.optionalIdentifier(&cursor) ?? ""
            default: try cursor.skip()
            }
        }
        if kernel.release.isEmpty { throw field.invalid(cursor, start, "is missing").inside("release") }
        return kernel
    }

    private func interfaces(_ cursor: inout JSONCursor) throws(DocumentError) -> [Network.Interface] {
        var interfaces: [Network.Interface] = []
        try cursor.object { cursor, key throws(DocumentError) in
            guard key == "interfaces" else { return try cursor.skip() }
            guard try !cursor.takeNull() else { return }
            interfaces = try field.list(&cursor, limit: limits.listEntries, of: "interfaces", interface)
        }
        return interfaces
    }

    private func interface(_ cursor: inout JSONCursor) throws(DocumentError) -> Network.Interface {
        _ = cursor.peek()
        let start = cursor.offset
        var interface = Network.Interface(name: "")
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "name": interface.name = try nonEmpty(&cursor)
            case "mac": interface.mac = try address(&cursor, "is not a MAC address", MACAddress.canonical)
            case "addresses":
                interface.addresses = try field.list(
                    &cursor, limit: limits.listEntries, of: "addresses"
                ) { cursor throws(DocumentError) in
                    try address(&cursor, "is not an IP address", IPAddress.canonical)
                }
            case "virtual": interface.isVirtual = try cursor.boolean()
            default: try cursor.skip()
            }
        }
        if interface.name.isEmpty { throw field.invalid(cursor, start, "is missing").inside("name") }
        return interface
    }

    /// An address in the one form that the database knows it by.
    private func address(
        _ cursor: inout JSONCursor, _ fault: String, _ canonical: (String) -> String?
    ) throws(DocumentError) -> String {
        _ = cursor.peek()
        let start = cursor.offset
        guard let address = canonical(try field.identifier(&cursor)) else { throw field.invalid(cursor, start, fault) }
        return address
    }

    private func settings(_ cursor: inout JSONCursor) throws(DocumentError) -> [String: String] {
        var settings: [String: String] = [:]
        try cursor.object { cursor, key throws(DocumentError) in
            guard settings.count < limits.listEntries else { throw .tooMany("settings", limit: limits.listEntries) }
            if let reason = DocumentField.fault(key, limit: limits.identifierBytes) {
                throw field.invalid(cursor, cursor.offset, reason)
            }
            settings[key] = try field.text(&cursor)
        }
        return settings
    }

    private func note(_ cursor: inout JSONCursor) throws(DocumentError) -> CollectionNote {
        var note = CollectionNote(item: "", reason: "")
        try cursor.object { cursor, key throws(DocumentError) in
            switch key {
            case "item": note.item = try field.identifier(&cursor)
            case "reason": note.reason = try field.text(&cursor)
            default: try cursor.skip()
            }
        }
        return note
    }
}

/// An inventory while its keys arrive, in any order.
struct InventoryDraft {
    var collectedAt: Date?
    var deviceID: String?
    var hostname: String?
    var fqdn: String?
    var os: OperatingSystem?
    var kernel: Kernel?
    var interfaces: [Network.Interface] = []
    var packages: [InstalledPackage] = []
    var updates: [InstalledUpdate] = []
    var settings: [String: String] = [:]
    var agentVersion: String?
    var notes: [CollectionNote] = []
}
