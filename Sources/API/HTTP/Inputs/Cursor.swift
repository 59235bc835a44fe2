import FoundationEssentials

/// Where a list goes on: the sort keys of the last row sent. Opaque to clients. It grants nothing,
/// so it is not signed; whatever it holds goes into queries as parameters only.
public struct Cursor: Sendable, Hashable {
    /// The list's order, so that a cursor is not taken for another order's.
    public let sort: String
    /// The last row's values of the sort columns, the unique one last.
    public let keys: [JSONValue]

    private static let maximumLength = 1024

    public init(sort: String, keys: [JSONValue]) {
        self.sort = sort
        self.keys = keys
    }

    /// - Throws: `malformedCursor` unless the text is one that ``text`` gave.
    public init(_ text: String) throws(RequestError) {
        guard text.utf8.count <= Self.maximumLength, let data = Data(base64URL: text),
            let json = try? JSONParser.parse([UInt8](data)), case .array(let parts) = json,
            case .string(let sort)? = parts.first
        else { throw .malformedCursor }
        self.init(sort: sort, keys: Array(parts.dropFirst()))
    }

    /// What the client gets and sends back.
    public var text: String {
        Data(([.string(sort)] + keys).jsonBytes()).base64URL
    }

    /// The key in the place, of the type that its column has.
    /// - Throws: `malformedCursor` when it is another list's cursor.
    public func key<Value: JSONReadable>(_ index: Int, as type: Value.Type = Value.self) throws(RequestError) -> Value {
        guard keys.indices.contains(index), let value = Value(json: keys[index]) else { throw .malformedCursor }
        return value
    }
}

extension Data {
    /// RFC 4648 section 5, without padding.
    init?(base64URL text: String) {
        var standard = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        standard += [UInt8](repeating: UInt8(ascii: "="), count: (4 - standard.count % 4) % 4)
        self.init(base64Encoded: Data(standard))
    }

    var base64URL: String {
        let bytes: [UInt8] = base64EncodedData().compactMap { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
