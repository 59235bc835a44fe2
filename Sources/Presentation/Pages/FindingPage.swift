import Domain
import FoundationEssentials
import Risk
import Store

/// One finding, explained: which record, which range, which comparison, and what the risk is made of.
enum FindingPage {
    static func render(_ finding: FindingStore.View, terms: [RiskTerm]) -> HTML {
        """
        <p class="crumbs"><a href="/endpoints">Endpoints</a> / \(Components.endpointLink(finding.endpoint, finding.hostname)) /</p>
        <h1>\(finding.cve) in \(finding.packages.first ?? finding.explanation.package)</h1>
        <section class="card"><dl class="facts">
        \(Components.fact("Finding", Components.findingStatus(finding.status)))
        \(Components.fact("Risk", Components.risk(finding.riskScore)))
        \(Components.fact("Severity", Components.severity(finding.severity)))
        \(Components.fact("Packages", finding.packages.joined(separator: ", ")))
        \(Components.fact("Installed", "<code>\(finding.installed)</code>" as HTML))
        \(Components.fact("Fixed in", EndpointPage.fix(finding)))
        \(Components.fact("Found", Text.time(finding.detectedAt)))
        \(Components.fact("Remediated", finding.remediatedAt.map { Text.time($0) }))
        \(Components.fact("Vulnerability", Components.vulnerabilityLink(finding.cve)))
        </dl></section>
        \(why(finding))
        \(risk(terms))
        \(history(finding))
        """
    }

    private static func why(_ finding: FindingStore.View) -> HTML {
        let explanation = finding.explanation
        let notes = explanation.notes.map { "<li>\($0)</li>" as HTML }
        return """
            <section class="card"><h2>Why it is reported</h2>
            <p class="why">\(sentence(finding))</p>
            <dl class="facts">
            \(Components.fact("Records", explanation.records.joined(separator: ", ")))
            \(Components.fact("Applies to", "\(explanation.package) in \(explanation.ecosystem)"))
            \(Components.fact("Affected versions", "<code>\(explanation.range)</code>" as HTML))
            \(Components.fact("Compared", "<code>\(explanation.comparison)</code>" as HTML))
            \(Components.fact("Ordering", explanation.scheme.rawValue))
            </dl>
            \(notes.isEmpty ? .empty : "<ul>\(notes)</ul>" as HTML)
            </section>
            """
    }

    /// The explanation as a sentence a person can check.
    static func sentence(_ finding: FindingStore.View) -> String {
        let explanation = finding.explanation
        let record = explanation.records.first ?? explanation.source.rawValue
        let fix =
            finding.fixed.map { "Version \($0) fixes it." }
            ?? "No fixed version is known\(Components.state(finding.state).map { " (\($0))" } ?? "")."
        return """
            The record \(record) says that \(explanation.package) in \(explanation.ecosystem) is affected \
            (\(explanation.range)). Installed is \(explanation.installed), and \(explanation.comparison). \(fix)
            """
    }

    private static func risk(_ terms: [RiskTerm]) -> HTML {
        let rows = terms.map { "<tr><td>\($0.name)</td><td>\($0.input)</td><td>\($0.contribution)</td></tr>" as HTML }
        return """
            <section class="card"><h2>What the risk is made of</h2><div class="scroll"><table><thead><tr>\
            <th scope="col">Factor</th><th scope="col">Here</th><th scope="col">Effect</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div></section>
            """
    }

    private static func history(_ finding: FindingStore.View) -> HTML {
        let rows = finding.history.map { change -> HTML in
            "<li>\(Text.time(change.at)): \(change.to.rawValue), \(change.reason) <span class=\"muted\">(\(change.by))</span></li>"
        }
        guard !rows.isEmpty else { return .empty }
        return "<section class=\"card\"><h2>History</h2><ol class=\"steps\">\(rows)</ol></section>"
    }
}
