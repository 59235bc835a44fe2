import Domain
import FoundationEssentials
import Risk
import Store

/// One finding, explained: which record, which range, which comparison, and what the risk is made of.
package enum FindingPage {
    /// - Parameter actions: the forms for whoever may change it.
    package static func render(_ finding: FindingStore.View, terms: [RiskTerm], actions: HTML = .empty) -> HTML {
        """
        \(Components.crumbs([("Endpoints", "/endpoints"), (finding.hostname, "/endpoints/\(finding.endpoint.description)")]))
        <div class="heading"><div><h1>\(finding.cve) in \(finding.packages.first ?? finding.explanation.package)</h1>\
        \(finding.title == finding.cve ? .empty : "<p>\(finding.title)</p>" as HTML)</div>\
        <div class="actions"><a class="button quiet" href="\(Address.vulnerability(finding.cve))">About \(finding.cve)</a></div></div>
        <section class="card"><h2 class="hidden-text">State</h2><dl class="facts">
        \(Components.fact("Finding", Badge.finding(finding.status)))
        \(Components.fact("Risk", Badge.risk(finding.riskScore)))
        \(Components.fact("Severity", Badge.severity(finding.severity)))
        \(Components.fact("Exploitation", exploitation(finding)))
        \(Components.fact("Installed", "<code>\(finding.installed)</code>" as HTML))
        \(Components.fact("Fixed in", EndpointFindings.fix(finding)))
        \(Components.fact("Found", Components.time(finding.detectedAt)))
        \(Components.fact("Remediated", finding.remediatedAt.map { Components.time($0) }))
        \(Components.fact("Packages", "\(finding.packages.joined(separator: ", "))" as HTML, isWide: true))
        </dl></section>
        \(actions)
        \(FindingActions.urgency(finding))
        \(why(finding))
        \(risk(terms, finding))
        \(history(finding))
        """
    }

    private static func exploitation(_ finding: FindingStore.View) -> HTML {
        let marks = Badge.exploitation(isKnownExploited: finding.isKnownExploited, exploitCount: finding.exploitCount)
        return marks.text.isEmpty ? "<span class=\"muted\">none known</span>" : marks
    }

    private static func why(_ finding: FindingStore.View) -> HTML {
        let explanation = finding.explanation
        if explanation.source == .reported {
            return """
                <section class="card"><h2>Why it is reported</h2>
                <p class="why">\(sentence(finding))</p>
                <p class="small muted">It is taken at their word and remediated when none of them reports it any more. \
                <a href="/endpoints/\(finding.endpoint.description)/sources">What they say of this endpoint</a></p>
                </section>
                """
        }
        let notes = explanation.notes.map { "<li>\($0)</li>" as HTML }
        return """
            <section class="card"><h2>Why it is reported</h2>
            <p class="why">\(sentence(finding))</p>
            <ol class="steps">
            <li>The record <code>\(explanation.records.first ?? explanation.source.rawValue)</code>\(others(explanation)) speaks of \
            <code>\(explanation.package)</code> in \(explanation.ecosystem).</li>
            <li>It counts these versions as affected: <code>\(explanation.range)</code>.</li>
            <li>Installed is <code>\(explanation.installed)</code>.</li>
            <li>In the ordering of <code>\(explanation.scheme.rawValue)</code> versions: <code>\(explanation.comparison)</code>.</li>
            \(notes)
            </ol>
            \(finding.fixed.map { repeating(finding, fixed: $0) } ?? .empty)
            </section>
            """
    }

    private static func others(_ explanation: Explanation) -> HTML {
        let rest = explanation.records.dropFirst()
        return rest.isEmpty ? .empty : " (also \(rest.joined(separator: ", ")))"
    }

    /// The explanation as a sentence a person can check.
    static func sentence(_ finding: FindingStore.View) -> String {
        let explanation = finding.explanation
        if explanation.source == .reported {
            return """
                \(explanation.records.joined(separator: ", ")) reports that \(finding.hostname) has \(finding.cve), in \
                \(explanation.package). It is not found in the software that is listed of the endpoint.
                """
        }
        let state = Badge.label(finding.state).map { " (\($0))" } ?? ""
        let fix = finding.fixed.map { "Version \($0) fixes it." } ?? "No fixed version is known\(state)."
        return """
            \(finding.hostname) has \(explanation.package) \(explanation.installed), which \
            \(explanation.records.first ?? explanation.source.rawValue) lists as affected by \(finding.cve). \(fix)
            """
    }

    private static func repeating(_ finding: FindingStore.View, fixed: String) -> HTML {
        """
        <p class="small muted">To repeat the comparison:</p>
        \(Components.copyable(repetition(finding.explanation, fixed: fixed), id: "repeat"))
        """
    }

    /// A command that compares the two versions again.
    static func repetition(_ explanation: Explanation, fixed: String) -> String {
        let versions = [explanation.installed, fixed].map(quoted).joined(separator: " ")
        return "garrison compare-versions --ecosystem \(explanation.scheme.rawValue) \(versions)"
    }

    /// As a shell takes it for one word.
    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "+")...UInt8(ascii: ":")).contains(byte) || byte == UInt8(ascii: "_")
            }
        return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }

    private static func risk(_ terms: [RiskTerm], _ finding: FindingStore.View) -> HTML {
        let rows = terms.map { term -> [HTML] in
            [
                "<span class=\"strong\">\(term.name)</span>", "\(term.input)", "\(term.contribution)",
                Badge.risk(term.risk),
            ]
        }
        let table = Table(
            caption: "The risk step by step",
            columns: [.init("Factor"), .init("Here"), .init("Effect", .wide), .init("Risk then")], rows: rows)
        let isOld = terms.last.map { abs($0.risk - finding.riskScore) > 0.05 } ?? false
        return """
            <section class="card"><h2>How the risk of \(Text.tenths(finding.riskScore)) comes about</h2>\(table.html)
            \(isOld ? "<p class=\"small muted\">The last scan knew other figures; the next one brings the stored risk to this result.</p>" as HTML : .empty)
            </section>
            """
    }

    private static func history(_ finding: FindingStore.View) -> HTML {
        let rows = finding.history.map { change -> HTML in
            """
            <li>\(Badge.finding(change.to)) <span class="muted">\(Text.time(change.at)), by \(change.by)\
            \(change.reason.isEmpty ? "" : ": \(change.reason)")</span></li>
            """
        }
        guard !rows.isEmpty else { return .empty }
        return "<section class=\"card\"><h2>History</h2><ol class=\"timeline\">\(rows)</ol></section>"
    }
}
