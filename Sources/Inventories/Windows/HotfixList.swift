import Domain

/// `wmic qfe` and `Get-HotFix`: a table with a column `HotFixID`. Which Windows it is of, they do not say.
struct HotfixList {
    private let updates: [InstalledUpdate]
    private let hostname: String?

    /// - Throws: `.malformed` without such a column.
    init(_ text: String) throws(DocumentError) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let header = lines.firstIndex(where: { $0.contains("HotFixID") }) else {
            throw .malformed(TextPosition(line: 1, column: 1), reason: "no column HotFixID")
        }
        let rows = lines[(header + 1)...]
        // The first use of wmic has its remark on the header's line.
        let title = lines[header].firstRange(of: "Caption").map { lines[header][$0.lowerBound...] } ?? lines[header]
        let column = Self.column("HotFixID", of: title)
        let names = Self.column("CSName", of: title) ?? Self.column("Source", of: title)
        // Links and descriptions may name other updates: only the column counts where it can be cut out.
        let fields = rows.map { row in column.map { Self.field($0, of: row) } ?? row }
        updates = KnowledgeBase.updates(in: fields.map { $0.first?.isNumber == true ? "KB\($0)" : $0 })
        hostname = names.flatMap { column in
            rows.lazy.map { DocumentText.trimmed(Self.field(column, of: $0)) }.first { !$0.isEmpty }
        }
    }

    /// Where a column of fixed width begins and ends, in characters.
    private static func column(_ name: String, of header: Substring) -> Range<Int>? {
        guard let found = header.firstRange(of: name) else { return nil }
        let start = header.distance(from: header.startIndex, to: found.lowerBound)
        let rest = header[found.upperBound...]
        let blanks = rest.prefix { $0 == " " }.count
        let isLast = rest.dropFirst(blanks).isEmpty
        return start..<(isLast ? Int.max : start + name.count + blanks)
    }

    private static func field(_ column: Range<Int>, of row: Substring) -> Substring {
        row.dropFirst(column.lowerBound).prefix(column.upperBound - column.lowerBound).drop { $0 == " " }
    }

    func inventory(_ hints: HostHints) -> Inventory {
        let os = OperatingSystem(type: "windows", id: "windows", name: "Windows", version: "")
        let host = HostHints(system: hints.system, hostname: hints.hostname ?? hostname)
        var inventory = host.inventory(.hotfixes, os: os)
        inventory.updates = updates
        if hints.system == nil {
            inventory.notes.append(
                CollectionNote(
                    item: "os", reason: "A list of hotfixes does not say of which Windows it is; systeminfo does."))
        }
        return inventory
    }
}
