import AgentProtocol
import Domain
import FoundationEssentials

/// What has to be reported, on the disk until the server has taken it. When its share of the disk is full, the oldest
/// reports are dropped and counted.
package struct ReportQueue {
    /// What a report is about.
    package enum Kind: String {
        case inventory, result, neighbours
    }

    package struct Entry {
        package let name: String
        package let kind: Kind
        package let size: Int
    }

    /// Bytes on the disk.
    package static let standardLimit = 16 << 20

    private let folder: StateFolder
    private let limit: Int
    package private(set) var entries: [Entry] = []
    /// Dropped since the server was told.
    package private(set) var dropped = 0
    private var next = 1

    private static let counter = "dropped"

    package init(_ state: StateFolder, limit: Int = standardLimit) throws(AgentError) {
        folder = state.folder("queue")
        self.limit = limit
        try folder.create()
        for name in try folder.names() {
            let parts = name.split(separator: ".")
            guard parts.count == 2, let number = Int(parts[0]), let kind = Kind(rawValue: String(parts[1])) else {
                continue
            }
            entries.append(Entry(name: name, kind: kind, size: try folder.read(name)?.count ?? 0))
            next = max(next, number + 1)
        }
        dropped = try folder.read(Self.counter).flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    /// On the disk when it returns. Of inventories and neighbours only the newest waits: it says all that those before
    /// said.
    package mutating func append(_ bytes: [UInt8], _ kind: Kind) throws(AgentError) {
        // Twelve digits sort as numbers do.
        let digits = String(next)
        let name = String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".\(kind.rawValue)"
        next += 1
        let replaced = kind == .result ? [] : entries.filter { $0.kind == kind }
        try makeRoom(for: bytes.count, without: replaced)
        try folder.write(bytes, to: name)
        for entry in replaced { try remove(entry) }
        entries.append(Entry(name: name, kind: kind, size: bytes.count))
    }

    package func read(_ entry: Entry) throws(AgentError) -> [UInt8]? { try folder.read(entry.name) }

    /// The server has it.
    mutating func remove(_ entry: Entry) throws(AgentError) {
        try folder.remove(entry.name)
        entries.removeAll { $0.name == entry.name }
    }

    /// The server knows how many were dropped.
    mutating func told(_ count: Int) throws(AgentError) {
        guard count > 0 else { return }
        dropped -= count
        try folder.write(Array(String(dropped).utf8), to: Self.counter)
    }

    private mutating func makeRoom(for size: Int, without replaced: [Entry]) throws(AgentError) {
        let kept = Set(replaced.map(\.name))
        var waiting = entries.filter { !kept.contains($0.name) }
        var total = waiting.reduce(size) { $0 + $1.size }
        var count = 0
        while total > limit, let oldest = waiting.first {
            waiting.removeFirst()
            total -= oldest.size
            try remove(oldest)
            count += 1
        }
        guard count > 0 else { return }
        dropped += count
        try folder.write(Array(String(dropped).utf8), to: Self.counter)
    }
}
