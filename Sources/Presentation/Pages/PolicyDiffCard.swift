import Store

/// What a change of policy would do, before it is done.
enum PolicyDiffCard {
    static func render(_ diff: PolicyDiff) -> HTML {
        """
        <section class="card" id="preview"><h2>What it would change</h2>
        <p>\(Text.count(diff.findings, "finding")) on \(Text.count(diff.endpoints, "endpoint")), \
        \(Text.count(diff.movedVulnerabilities, "vulnerability", "vulnerabilities")). Nothing has been changed yet.</p>
        \(figures(diff))
        </section>
        \(order(diff))
        """
    }

    private static let rows: [(label: String, path: any KeyPath<PolicyFigures, Int> & Sendable)] = [
        ("Open findings", \.open), ("Under exceptions", \.excepted), ("Overdue", \.overdue), ("Due soon", \.dueSoon),
        ("Deadlines missed in 90 days", \.breaches), ("Critical risk", \.critical), ("High risk", \.high),
        ("Medium risk", \.medium), ("Low risk", \.low), ("Critical endpoints", \.criticalEndpoints),
        ("Endpoints at risk", \.atRiskEndpoints), ("Healthy endpoints", \.healthyEndpoints),
    ]

    private static func figures(_ diff: PolicyDiff) -> HTML {
        let rows = rows.map { row -> [HTML] in
            let (before, after) = (diff.before[keyPath: row.path], diff.after[keyPath: row.path])
            let change = after - before
            let sign = change > 0 ? "+" : ""
            return [
                "\(row.label)", "\(Text.grouped(before))", "\(Text.grouped(after))",
                change == 0 ? "<span class=\"muted\">–</span>" : "<b>\(sign)\(Text.grouped(change))</b>",
            ]
        }
        return Table(
            caption: "Figures before and after",
            columns: [.init("Figure", .wide), .init("Now", .number), .init("Then", .number), .init("Change", .number)],
            rows: rows
        ).html
    }

    private static func order(_ diff: PolicyDiff) -> HTML {
        guard !diff.moves.isEmpty else { return .empty }
        let rows = diff.moves.prefix(20).map { move -> [HTML] in
            [
                Components.vulnerabilityLink(move.cve), place(move.rankBefore, move.rankAfter),
                "\(Text.tenths(move.riskBefore)) → \(Text.tenths(move.riskAfter))",
                "\(Text.grouped(move.openBefore)) → \(Text.grouped(move.openAfter))",
                "\(Text.grouped(move.overdueBefore)) → \(Text.grouped(move.overdueAfter))",
            ]
        }
        let table = Table(
            caption: "Vulnerabilities that it moves",
            columns: [
                .init("Vulnerability", .wide), .init("Place by risk"), .init("Highest risk"), .init("Open"),
                .init("Overdue"),
            ], rows: Array(rows))
        return """
            <section class="card"><h2>Vulnerabilities that it moves</h2>\(table.html)
            \(diff.movedVulnerabilities > rows.count ? "<p class=\"small muted\">and \(Text.grouped(diff.movedVulnerabilities - rows.count)) more</p>" as HTML : .empty)</section>
            <div class="grid"><section class="card"><h2>First by risk now</h2>\(list(diff.topBefore))</section>
            <section class="card"><h2>First by risk then</h2>\(list(diff.topAfter))</section></div>
            """
    }

    private static func place(_ before: Int?, _ after: Int?) -> HTML {
        "\(before.map { Text.grouped($0) } ?? "–") → \(after.map { Text.grouped($0) } ?? "–")"
    }

    private static func list(_ names: [String]) -> HTML {
        let items = names.map { "<li>\(Components.vulnerabilityLink($0))</li>" as HTML }
        return items.isEmpty ? "<p class=\"muted\">None open.</p>" : "<ol class=\"steps\">\(items)</ol>"
    }
}
