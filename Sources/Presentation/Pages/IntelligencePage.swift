import Domain
import FoundationEssentials
import Store

/// What is known, from whom, how old it is, and what it lacks.
package enum IntelligencePage {
    package static func render(_ sources: [IntelligenceStore.SourceStatus]) -> HTML {
        """
        <div class="heading"><div><h1>Intelligence</h1>\
        <p>Findings are only as good as these sources. Dates are of their content, not of the files.</p></div></div>
        <section class="card">\(sources.isEmpty ? nothing : table(sources))</section>
        \(how)
        """
    }

    private static let nothing = Components.empty(
        .intelligence, "Nothing is loaded",
        "<p>Without intelligence no vulnerability can be found. The commands below load it.</p>")

    private static func table(_ sources: [IntelligenceStore.SourceStatus]) -> HTML {
        let rows = sources.map { source -> [HTML] in
            [
                "<span class=\"strong\">\(source.source)</span>\(old(source))\(degraded(source))",
                content(source),
                "\(Text.grouped(source.records))",
                "\(Components.time(source.importedAt))<span class=\"under\">\(source.origin)</span>",
                "\(lacks(source))\(failure(source))",
                "\(source.licence)",
            ]
        }
        return Table(
            caption: "Loaded sources",
            columns: [
                .init("Source"), .init("Content of"), .init("Records", .number), .init("Loaded"),
                .init("What it lacks", .wide), .init("Licence"),
            ], rows: rows
        ).html
    }

    private static func content(_ source: IntelligenceStore.SourceStatus) -> HTML {
        guard let date = source.contentDate else { return "<span class=\"muted\">–</span>" }
        return """
            <time datetime="\(date.formatted(.iso8601))">\(Text.day(date))</time>\
            <span class="under">\(Text.age(date))</span>
            """
    }

    private static func lacks(_ source: IntelligenceStore.SourceStatus) -> HTML {
        if source.importedAt == nil { return "<span class=\"muted\">It is not loaded</span>" }
        return source.lacks.isEmpty ? "Nothing that is known" : "\(source.lacks)"
    }

    private static func failure(_ source: IntelligenceStore.SourceStatus) -> HTML {
        guard let error = source.lastError else { return .empty }
        return "<span class=\"under\">Not updated \(Text.day(source.failedAt)): \(error)</span>"
    }

    private static func old(_ source: IntelligenceStore.SourceStatus) -> HTML {
        Freshness.isOld(source) ? "<span class=\"under\"><span class=\"badge medium\">old</span></span>" : .empty
    }

    private static func degraded(_ source: IntelligenceStore.SourceStatus) -> HTML {
        guard source.isDegraded else { return .empty }
        let left: HTML =
            source.quarantined == 0 ? .empty : " \(Text.grouped(source.quarantined)) records left out"
        return "<span class=\"under\"><span class=\"badge high\">degraded</span>\(left)</span>"
    }

    private static let how: HTML = """
        <section class="card"><h2>Bring it up to date</h2>
        <p>With a network: downloads what is newer and rescans every endpoint. Run it daily.</p>
        \(Components.copyable("garrison intel update", id: "intel-update"))
        <p>Without one: carry the feeds over in files, as their publishers offer them, compressed or not.</p>
        \(Components.copyable("garrison intel import debian debian-security-tracker.json", id: "intel-import"))
        </section>
        """
}
