import Risk

/// A CVSS vector spelled out, with the scores that follow from it.
package enum VectorCard {
    package static func render(_ vector: String) -> HTML {
        guard let score = try? CVSS.parse(vector) else {
            return """
                <section class="card"><h2>CVSS</h2><p><code>\(vector)</code></p>\
                <p class="muted">This is not a valid vector, so nothing was computed from it.</p></section>
                """
        }
        let facts = CVSSWords.decode(vector).map { Components.fact($0.metric, $0.value) }
        return """
            <section class="card"><h2>CVSS \(score.version.rawValue): \(Text.tenths(score.score))</h2>
            <dl class="facts">\(facts)\(scores(score))</dl>
            \(Components.copyable("garrison cvss \(vector)", id: "vector"))
            </section>
            """
    }

    private static func scores(_ score: CVSSScore) -> HTML {
        guard score.temporalScore != nil || score.environmentalScore != nil else { return .empty }
        return """
            \(Components.fact("Base score", Text.tenths(score.baseScore)))\
            \(Components.fact(score.version == .v4 ? "Threat score" : "Temporal score", score.temporalScore.map(Text.tenths)))\
            \(Components.fact("Environmental score", score.environmentalScore.map(Text.tenths)))
            """
    }
}
