import Domain

/// A record of a vendor's as one that a program pushes: the fields of ours that a declaration finds in it.
package enum DeclaredRecord {
    /// - Throws: with the field of ours that cannot be filled.
    package static func pushed(
        _ tree: JSONTree, _ stream: Declaration.Stream
    ) throws(FieldRefusal) -> [UInt8] {
        var record = Members()
        var lists: [String: [RequestJSON]] = [:]
        for (name, rule) in stream.fields {
            let found: RequestJSON?
            do { found = try rule.value(in: tree) } catch { throw FieldRefusal(field: name, reason: error.reason) }
            guard let value = found else { continue }
            switch (stream.stream, name) {
            case (.alerts, "techniques"):
                guard case .list(let ids) = value else { continue }
                lists["techniques"] = ids.map { .object([("technique_id", $0)]) }
            case (.compliance, _) where name.hasPrefix("checks."):
                let id = String(name.dropFirst("checks.".utf8.count))
                lists["checks", default: []].append(.object([("id", .text(id)), ("is_met", value)]))
            default: record.set(value, at: name.split(separator: ".", maxSplits: 1).map(String.init))
            }
        }
        for (name, list) in lists { record.set(.list(list), at: [name]) }
        if stream.stream == .devices { complete(&record) }
        return record.json.bytes
    }

    /// Systems whose type is their id.
    private static let types: Set<String> = ["windows", "macos", "ios", "ipados", "android", "unknown"]

    /// A device is one even where its vendor does not say what runs on it, or how it is called.
    private static func complete(_ record: inout Members) {
        let id = record.text(["os", "id"]) ?? "unknown"
        record.set(.text(id), at: ["os", "id"])
        if record.text(["os", "type"]) == nil {
            record.set(.text(types.contains(id) ? id : "linux"), at: ["os", "type"])
        }
        if record.text(["hostname"]) == nil, let name = record.text(["source_id"]) {
            record.set(.text(name), at: ["hostname"])
        }
    }

    /// An object of at most two levels.
    private struct Members {
        private var values: [(name: String, value: RequestJSON)] = []
        private var inner: [(name: String, members: [(String, RequestJSON)])] = []

        mutating func set(_ value: RequestJSON, at path: [String]) {
            guard path.count == 2 else {
                values.removeAll { $0.name == path[0] }
                return values.append((path[0], value))
            }
            if let index = inner.firstIndex(where: { $0.name == path[0] }) {
                inner[index].members.removeAll { $0.0 == path[1] }
                inner[index].members.append((path[1], value))
            } else {
                inner.append((path[0], [(path[1], value)]))
            }
        }

        func text(_ path: [String]) -> String? {
            let value =
                path.count == 2
                ? inner.first { $0.name == path[0] }?.members.first { $0.0 == path[1] }?.1
                : values.first { $0.name == path[0] }?.value
            if case .text(let text)? = value { return text }
            return nil
        }

        var json: RequestJSON {
            .object(values.map { ($0.name, $0.value) } + inner.map { ($0.name, .object($0.members)) })
        }
    }
}
