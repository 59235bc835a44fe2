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

    func read(_ cursor: inout JSONCursor) throws(DocumentError) -> [VEXStatement] {
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
        return vulnerabilities.flatMap { vulnerability in
            vulnerability.statements(tree).map { statement in
                var statement = statement
                statement.author = header["publisher.name"] ?? ""
                statement.document = header["tracking.id"] ?? ""
                statement.date = date
                return statement
            }
        }
    }

    private func vulnerability(_ cursor: inout JSONCursor) throws(DocumentError) -> CSAFVulnerability {
        var vulnerability = CSAFVulnerability()
        try cursor.object { cursor, key throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            switch key {
            case "cve": vulnerability.names.append(try field.identifier(&cursor))
            case "ids":
                vulnerability.names += try JSONRow.list(&cursor, limit: 100).compactMap { $0["text"] }
            case "product_status":
                try cursor.object { cursor, status throws(DocumentError) in
                    vulnerability.products[status] = try products(&cursor)
                }
            case "flags", "threats": try reasons(&cursor, isFlag: key == "flags", into: &vulnerability)
            default: try cursor.skip()
            }
        }
        return vulnerability
    }

    private func products(_ cursor: inout JSONCursor) throws(DocumentError) -> [String] {
        try field.list(&cursor, limit: limits.packages, of: "products", field.identifier)
    }

    /// A flag's label is the justification; an impact threat says it in words.
    private func reasons(
        _ cursor: inout JSONCursor, isFlag: Bool, into vulnerability: inout CSAFVulnerability
    ) throws(DocumentError) {
        var reasons = vulnerability.reasons
        try cursor.array { cursor, index throws(DocumentError) in
            guard index < limits.listEntries else { throw .tooMany("reasons", limit: limits.listEntries) }
            var (text, category, ids): (String, String, [String]) = ("", "", [])
            try cursor.object { cursor, key throws(DocumentError) in
                switch key {
                case "label", "details": text = try field.text(&cursor)
                case "category": category = try field.identifier(&cursor)
                case "product_ids": ids = try products(&cursor)
                default: try cursor.skip()
                }
            }
            guard isFlag || category == "impact" else { return }
            for id in ids where isFlag || reasons[id] == nil { reasons[id] = text }
        }
        vulnerability.reasons = reasons
    }
}

/// What a CSAF document says of one vulnerability, by product id.
struct CSAFVulnerability {
    var names: [String] = []
    var products: [String: [String]] = [:]
    var reasons: [String: String] = [:]

    private static let statuses: [(name: String, status: VEXStatus)] = [
        ("known_not_affected", .notAffected), ("fixed", .fixed), ("first_fixed", .fixed), ("known_affected", .affected),
        ("first_affected", .affected), ("last_affected", .affected), ("under_investigation", .underInvestigation),
    ]

    /// One for each status and reason.
    func statements(_ tree: CSAFProducts) -> [VEXStatement] {
        guard !names.isEmpty else { return [] }
        var statements: [VEXStatement] = []
        for (name, status) in Self.statuses {
            let byReason = Dictionary(grouping: products[name] ?? []) {
                status == .notAffected ? reasons[$0] ?? "" : ""
            }
            for (reason, ids) in byReason.sorted(by: { $0.key < $1.key }) {
                let found = ids.compactMap { tree.product($0) }
                guard !found.isEmpty else { continue }
                statements.append(
                    VEXStatement(
                        vulnerabilities: names, products: found, status: status,
                        justification: reason.isEmpty ? nil : reason))
            }
        }
        return statements
    }
}
