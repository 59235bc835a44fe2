import API
import Domain
import Store

/// All hosts' rows under one set of columns, the host's name in front.
package struct OsqueryTable {
    package let columns: [String]
    package let rows: [[String]]

    package init(_ query: OsqueryQuery) {
        var names: [String] = []
        var known: Set<String> = []
        var found: [(host: String, values: [String: String])] = []
        for answer in query.answers {
            guard let text = answer.rows, case .array(let list)? = try? JSONParser.parse(Array(text.utf8)) else {
                continue
            }
            for case .object(let fields) in list {
                var values: [String: String] = [:]
                for field in fields {
                    if known.insert(field.name).inserted { names.append(field.name) }
                    values[field.name] = Self.text(field.value)
                }
                found.append((answer.hostname, values))
            }
        }
        columns = ["host"] + names
        rows = found.map { row in [row.host] + names.map { row.values[$0] ?? "" } }
    }

    /// osquery writes everything as text.
    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { return text }
        return String(decoding: value.jsonBytes(), as: UTF8.self)
    }
}
