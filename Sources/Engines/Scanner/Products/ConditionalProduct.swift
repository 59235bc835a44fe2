import Domain

/// A vulnerable product of a configuration, and what else must hold on the host for it to be
/// vulnerable: the text of a condition, empty when nothing must.
struct ConditionalProduct {
    var range: ProductRange
    var condition: String

    /// Firmware is vulnerable on its hardware, an application on a system: of AND, each vulnerable
    /// product has the other parts as its condition. What is negated is a condition only.
    static func all(of configuration: Applicability) -> [ConditionalProduct] {
        guard !configuration.isNegated else { return [] }
        return configuration.nodes.indices.flatMap { place in
            products(of: configuration.nodes[place]) { rest in
                let others = configuration.operator == .and ? others(than: place, in: configuration) : []
                return ConditionText.all(others + rest)
            }
        }
    }

    private static func others(than place: Int, in configuration: Applicability) -> [String] {
        configuration.nodes.indices.filter { $0 != place }.map { ConditionText.node(configuration.nodes[$0]) }
    }

    private static func products(
        of node: Applicability.Node, condition: ([String]) -> String
    ) -> [ConditionalProduct] {
        guard !node.isNegated else { return [] }
        let shared = node.operator == .or ? condition([]) : ""
        return node.products.indices.compactMap { place in
            // Hardware has no software inventory that names it.
            guard node.products[place].isVulnerable, !node.products[place].criteria.hasPrefix("cpe:2.3:h:") else {
                return nil
            }
            guard node.operator == .and else {
                return ConditionalProduct(range: node.products[place], condition: shared)
            }
            let rest = node.products.indices.filter { $0 != place }.map { ConditionText.product(node.products[$0]) }
            return ConditionalProduct(range: node.products[place], condition: condition(rest))
        }
    }
}
