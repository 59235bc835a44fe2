import FoundationEssentials

/// A list of documents by when they last changed, or were taken back: `"2024/cve-2024-0001.json","2024-11-21T…"` a
/// line. CSAF 2.0 section 7.1.13 has `changes.csv`, and Red Hat a `deletions.csv` like it.
struct CSAFChangeList {
    struct Entry: Hashable, Codable, Sendable {
        /// Under the list's folder: `2024/cve-2024-0001.json`.
        let path: String
        let date: Date

        /// The document's id, which its file is named by: `CVE-2024-0001`.
        var id: String { fileName.dropLast(".json".count).uppercased() }

        var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
    }

    /// Those of a moment or later.
    private(set) var entries: [Entry] = []
    /// Whether there are more of them than were asked for.
    private(set) var isCut = false

    /// - Parameter most: how many entries are kept.
    init(path: String, since: Date, most: Int) throws(IntelligenceError) {
        let reader = CSVReader(try ByteSources.open(path: path))
        while let row = try reader.next() {
            guard row.count == 2, Self.isDocument(row[0]), let date = Timestamp.parse(row[1]), date >= since else {
                continue
            }
            guard entries.count < most else {
                isCut = true
                return
            }
            entries.append(Entry(path: row[0], date: date))
        }
    }

    /// Whether it is a year's folder and a name in it, and no way to anywhere else.
    private static func isDocument(_ path: String) -> Bool {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, parts[0].allSatisfy(JSONByte.isDigit), path.utf8.count < 128,
            path.hasSuffix(".json"), parts[1].count > ".json".utf8.count, parts[1].first != UInt8(ascii: ".")
        else { return false }
        return parts[1].allSatisfy { byte in
            JSONByte.isDigit(byte) || byte < 0x80 && byte | 0x20 &- 0x61 < 26 || [0x2D, 0x2E, 0x5F].contains(byte)
        }
    }
}
