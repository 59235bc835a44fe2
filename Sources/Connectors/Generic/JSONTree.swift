import Inventories

/// A record as a tree: a declaration may ask for anything in it.
package indirect enum JSONTree: Sendable {
    case null
    case flag(Bool)
    /// As it is written.
    case number(String)
    case text(String)
    case list([JSONTree])
    case object([(String, JSONTree)])

    package init(_ bytes: [UInt8]) throws(FieldRefusal) {
        try self.init(bytes, 0..<bytes.count)
    }

    init(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldRefusal) {
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) -> JSONTree in
                let slice = UnsafeRawBufferPointer(rebasing: bytes[range])
                var cursor = JSONCursor(slice, maximumDepth: VendorRecord.deepest)
                let tree = try Self.read(&cursor, slice)
                try cursor.finish()
                return tree
            }
        }
        switch outcome {
        case .success(let tree): self = tree
        case .failure(let error): throw FieldRefusal(field: "", reason: "cannot be read: \(error.message)")
        }
    }

    private static func read(
        _ cursor: inout JSONCursor, _ bytes: UnsafeRawBufferPointer
    ) throws(DocumentError) -> JSONTree {
        switch try cursor.kind() {
        case .null:
            _ = try cursor.takeNull()
            return .null
        case .boolean: return .flag(try cursor.boolean())
        case .number: return .number(try cursor.number())
        case .string: return .text(try cursor.string())
        case .array:
            var items: [JSONTree] = []
            try cursor.array { cursor, _ throws(DocumentError) in items.append(try read(&cursor, bytes)) }
            return .list(items)
        case .object:
            var members: [(String, JSONTree)] = []
            try cursor.members { cursor, key throws(DocumentError) in
                members.append((try name(key, bytes), try read(&cursor, bytes)))
            }
            return .object(members)
        }
    }

    private static func name(_ key: Range<Int>, _ bytes: UnsafeRawBufferPointer) throws(DocumentError) -> String {
        guard bytes[key].contains(UInt8(ascii: "\\")) else { return String(decoding: bytes[key], as: UTF8.self) }
        let quoted = UnsafeRawBufferPointer(rebasing: bytes[key.lowerBound - 1..<key.upperBound + 1])
        var cursor = JSONCursor(quoted, maximumDepth: 1)
        return try cursor.string()
    }

    /// A text, a number or true and false as text; nil for null and nothing.
    var scalar: String? {
        switch self {
        case .flag(let flag): flag ? "true" : "false"
        case .number(let text): text
        case .text(let text): text.isEmpty ? nil : text
        case .null, .list, .object: nil
        }
    }
}
