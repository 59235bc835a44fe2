/// The keys with which a JSON document begins, by path: `snapshot[]/name`. The document may be cut off.
struct JSONShape {
    private var paths: Set<String> = []
    private var visited = 0

    private static let enough = 4000
    private static let depth = 4

    init(_ bytes: UnsafeRawBufferPointer) {
        var cursor = JSONCursor(bytes, maximumDepth: 64)
        // A document that ends early has shown its first keys by then.
        try? visit(&cursor, "", depth: 0)
    }

    func has(_ names: String...) -> Bool { names.allSatisfy(paths.contains) }

    private mutating func visit(_ cursor: inout JSONCursor, _ path: String, depth: Int) throws(DocumentError) {
        visited += 1
        guard visited < Self.enough else { throw .empty }
        switch try cursor.kind() {
        case .object where depth < Self.depth:
            var shape = self
            try? cursor.object { cursor, key throws(DocumentError) in
                let name = path.isEmpty ? key : "\(path)/\(key)"
                if name.utf8.count < 200 { shape.paths.insert(name) }
                try shape.visit(&cursor, name, depth: depth + 1)
            }
            self = shape
        case .array where depth < Self.depth:
            var shape = self
            shape.paths.insert(path + "[]")
            try? cursor.array { cursor, _ throws(DocumentError) in
                try shape.visit(&cursor, path + "[]", depth: depth + 1)
            }
            self = shape
        default: try cursor.skip()
        }
    }

    /// What is no other format is read as an inventory, whose reader says what is wrong with it.
    var format: InventoryFormat {
        if has("bomFormat") || has("spdxVersion") || has("@graph") { return .sbom }
        if has("schema") || has("os/id") || has("hostname", "os") { return .inventory }
        if isOsquery { return .osquery }
        return isSoftwareList ? .softwareList : .inventory
    }

    private var isOsquery: Bool {
        if has("hostIdentifier") || has("diffResults") || has("snapshot[]") || has("columns", "action") { return true }
        if paths.contains(where: { $0.hasSuffix("[]") && OsqueryTable(rawValue: String($0.dropLast(2))) != nil }) {
            return true
        }
        let columns = Set(paths.lazy.filter { $0.hasPrefix("[]/") }.map { String($0.dropFirst(3)) })
        return OsqueryTable(columns: columns) != nil
    }

    private var isSoftwareList: Bool {
        SoftwareListShape.allCases.contains { shape in
            let row = shape.rows + "[]/"
            return shape.names.contains { has(row + $0) } && shape.makers.contains { has(row + $0) }
        }
    }
}
