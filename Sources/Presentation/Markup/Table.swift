/// A table whose cells know their column's name: on a phone each row is shown as a list of them.
struct Table {
    struct Column {
        /// A cell of a `head` names its row: on a phone it stands above the others.
        enum Kind: String { case text = "", number = "n", wide, head }

        let title: String
        let kind: Kind
        /// The header's content where it is more than the title: an abbreviation explained.
        let header: HTML?
        /// Where the header leads to, to sort by the column.
        let sortPath: String?
        /// `ascending`, `descending`; nil when the list is in another column's order.
        let sorted: String?

        init(
            _ title: String, _ kind: Kind = .text, header: HTML? = nil, sortPath: String? = nil, sorted: String? = nil
        ) {
            self.title = title
            self.kind = kind
            self.header = header
            self.sortPath = sortPath
            self.sorted = sorted
        }
    }

    /// What it lists, for those who hear it.
    let caption: String
    let columns: [Column]
    let rows: [[HTML]]

    var html: HTML {
        let heads = columns.map(Self.head)
        let body = rows.map { cells in
            "<tr>\(zip(columns, cells).map { Self.cell($0, $1) })</tr>" as HTML
        }
        return """
            <div class="scroll"><table><caption class="hidden-text">\(caption)</caption><thead><tr>\(heads)</tr></thead>
            <tbody>\(body)</tbody></table></div>
            """
    }

    private static func head(_ column: Column) -> HTML {
        let name: HTML = column.header ?? "\(column.title)"
        let sorted: HTML? = column.sorted.map { " aria-sort=\"\($0)\"" }
        let arrow: HTML =
            column.sorted == nil
            ? .empty
            : column.sorted == "ascending"
                ? " <span aria-hidden=\"true\">↑</span>" : " <span aria-hidden=\"true\">↓</span>"
        let content: HTML = column.sortPath.map { "<a href=\"\($0)\">\(name)\(arrow)</a>" } ?? "\(name)\(arrow)"
        return "<th scope=\"col\"\(column.kind == .number ? " class=\"n\"" as HTML : .empty)\(sorted)>\(content)</th>"
    }

    private static func cell(_ column: Column, _ content: HTML) -> HTML {
        let classes = [column.kind.rawValue, content.text.isEmpty ? "blank" : ""].filter { !$0.isEmpty }
        let attribute: HTML = classes.isEmpty ? .empty : " class=\"\(classes.joined(separator: " "))\""
        return "<td\(attribute) data-label=\"\(column.title)\">\(content)</td>"
    }
}

extension Table.Column {
    static let epss = Table.Column(
        "EPSS", .number, header: "<abbr title=\"Probability of exploitation within 30 days (FIRST)\">EPSS</abbr>")
    static let cvss = Table.Column(
        "CVSS", .number, header: "<abbr title=\"Common Vulnerability Scoring System, 0 to 10\">CVSS</abbr>")
}
