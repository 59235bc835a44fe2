import Domain
import FoundationEssentials

/// osquery's results in every form it gives them: rows of its shell (`osqueryi --json`), lines of its log
/// (snapshots, and added and removed rows), batches of changes, and objects of rows by table.
/// https://osquery.readthedocs.io/en/stable/deployment/logging/
struct OsqueryResults {
    private let hints: HostHints
    private let limits: DocumentLimits

    init(_ hints: HostHints, _ limits: DocumentLimits) {
        self.hints = hints
        self.limits = limits
    }

    /// A host for each identifier, in the order of their first lines.
    func read(_ bytes: [UInt8]) throws(DocumentError) -> [Inventory] {
        var hosts = OsqueryHosts()
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) in
                var cursor = JSONCursor(bytes, maximumDepth: limits.depth)
                while cursor.peek() != nil { try document(&cursor, &hosts) }
            }
        }
        try outcome.get()
        var inventories: [Inventory] = []
        for host in hosts.all { inventories.append(try host.inventory(hints, limits)) }
        guard !inventories.isEmpty else {
            throw .unsupported(
                format: "A document without rows of osquery's tables",
                advice: "Tables that are read: \(OsqueryTable.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return inventories
    }

    private func document(_ cursor: inout JSONCursor, _ hosts: inout OsqueryHosts) throws(DocumentError) {
        guard try cursor.kind() == .array else {
            let line = try OsqueryLine(&cursor, limits)
            return hosts.take(line)
        }
        // The shell's rows, or a list of log lines.
        try cursor.array { cursor, index throws(DocumentError) in
            guard index < limits.packages * 2 else { throw .tooMany("rows", limit: limits.packages * 2) }
            guard try cursor.kind() == .object else { return try cursor.skip() }
            hosts.take(try OsqueryLine(&cursor, limits))
        }
    }
}

/// The hosts met so far.
struct OsqueryHosts {
    private var order: [String] = []
    private var hosts: [String: OsqueryHost] = [:]

    var all: [OsqueryHost] { order.compactMap { hosts[$0] } }

    mutating func take(_ line: OsqueryLine) {
        let changes = line.changes
        guard !changes.isEmpty else { return }
        let identifier = line.row["hostIdentifier"] ?? ""
        if hosts[identifier] == nil { order.append(identifier) }
        var host = hosts[identifier] ?? OsqueryHost(identifier: identifier)
        if let seconds = line.row["unixTime"].flatMap(Double.init), seconds > 0, seconds < 1e11 {
            host.collectedAt = max(host.collectedAt ?? .distantPast, Date(timeIntervalSince1970: seconds))
        }
        for (name, value) in line.row.fields where name.hasPrefix("decorations.") {
            host.decorations.set(value, as: String(name.dropFirst(12)))
        }
        for change in changes { apply(change, to: &host) }
        hosts[identifier] = host
    }

    private func apply(_ change: OsqueryLine.Change, to host: inout OsqueryHost) {
        switch change.kind {
        case .snapshot: host.replace(change.table, by: change.rows)
        case .row:
            host.add(change.rows, to: change.table)
            host.hasOnlyChanges = false
        case .added: host.add(change.rows, to: change.table)
        case .removed: host.remove(change.rows, from: change.table)
        }
    }
}
