/// The prepared statements of one connection, by SQL text and parameter types; the least recently
/// used one goes when it is full.
struct StatementCache {
    final class Entry {
        let sql: String
        let types: [UInt32]
        /// The server-side name, NUL-terminated. Never used twice on a connection.
        let name: [CChar]
        fileprivate(set) var lastUse: UInt64 = 0

        init(sql: String, types: [UInt32], number: UInt64) {
            self.sql = sql
            self.types = types
            name = "g\(number)".utf8CString.map { $0 }
        }

        /// NULL has no type and fits each.
        func accepts(_ parameters: ArraySlice<ParameterBuffer.Entry>) -> Bool {
            guard types.count == parameters.count else { return false }
            return zip(types, parameters).allSatisfy { type, parameter in
                parameter.offset < 0 || parameter.oid == type
            }
        }
    }

    private var entries: [String: [Entry]] = [:]
    private(set) var count = 0
    private var clock: UInt64 = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    mutating func find(_ sql: String, _ parameters: ArraySlice<ParameterBuffer.Entry>) -> Entry? {
        guard let entry = entries[sql]?.first(where: { $0.accepts(parameters) }) else { return nil }
        clock += 1
        entry.lastUse = clock
        return entry
    }

    mutating func add(_ sql: String, _ parameters: ArraySlice<ParameterBuffer.Entry>) -> Entry {
        clock += 1
        let entry = Entry(sql: sql, types: parameters.map(\.oid), number: clock)
        entry.lastUse = clock
        entries[sql, default: []].append(entry)
        count += 1
        return entry
    }

    /// Forgets entries until the capacity is kept, and gives the forgotten names for DEALLOCATE.
    mutating func evict() -> [String] {
        var names: [String] = []
        while count > capacity, let oldest = entries.values.joined().min(by: { $0.lastUse < $1.lastUse }) {
            remove(oldest)
            names.append(oldest.serverName)
        }
        return names
    }

    mutating func remove(_ entry: Entry) {
        guard let index = entries[entry.sql]?.firstIndex(where: { $0 === entry }) else { return }
        entries[entry.sql]?.remove(at: index)
        if entries[entry.sql]?.isEmpty == true { entries[entry.sql] = nil }
        count -= 1
    }

    /// Forgets every variant of a text, and gives their names.
    mutating func remove(sql: String) -> [String] {
        let removed = entries.removeValue(forKey: sql) ?? []
        count -= removed.count
        return removed.map(\.serverName)
    }
}

extension StatementCache.Entry {
    var serverName: String { String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) }
}
