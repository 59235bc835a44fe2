import Domain
import FoundationEssentials
import Store

/// The patches that end an open finding somewhere.
package enum PatchesPage {
    package typealias Query = PatchStore.Query

    package typealias Superseded = (patches: [PatchStore.Superseded], total: Int)

    /// - Parameter superseded: nil where they are not asked for.
    package static func render(
        _ page: ListPage<PatchStore.Summary>, superseded: Superseded? = nil, query: Query, nextPath: String?
    ) -> HTML {
        """
        <div class="heading"><div><h1>Patches</h1>\
        <p>\(Text.count(page.total, "patch", "patches"))\(isFiltered(query) ? " that match" : " missing on at least one endpoint"), \(order(query))</p></div></div>
        \(filters(query, withSuperseded: superseded != nil))
        <section class="card">\(list(page, query: query, superseded != nil, nextPath: nextPath))</section>
        \(superseded.map { list($0) })
        """
    }

    private static func filters(_ query: Query, withSuperseded: Bool) -> HTML {
        let kinds = PatchKind.allCases.map { Components.option($0.rawValue, $0.label, selected: query.kind?.rawValue) }
        let severities = Severity.allCases.reversed().map {
            Components.option($0.rawValue, $0.rawValue, selected: query.severity?.rawValue)
        }
        let reboot = query.needsReboot.map { $0 ? "yes" : "no" }
        let orders = Self.orders.map { Components.option($0.0.rawValue, $0.1, selected: query.sort.rawValue) }
        return """
            <form class="filters" method="get" action="/patches">
            <label class="grow">Search<input type="search" name="search" value="\(query.search ?? "")" placeholder="Number or words of the title"></label>
            <label>Kind<select name="kind">\(Components.option("", "any", selected: query.kind?.rawValue))\(kinds)</select></label>
            <label>Severity<select name="severity">\(Components.option("", "any", selected: query.severity?.rawValue))\(severities)</select></label>
            <label>Reboot<select name="reboots">\(Components.option("", "any", selected: reboot))\(Components.option("no", "not needed", selected: reboot))\(Components.option("yes", "needed", selected: reboot))</select></label>
            <label>Order<select name="sort">\(orders)</select></label>
            <label class="check"><input type="checkbox" name="superseded" value="true"\(withSuperseded ? " checked" as HTML : .empty)>with superseded ones</label>
            <button>Show</button>\(isFiltered(query) || withSuperseded ? "<a class=\"button quiet\" href=\"/patches\">Clear</a>" as HTML : .empty)
            </form>
            """
    }

    private static let orders: [(Query.Sort, String)] = [
        (.reboot, "risk removed per reboot"), (.risk, "risk removed"), (.endpoints, "endpoints"),
        (.released, "released last"),
    ]

    private static func order(_ query: Query) -> String {
        switch query.sort {
        case .reboot: "most risk removed for a reboot first, those without one before all others"
        case .risk: "most risk removed first"
        case .endpoints: "those missing on most endpoints first"
        case .released: "the newest first"
        }
    }

    private static func isFiltered(_ query: Query) -> Bool {
        query.search != nil || query.severity != nil || query.kind != nil || query.needsReboot != nil
    }

    private static func address(_ query: Query, _ withSuperseded: Bool) -> String {
        Address.make(
            "/patches",
            [
                "search": query.search, "kind": query.kind?.rawValue, "severity": query.severity?.rawValue,
                "reboots": query.needsReboot.map { $0 ? "yes" : "no" },
                "sort": query.sort == .reboot ? nil : query.sort.rawValue,
                "superseded": withSuperseded ? "true" : nil,
            ])
    }

    private static func list(
        _ page: ListPage<PatchStore.Summary>, query: Query, _ withSuperseded: Bool, nextPath: String?
    ) -> HTML {
        if page.items.isEmpty {
            return isFiltered(query)
                ? Components.empty(.lost, "No patch matches", "<p><a href=\"/patches\">Show all</a></p>")
                : Components.empty(
                    .check, "No patch is missing",
                    "<p>No open finding on any scanned endpoint has a fix that could be installed. <a href=\"/vulnerabilities\">What is open</a></p>"
                )
        }
        let columns: [Table.Column] = [
            .init("Patch", .wide), .init("Severity"), .init("Kind"), .init("Released"), .init("Endpoints", .number),
            .init("Vulnerabilities", .number), .init("Risk removed", .number), .init("Reboot"),
        ]
        let rows = page.items.map { patch -> [HTML] in
            [
                link(patch), Badge.severity(patch.severity), "\(patch.kind.label)", "\(patch.released ?? "–")",
                "\(Text.grouped(patch.endpoints))", "\(Text.grouped(patch.vulnerabilities))",
                "\(Text.tenths(patch.riskRemoved))", reboot(patch),
            ]
        }
        let first = query.cursor == nil ? nil : address(query, withSuperseded)
        return Table(caption: "Patches that are missing", columns: columns, rows: rows).html
            + Components.pager(shown: page.items.count, total: page.total, first: first, next: nextPath)
    }

    /// They end nothing that another does not end as well, so they have no figures.
    private static func list(_ superseded: Superseded) -> HTML {
        let rows = superseded.patches.map { patch -> [HTML] in
            let title: HTML = patch.title == patch.number ? .empty : "<span class=\"under\">\(patch.title)</span>"
            let others = patch.by.map { "<li>\(PatchPage.relative($0))</li>" as HTML }
            return [
                "<a class=\"id strong\" href=\"/patches/\(patch.id.description)\">\(patch.number)</a>\(title)",
                "\(patch.released ?? "–")",
                others.isEmpty ? "others, part by part" : "<ul class=\"plain\">\(others)</ul>",
            ]
        }
        let columns: [Table.Column] = [.init("Patch", .wide), .init("Released"), .init("Superseded by", .wide)]
        let more = superseded.total - superseded.patches.count
        let content: HTML =
            rows.isEmpty
            ? "<p class=\"muted\">None matches.</p>"
            : Table(caption: "Superseded patches", columns: columns, rows: rows).html
                + (more > 0
                    ? "<p class=\"muted\">and \(Text.grouped(more)) more: search for the one that is meant</p>"
                    : .empty)
        return "<section class=\"card\"><h2>Superseded (\(Text.grouped(superseded.total)))</h2>\(content)</section>"
    }

    static func link(_ patch: PatchStore.Summary) -> HTML {
        let products = patch.products.prefix(3).joined(separator: ", ") + (patch.products.count > 3 ? ", …" : "")
        let title = patch.title == patch.number ? products : "\(patch.title)\(products.isEmpty ? "" : " · \(products)")"
        return """
            <a class="strong" href="/patches/\(patch.id.description)">\(patch.number)</a>\
            <span class="under">\(title)</span>
            """
    }

    static func reboot(_ patch: PatchStore.Summary) -> HTML {
        guard patch.needsReboot else { return "none" }
        return patch.riskPerReboot.map { "\(Text.tenths($0)) removed for each" } ?? "needed"
    }
}
