import Domain

/// The product tree of a CSAF document.
struct CSAFProducts {
    private let limits: DocumentLimits
    private let field: DocumentField
    private var identities: [String: VEXIdentity] = [:]
    /// Products that are components of others: `AppStream-9:httpd` is httpd in AppStream 9.
    private var relations: [String: (component: String, container: String)] = [:]

    init(_ limits: DocumentLimits) {
        self.limits = limits
        field = DocumentField(limits)
    }

    func product(_ id: String) -> VEXProduct? {
        if let relation = relations[id], let component = identities[relation.component] {
            return VEXProduct(
                component: component,
                container: identities[relation.container] ?? VEXIdentity(id: DocumentText.plain(relation.container)))
        }
        return identities[id].map { VEXProduct(component: $0) }
    }

    mutating func read(_ cursor: inout JSONCursor) throws(DocumentError) {
        var tree = self
        try cursor.object { cursor, key throws(DocumentError) in
            switch key {
            case "branches": try tree.branches(&cursor, depth: 0)
            case "full_product_names":
                for row in try JSONRow.list(&cursor, limit: limits.packages) { tree.add(row, prefix: "") }
            case "relationships":
                for row in try JSONRow.list(&cursor, limit: limits.packages) { tree.relate(row) }
            default: try cursor.skip()
            }
        }
        self = tree
    }

    private mutating func branches(_ cursor: inout JSONCursor, depth: Int) throws(DocumentError) {
        guard depth < 32 else { throw .tooMany("nested branches", limit: 32) }
        var tree = self
        try cursor.array { cursor, index throws(DocumentError) in
            guard index < limits.packages else { throw .tooMany("branches", limit: limits.packages) }
            try cursor.object { cursor, key throws(DocumentError) in
                switch key {
                case "branches": try tree.branches(&cursor, depth: depth + 1)
                case "product": tree.add(try JSONRow(&cursor), prefix: "")
                default: try cursor.skip()
                }
            }
        }
        self = tree
    }

    private mutating func add(_ row: JSONRow, prefix: String) {
        guard let id = row[prefix + "product_id"], identities.count < limits.packages else { return }
        let helper = prefix + "product_identification_helper."
        identities[id] = VEXIdentity(
            text: DocumentText.plain(row[helper + "purl"] ?? row[prefix + "name"] ?? id),
            cpe: row[helper + "cpe"].map(DocumentText.plain))
    }

    private mutating func relate(_ row: JSONRow) {
        guard let id = row["full_product_name.product_id"], let component = row["product_reference"],
            let container = row["relates_to_product_reference"], relations.count < limits.packages
        else { return }
        relations[id] = (component, container)
    }
}
