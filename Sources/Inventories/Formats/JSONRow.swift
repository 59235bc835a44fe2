/// One flat record of a list: scalars by key, those of nested objects by path (`host.hostname`). Nulls and lists
/// are left out.
struct JSONRow: Hashable {
    private(set) var fields: [String: String] = [:]

    private static let mostFields = 512

    init(fields: [String: String] = [:]) { self.fields = fields }

    init(_ cursor: inout JSONCursor) throws(DocumentError) {
        try read(&cursor, prefix: "")
    }

    /// Nil where it is absent or empty.
    subscript(_ names: String...) -> String? {
        for name in names {
            if let value = fields[name], !value.isEmpty { return value }
        }
        return nil
    }

    mutating func set(_ value: String, as name: String) { fields[name] = value }

    private mutating func read(_ cursor: inout JSONCursor, prefix: String) throws(DocumentError) {
        var row = self
        try cursor.object { cursor, key throws(DocumentError) in
            guard row.fields.count < Self.mostFields else { throw .tooMany("fields", limit: Self.mostFields) }
            switch try cursor.kind() {
            case .string: row.fields[prefix + key] = DocumentText.trimmed(try cursor.string())
            case .number: row.fields[prefix + key] = try cursor.number()
            case .boolean: row.fields[prefix + key] = try cursor.boolean() ? "true" : "false"
            case .object: try row.read(&cursor, prefix: "\(prefix)\(key).")
            case .array, .null: try cursor.skip()
            }
        }
        self = row
    }

    /// All rows of a list; what is no object in it is passed over.
    static func list(_ cursor: inout JSONCursor, limit: Int) throws(DocumentError) -> [JSONRow] {
        var rows: [JSONRow] = []
        try cursor.array { cursor, index throws(DocumentError) in
            guard index < limit else { throw .tooMany("rows", limit: limit) }
            guard try cursor.kind() == .object else { return try cursor.skip() }
            rows.append(try JSONRow(&cursor))
        }
        return rows
    }
}
