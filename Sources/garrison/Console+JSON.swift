import FoundationEssentials

extension Console {
    /// A value as indented JSON on standard output.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        write(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")], to: .output)
    }
}
