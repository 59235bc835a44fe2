/// One object of osquery's output, whatever its form.
struct OsqueryLine {
    /// Rows of one table and what became of them.
    struct Change {
        enum Kind {
            /// All rows that the table had.
            case snapshot
            /// A row by itself, as the shell prints it.
            case row
            case added, removed
        }

        let kind: Kind
        let table: OsqueryTable
        let rows: [JSONRow]
    }

    /// The object's own scalars.
    private(set) var row = JSONRow()
    private var columns: JSONRow?
    private var lists: [String: [JSONRow]] = [:]

    init(_ cursor: inout JSONCursor, _ limits: DocumentLimits) throws(DocumentError) {
        var line = (row: JSONRow(), columns: JSONRow?.none, lists: [String: [JSONRow]]())
        try cursor.object { cursor, key throws(DocumentError) in
            guard line.row.fields.count < 512 else { throw .tooMany("fields", limit: 512) }
            switch try cursor.kind() {
            case .array: line.lists[key] = try JSONRow.list(&cursor, limit: limits.packages)
            case .object where key == "columns": line.columns = try JSONRow(&cursor)
            case .object where key == "diffResults": try Self.differences(&cursor, into: &line.lists, limits)
            case .object:
                for (name, value) in try JSONRow(&cursor).fields { line.row.set(value, as: "\(key).\(name)") }
            case .string: line.row.set(DocumentText.trimmed(try cursor.string()), as: key)
            case .number: line.row.set(try cursor.number(), as: key)
            case .boolean: line.row.set(try cursor.boolean() ? "true" : "false", as: key)
            case .null: try cursor.skip()
            }
        }
        (row, columns, lists) = line
    }

    private static func differences(
        _ cursor: inout JSONCursor, into lists: inout [String: [JSONRow]], _ limits: DocumentLimits
    ) throws(DocumentError) {
        var found: [String: [JSONRow]] = [:]
        try cursor.object { cursor, key throws(DocumentError) in
            // An empty list is written as an empty text by old versions.
            guard try cursor.kind() == .array else { return try cursor.skip() }
            found["diff.\(key)"] = try JSONRow.list(&cursor, limit: limits.packages)
        }
        lists.merge(found) { _, new in new }
    }

    var changes: [Change] {
        if let columns { return change(row["action"] == "removed" ? .removed : .added, [columns]) }
        if let rows = lists["snapshot"] { return change(.snapshot, rows) }
        let differences = [(Change.Kind.removed, "diff.removed"), (.added, "diff.added")]
        let changed = differences.flatMap { kind, name in change(kind, lists[name] ?? []) }
        if !changed.isEmpty { return changed }
        let tables = lists.compactMap { name, rows in
            OsqueryTable(rawValue: name).map { Change(kind: .snapshot, table: $0, rows: rows) }
        }
        if !tables.isEmpty { return tables }
        return OsqueryTable(columns: Set(row.fields.keys)).map { [Change(kind: .row, table: $0, rows: [row])] } ?? []
    }

    private func change(_ kind: Change.Kind, _ rows: [JSONRow]) -> [Change] {
        guard kind == .snapshot || !rows.isEmpty else { return [] }
        let named = row["name"].flatMap { OsqueryTable(query: $0) }
        guard let table = named ?? rows.first.flatMap({ OsqueryTable(columns: Set($0.fields.keys)) }) else { return [] }
        return [Change(kind: kind, table: table, rows: rows)]
    }
}
