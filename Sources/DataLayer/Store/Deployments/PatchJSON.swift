import Domain
import FoundationEssentials

/// JSON of deployments in the database and on the wire: times as everywhere, RFC 3339 with milliseconds.
package enum PatchJSON {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        return Array(try encoder.encode(value))
    }

    /// The same bytes for the same value.
    package static func canonical(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(try encoder.encode(value))
    }

    package static func decode<Item: Decodable>(_ type: Item.Type = Item.self, from bytes: some Sequence<UInt8>) throws
        -> Item
    {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            let whole = Date.ISO8601FormatStyle()
            let parts = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            if let date = (try? Date(text, strategy: whole)) ?? (try? Date(text, strategy: parts)) { return date }
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is no time")
        }
        return try decoder.decode(type, from: Data(bytes))
    }
}
