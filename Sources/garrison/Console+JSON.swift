import FoundationEssentials
import Inventories

extension Console {
    /// A value as indented JSON on standard output: keys in snake case, times in RFC 3339.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(RFC3339.string(date))
        }
        write(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")], to: .output)
    }
}
