import Domain
import Versions

/// The product lists ("configurations") of an NVD record.
struct NVDConfigurations {
    private(set) var list: [Applicability] = []
    /// Names that are no CPE 2.3 names; they are passed over.
    private(set) var unreadable = 0

    mutating func take(_ reader: JSONReader) throws {
        if try reader.null() { return }
        try reader.array {
            var configuration = Applicability(nodes: [])
            try reader.object { key in
                switch key {
                case "operator": configuration.operator = try Self.operation(reader)
                case "negate": configuration.isNegated = try Self.flag(reader)
                case "nodes": try reader.array { configuration.nodes.append(try node(reader)) }
                default: break
                }
            }
            configuration.nodes.removeAll(where: \.products.isEmpty)
            if !configuration.nodes.isEmpty { list.append(configuration) }
        }
    }

    private mutating func node(_ reader: JSONReader) throws -> Applicability.Node {
        var node = Applicability.Node(products: [])
        try reader.object { key in
            switch key {
            case "operator": node.operator = try Self.operation(reader)
            case "negate": node.isNegated = try Self.flag(reader)
            case "cpeMatch":
                try reader.array {
                    let product = try Self.product(reader)
                    if CPEFields(product.criteria) == nil { unreadable += 1 } else { node.products.append(product) }
                }
            default: break
            }
        }
        return node
    }

    private static func product(_ reader: JSONReader) throws -> ProductRange {
        var product = ProductRange(criteria: "", isVulnerable: true)
        try reader.object { key in
            switch key {
            case "criteria": product.criteria = try reader.string()
            case "vulnerable": product.isVulnerable = try flag(reader)
            case "versionStartIncluding": product.startIncluding = try bound(reader)
            case "versionStartExcluding": product.startExcluding = try bound(reader)
            case "versionEndIncluding": product.endIncluding = try bound(reader)
            case "versionEndExcluding": product.endExcluding = try bound(reader)
            default: break
            }
        }
        return product
    }

    private static func operation(_ reader: JSONReader) throws -> Applicability.Operator {
        try reader.optionalString()?.uppercased() == "AND" ? .and : .or
    }

    private static func flag(_ reader: JSONReader) throws -> Bool { try reader.null() ? false : try reader.bool() }

    /// Some bounds have white space around them; an empty one is none.
    private static func bound(_ reader: JSONReader) throws -> String? {
        guard let text = try reader.optionalString() else { return nil }
        let trimmed = text.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        return String(trimmed[...last])
    }
}
