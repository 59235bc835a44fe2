import Domain
import FoundationEssentials
import Store

/// Where sources contradict each other, what they do not have, and what was put in quarantine.
package enum CoveragePage {
    package static func tabs(_ current: String) -> HTML {
        Components.tabs(
            "Connectors",
            [
                (label: "Accounts", path: "/connectors"), (label: "Disagreements", path: "/disagreements"),
                (label: "Coverage", path: "/coverage"), (label: "Collisions", path: "/collisions"),
            ], current: current)
    }

    /// The gravest contradictions.
    package static func render(_ disagreements: [Disagreement]) -> HTML {
        let body =
            disagreements.isEmpty
            ? Components.empty(
                .check, "All sources agree",
                "<p>Machines of which two sources say different things are listed here.</p>")
            : list(disagreements)
        return """
            <div class="heading"><div><h1>Disagreements</h1>\
            <p>Machines of which two sources say different things, the gravest first.</p></div></div>
            \(tabs("/disagreements"))
            <section class="card"><h2>Machines</h2>\(body)</section>
            """
    }

    private static func list(_ disagreements: [Disagreement]) -> HTML {
        let rows = disagreements.map { item -> [HTML] in
            [
                "<a class=\"strong\" href=\"\(EndpointPage.View.sources.path(item.endpoint))\">\(item.hostname)</a>",
                "\(item.fields.map(EndpointSources.label).joined(separator: ", "))",
                "\(item.sources.joined(separator: ", "))", Badge.risk(item.riskScore),
            ]
        }
        let columns: [Table.Column] = [
            .init("Machine", .wide), .init("They differ in", .wide), .init("Sources", .wide), .init("Risk"),
        ]
        return Table(caption: "Disagreements", columns: columns, rows: rows).html
    }

    /// What each source covers, and the machines without coverage.
    /// - Parameter chosen: by this account; nil for by any vendor's.
    package static func render(_ coverage: [SourceCoverage], gaps: [CoverageGap], chosen: ConnectorID?) -> HTML {
        let counts = coverage.map { source -> [HTML] in
            [
                "<a class=\"strong\" href=\"/coverage?connector=\(source.connector.description)\">\(source.source)</a><span class=\"under\">\(ConnectorsPage.title(source.kind))</span>",
                "\(Text.grouped(source.endpoints))",
            ]
        }
        let sources =
            coverage.isEmpty
            ? Components.empty(.plug, "No source yet", "<p>Add a connector, an agent or an import.</p>")
            : Table(
                caption: "What each source has", columns: [.init("Source", .wide), .init("Endpoints", .number)],
                rows: counts
            ).html
        let name = coverage.first { $0.connector == chosen }?.source
        let title = name.map { "Machines that \($0) has not" } ?? "Machines that no vendor has"
        return """
            <div class="heading"><div><h1>Coverage</h1>\
            <p>What each source has, and the machines that are known all the same.</p></div></div>
            \(tabs("/coverage"))
            <section class="card"><h2>Sources</h2>\(sources)</section>
            <section class="card"><h2>\(title)</h2>\(list(gaps))\
            \(chosen == nil ? .empty : "<p><a class=\"inline\" href=\"/coverage\">Those that no vendor has</a></p>" as HTML)</section>
            """
    }

    private static func list(_ gaps: [CoverageGap]) -> HTML {
        if gaps.isEmpty {
            return Components.empty(.check, "No gap", "<p>Every machine that is known is covered.</p>")
        }
        let rows = gaps.map { gap -> [HTML] in
            [
                Components.endpointLink(gap.endpoint, gap.hostname), "\(gap.osType)",
                gap.sources.isEmpty
                    ? "<span class=\"muted\">none any more</span>" : "\(gap.sources.joined(separator: ", "))",
                Badge.risk(gap.riskScore), Components.time(gap.lastSeen),
            ]
        }
        let columns: [Table.Column] = [
            .init("Machine", .wide), .init("System"), .init("Known from", .wide), .init("Risk"), .init("Last seen"),
        ]
        return Table(caption: "Machines without coverage", columns: columns, rows: rows).html
    }

    /// Reports that contradict what is known.
    package static func render(
        _ collisions: [CollisionRecord], canChange: Bool, csrfToken: String, problem: String?
    ) -> HTML {
        let body =
            collisions.isEmpty
            ? Components.empty(
                .check, "No collision",
                "<p>A device that is suddenly another machine, as a copied or stolen identity looks, is put aside and shown here.</p>"
            )
            : "\(collisions.map { card($0, canChange, csrfToken) })"
        return """
            <div class="heading"><div><h1>Collisions</h1>\
            <p>Reports that contradict what is known. They change nothing until somebody decides.</p></div></div>
            \(tabs("/collisions"))
            \(problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
            \(collisions.isEmpty ? "<section class=\"card\">\(body)</section>" as HTML : body)
            """
    }

    private static func card(_ collision: CollisionRecord, _ canChange: Bool, _ csrfToken: String) -> HTML {
        let title =
            collision.kind == .takeover
            ? "\(collision.deviceID) of \(collision.source) is another machine now"
            : "\(collision.deviceID) of \(collision.source) could be several machines that are not one"
        let reasons = collision.evidence.map { "<li>\($0.sentence)</li>" as HTML }
        let endpoints = collision.endpoints.map {
            "<a class=\"id\" href=\"/endpoints/\($0.description)\">\($0.description)</a> " as HTML
        }
        return """
            <section class="card"><h2>\(title)</h2>\
            <p class="muted">Since \(Text.time(collision.detectedAt)), last \(Components.time(collision.lastSeenAt)). About \(endpoints)</p>\
            <ul class="plain">\(reasons)</ul>\(canChange ? decisions(collision, csrfToken) : .empty)</section>
            """
    }

    private static func decisions(_ collision: CollisionRecord, _ csrfToken: String) -> HTML {
        let same = collision.endpoints.map {
            (value: "same:\($0.description)", label: "the same machine as \($0.description): its hardware was changed")
        }
        let choices =
            same + [
                (value: "another", label: "a machine of its own"),
                (value: "dismissed", label: "nothing of ours: leave everything as it is"),
            ]
        let options = choices.map { Components.option($0.value, $0.label, selected: nil) }
        return """
            <form class="fields" method="post" action="/collisions/\(collision.id.description)/resolve">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)">\
            <label class="grow">It is<select name="decision">\(options)</select></label><button>Decide</button></form>
            """
    }
}
