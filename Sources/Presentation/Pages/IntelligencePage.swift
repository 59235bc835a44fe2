import Domain
import FoundationEssentials
import Store

/// What is known, from whom, how old it is, and what it lacks.
enum IntelligencePage {
    static func render(_ sources: [IntelligenceStore.SourceStatus]) -> HTML {
        guard !sources.isEmpty else {
            return """
                <h1>Intelligence</h1>
                \(Components.empty("Nothing is loaded", "Run <code>garrison intel update</code>, or <code>garrison intel import SOURCE FILE</code> where there is no network."))
                """
        }
        let rows = sources.map { source -> HTML in
            """
            <tr><td><b>\(source.source)</b></td><td>\(Text.day(source.contentDate))<div class="muted small">\(Text.age(source.contentDate))</div></td>\
            <td class="n">\(Text.grouped(source.records))</td><td>\(Text.time(source.importedAt))<div class="muted small">\(source.origin)</div></td>\
            <td>\(source.licence)</td><td class="title">\(source.lacks.isEmpty ? "–" : source.lacks)</td></tr>
            """
        }
        return """
            <h1>Intelligence</h1>
            <p>Findings are only as good as these sources. The date is the content’s own, not the file’s.</p>
            <section class="card"><div class="scroll"><table><thead><tr><th scope="col">Source</th><th scope="col">Content of</th>\
            <th scope="col" class="n">Records</th><th scope="col">Loaded</th><th scope="col">Licence</th>\
            <th scope="col">What it lacks</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            <p class="muted">Update: <code>garrison intel update</code> (network) or <code>garrison intel import SOURCE FILE</code>.</p>
            """
    }
}
