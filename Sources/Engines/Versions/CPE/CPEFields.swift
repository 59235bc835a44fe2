/// The eleven fields of a formatted string (`cpe:2.3:a:vendor:product:…`), lower case, as they are
/// bound: escapes stay. Reading a feed takes names apart by the hundred thousand, and most of them
/// are only compared for equality; `CPEName` reads the values.
public struct CPEFields: Sendable, Hashable {
    /// part, vendor, product, version, update, edition, language, software edition, target software,
    /// target hardware, other.
    public let fields: [String]

    /// Nil for what is no formatted string.
    public init?(_ text: String) {
        let prefix = "cpe:2.3:"
        let lower = text.lowercased()
        guard lower.hasPrefix(prefix) else { return nil }
        var fields: [String] = []
        fields.reserveCapacity(11)
        var field: [UInt8] = []
        var isQuoted = false
        for byte in lower.utf8.dropFirst(prefix.utf8.count) {
            guard byte >= 0x20 else { return nil }
            if byte == ":", !isQuoted {
                fields.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
            } else {
                field.append(byte)
            }
            isQuoted = byte == "\\" && !isQuoted
        }
        fields.append(String(decoding: field, as: UTF8.self))
        guard fields.count == 11, !isQuoted, fields.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.fields = fields
    }

    public var part: String { fields[0] }
    public var vendor: String { fields[1] }
    public var product: String { fields[2] }
    public var version: String { fields[3] }

    /// A field without its escapes: `notepad\+\+` is `notepad++`.
    public static func plain(_ field: some StringProtocol) -> String {
        guard field.utf8.contains(0x5c) else { return String(field) }
        var bytes: [UInt8] = []
        var isQuoted = false
        for byte in field.utf8 {
            if byte == "\\", !isQuoted {
                isQuoted = true
            } else {
                bytes.append(byte)
                isQuoted = false
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A name's text as a field: `notepad++` is `notepad\+\+`.
    public static func bound(_ text: String) -> String { CPEFormattedString.bind(CPEAttribute(literal: text)) }
}
