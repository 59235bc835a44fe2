import Domain
import FoundationEssentials

/// What EDRs and device management list as installed: vendor, name and version, of one or many devices. Such names
/// are candidates for an identity, never one by themselves.
struct SoftwareList {
    private let hints: HostHints
    private let limits: DocumentLimits

    init(_ hints: HostHints, _ limits: DocumentLimits) {
        self.hints = hints
        self.limits = limits
    }

    /// A host for each device of the list, in the order of their first rows.
    func read(_ bytes: [UInt8]) throws(DocumentError) -> [Inventory] {
        var draft = SoftwareListDraft(limits: limits)
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) -> SoftwareListDraft in
                var cursor = JSONCursor(bytes, maximumDepth: limits.depth)
                while cursor.peek() != nil { try document(&cursor, &draft) }
                return draft
            }
        }
        let inventories = try outcome.get().inventories(hints)
        guard !inventories.isEmpty else {
            throw .unsupported(
                format: "A software list without rows",
                advice: "Rows have a name and a version, and a vendor or publisher.")
        }
        return inventories
    }

    private func document(_ cursor: inout JSONCursor, _ draft: inout SoftwareListDraft) throws(DocumentError) {
        guard try cursor.kind() == .object else {
            for row in try JSONRow.list(&cursor, limit: limits.packages * 2) { try draft.take(SoftwareRow(row: row)) }
            return
        }
        var device = JSONRow()
        var rows: [JSONRow] = []
        try cursor.object { cursor, key throws(DocumentError) in
            switch try cursor.kind() {
            case .array where key == "software" || SoftwareListShape.allCases.contains { $0.rows == key }:
                rows += try JSONRow.list(&cursor, limit: limits.packages * 2)
            case .string: device.set(DocumentText.trimmed(try cursor.string()), as: key)
            case .object:
                for (name, value) in try JSONRow(&cursor).fields { device.set(value, as: "\(key).\(name)") }
            case .array, .number, .boolean, .null: try cursor.skip()
            }
        }
        // An object of a row a line, or a device with its rows.
        if rows.isEmpty, SoftwareRow(row: device).name != nil { return try draft.take(SoftwareRow(row: device)) }
        for row in rows { try draft.take(SoftwareRow(row: row.filled(from: device))) }
    }
}

extension JSONRow {
    /// Self with what only the device around it says: never another row's name or version.
    fileprivate func filled(from device: JSONRow) -> JSONRow {
        var row = self
        for name in ["deviceId", "deviceName", "operatingSystem", "hostname", "osPlatform", "platform"] {
            let value = device[name] ?? (name == "deviceName" ? device["hostname"] : nil)
            if let value, row[name] == nil { row.set(value, as: name) }
        }
        return row
    }
}
