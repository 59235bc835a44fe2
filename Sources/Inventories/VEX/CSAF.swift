import Domain
import FoundationEssentials

/// CSAF 2.0 documents, as far as they say which products are affected.
/// https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html
struct CSAF {
    private let limits: DocumentLimits
    private let field: DocumentField

    init(_ limits: DocumentLimits) {
        self.limits = limits
        field = DocumentField(limits)
    }

    func read(_ cursor: inout JSONCursor) throws(DocumentError) -> VEXDocument {
        var header = JSONRow()
        var tree = CSAFProducts(limits)
        var vulnerabilities: [CSAFVulnerability] = []
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "document": header = try JSONRow(&cursor)
            case "product_tree": try tree.read(&cursor)
            case "vulnerabilities":
                vulnerabilities = try field.list(
                    &cursor, limit: limits.listEntries, of: "vulnerabilities", vulnerability)
            default: try cursor.skip()
            }
        }
        let date = header["tracking.current_release_date"].flatMap { RFC3339.date($0) }
        var document = VEXDocument(
            format: .csaf, id: plain(header["tracking.id"]), author: plain(header["publisher.name"]), date: date,
            statements: vulnerabilities.flatMap { $0.statements(tree) })
        for place in document.statements.indices {
            document.statements[place].author = document.author
            document.statements[place].document = document.id
            document.statements[place].date = date
        }
        return document
    }

    private func vulnerability(_ cursor: inout JSONCursor) throws(DocumentError) -> CSAFVulnerability {
        var vulnerability = CSAFVulnerability()
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "cve": vulnerability.names.append(try field.identifier(&cursor))
            case "ids":
                vulnerability.names += try JSONRow.list(&cursor, limit: 100).compactMap { row in
                    row["text"].map(plain)
                }
            case "product_status":
                try cursor.object { cursor, status throws(DocumentError) in
                    vulnerability.products[status] = try products(&cursor)
                }
            case "flags": try labels(&cursor, into: &vulnerability.flags) { _ in true }
            case "threats": try labels(&cursor, into: &vulnerability.impacts) { $0 == "impact" }
            case "remediations": try labels(&cursor, into: &vulnerability.actions) { $0 != "none_available" }
            default: try cursor.skip()
            }
        }
        return vulnerability
    }

    private func plain(_ text: String?) -> String { DocumentText.plain(text ?? "") }

    private func products(_ cursor: inout JSONCursor) throws(DocumentError) -> [String] {
        try field.list(&cursor, limit: limits.packages, of: "products", field.identifier)
    }

    /// What is said of products: a flag's label, a threat's or a remediation's words. The first of a product counts.
    private func labels(
        _ cursor: inout JSONCursor, into labels: inout [String: String], of isWanted: (_ category: String) -> Bool
    ) throws(DocumentError) {
        var found = labels
        try cursor.array { cursor, index throws(DocumentError) in
            guard index < limits.listEntries else { throw .tooMany("reasons", limit: limits.listEntries) }
            var (text, category, ids): (String, String, [String]) = ("", "", [])
            try cursor.object { cursor, key throws(DocumentError) in
                switch key {
                case "label", "details": text = String(plain(try cursor.string()).prefix(4000))
                case "category": category = try field.identifier(&cursor)
                case "product_ids": ids = try products(&cursor)
                default: try cursor.skip()
                }
            }
            guard isWanted(category) else { return }
            for id in ids where found[id] == nil { found[id] = text }
        }
        labels = found
    }
}

/// What a CSAF document says of one vulnerability, by product id.
struct CSAFVulnerability {
    var names: [String] = []
    var products: [String: [String]] = [:]
    /// Why not, as labels and in words, and what to do; by product id.
    var flags: [String: String] = [:]
    var impacts: [String: String] = [:]
    var actions: [String: String] = [:]

    /// What tells products of one status apart.
    private struct Words: Hashable {
        var justification: String?
        var impact: String?
        var action: String?

        var order: [String] { [justification ?? "", impact ?? "", action ?? ""] }
    }

    private static let statuses: [(name: String, status: VEXStatus)] = [
        ("known_not_affected", .notAffected), ("fixed", .fixed), ("first_fixed", .fixed), ("known_affected", .affected),
        ("first_affected", .affected), ("last_affected", .affected), ("under_investigation", .underInvestigation),
    ]

    /// One for each status and reason.
    func statements(_ tree: CSAFProducts) -> [VEXStatement] {
        guard !names.isEmpty else { return [] }
        var statements: [VEXStatement] = []
        for (name, status) in Self.statuses {
            let groups = Dictionary(grouping: products[name] ?? []) { words(of: $0, status) }
            for (words, ids) in groups.sorted(by: { $0.key.order.lexicographicallyPrecedes($1.key.order) }) {
                let found = ids.compactMap { tree.product($0) }
                guard !found.isEmpty else { continue }
                statements.append(
                    VEXStatement(
                        vulnerabilities: names, products: found, status: status, justification: words.justification,
                        impact: words.impact, action: words.action))
            }
        }
        return statements
    }

    private func words(of product: String, _ status: VEXStatus) -> Words {
        switch status {
        case .notAffected: Words(justification: flags[product], impact: impacts[product])
        case .affected: Words(action: actions[product])
        case .fixed, .underInvestigation: Words()
        }
    }
}
