import FoundationEssentials
import Risk
import Store

/// How much each factor of risk counts.
package enum WeightsPage {
    /// - Parameters:
    ///   - csrfToken: nil for those who may not change the weights.
    ///   - diff: what the weights shown would change.
    package static func render(
        _ weights: RiskWeights, history: [PolicyStore.Version], diff: PolicyDiff? = nil, problem: String? = nil,
        csrfToken: String?
    ) -> HTML {
        """
        <div class="heading"><div><h1>Risk weights</h1><p>How much each factor counts. Severity sets where a finding \
        starts; evidence and circumstances multiply the odds.</p></div></div>
        \(FindingsPage.tabs("/weights"))
        \(problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
        \(diff.map(PolicyDiffCard.render))
        \(form(weights, csrfToken))
        \(PolicyHistory.render(history))
        """
    }

    private static func form(_ weights: RiskWeights, _ csrfToken: String?) -> HTML {
        guard let csrfToken else {
            let facts = RiskWeights.parts.map { part in
                Components.fact(part.label, number(weights[keyPath: part.path]))
            }
            return "<section class=\"card\"><h2>In force</h2><dl class=\"facts\">\(facts)</dl></section>"
        }
        let inputs = RiskWeights.parts.map { part -> HTML in
            """
            <label>\(part.label), \(number(part.bounds.lowerBound)) to \(number(part.bounds.upperBound))\
            <input type="number" step="any" required name="\(part.name)" min="\(number(part.bounds.lowerBound))" \
            max="\(number(part.bounds.upperBound))" value="\(number(weights[keyPath: part.path]))"></label>
            """
        }
        return """
            <section class="card"><h2>Weights</h2>
            <form class="fields even" method="post" action="/weights"><input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(inputs)
            <label class="grow">Why<input type="text" name="note" maxlength="2000"></label>
            \(PolicyButtons.html)</form></section>
            """
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : "\(value)"
    }
}
