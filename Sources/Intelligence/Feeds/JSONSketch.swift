/// The key paths of a JSON text's beginning, to four levels: `vulnerabilities/cve/id`. Lists are
/// transparent, but a path that holds one also appears with `[]` behind it. Keys that are data appear as
/// what they are: any CVE id as `CVE-*`, and every key also as `*` at its level.
struct JSONSketch {
    private(set) var keys: Set<String> = []
    /// The first text at those paths that tell publishers of one format apart.
    private(set) var texts: [String: String] = [:]
    private var visited = 0

    private static let depth = 4
    /// As many keys show any feed's shape; more would be other records of the same.
    private static let keysVisited = 400
    private static let tellingPaths = ["id", "document/publisher/namespace"]

    /// `sample` may end anywhere: what was seen until then counts.
    init(_ sample: [UInt8]) {
        let reader = JSONReader(MemorySource(sample))
        try? visit(reader, [""])
    }

    func has(_ paths: String...) -> Bool { paths.allSatisfy(keys.contains) }

    private mutating func visit(_ reader: JSONReader, _ prefixes: [String]) throws {
        switch try reader.peek() {
        case .object:
            try reader.object { key in
                visited += 1
                guard visited < Self.keysVisited else { throw IntelligenceError.unrecognised(path: "") }
                try visit(reader, note(key, under: prefixes))
            }
        case .array:
            keys.formUnion(prefixes.map { $0 + "[]" })
            try reader.array { try visit(reader, prefixes) }
        case .string:
            if let path = prefixes.first(where: { Self.tellingPaths.contains($0) && texts[$0] == nil }) {
                texts[path] = try reader.string()
            } else {
                try reader.skipValue()
            }
        case nil: return
        default: try reader.skipValue()
        }
    }

    /// The paths of a key: at most eight, as each level has two names.
    private mutating func note(_ key: String, under prefixes: [String]) -> [String] {
        let name = CVE.id(key) == nil ? key : "CVE-*"
        let paths = prefixes.flatMap { prefix -> [String] in
            let isTooDeep = prefix.utf8.count(where: { $0 == UInt8(ascii: "/") }) >= Self.depth - 1
            return isTooDeep ? [] : [name, "*"].map { prefix.isEmpty ? $0 : "\(prefix)/\($0)" }
        }
        keys.formUnion(paths)
        return paths
    }
}
