import Domain
import FoundationEssentials

/// Reads inventories as `Inventory` documents them. Unknown keys are passed over; everything kept
/// is bounded by `DocumentLimits`.
public enum InventoryReader {
    /// Reads exactly one inventory.
    public static func inventory(
        _ data: Data, limits: DocumentLimits = .standard
    ) throws(DocumentError) -> Inventory {
        let result = data.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) in try inventory(bytes, limits: limits) }
        }
        return try result.get()
    }

    /// Reads exactly one inventory from memory that stays valid during the call.
    public static func inventory(
        _ bytes: UnsafeRawBufferPointer, limits: DocumentLimits = .standard
    ) throws(DocumentError) -> Inventory {
        guard bytes.count <= limits.documentBytes else { throw .tooLarge(limit: limits.documentBytes) }
        var cursor = JSONCursor(bytes, maximumDepth: limits.depth)
        guard let first = cursor.peek() else { throw .empty }
        if first == UInt8(ascii: "<") {
            throw .unsupported(format: "An XML inventory", advice: "Send JSON, as garrison collect prints it.")
        }
        let inventory = try InventoryFields(limits).inventory(&cursor)
        try cursor.finish()
        return inventory
    }

    /// Reads one inventory or any number of them behind each other (NDJSON), in order.
    /// `body` is called as each is read: undo its effects when this throws.
    public static func read(
        _ data: Data, limits: DocumentLimits = .standard, _ body: (Inventory) throws -> Void
    ) throws {
        var isRead = false
        var stream = InventoryStream(limits: limits) { _ in
            defer { isRead = true }
            return isRead ? [] : Array(data)
        }
        while let inventory = try stream.next() { try body(inventory) }
    }
}

extension InventoryReader {
    /// All inventories of a document: one, or any number behind each other (NDJSON).
    public static func all(_ bytes: [UInt8], limits: DocumentLimits = .standard) throws -> [Inventory] {
        var inventories: [Inventory] = []
        try read(Data(bytes), limits: limits) { inventories.append($0) }
        return inventories
    }
}
