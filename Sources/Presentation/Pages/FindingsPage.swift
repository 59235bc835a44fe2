import Domain
import FoundationEssentials
import Risk
import Store

/// The findings of all endpoints, filtered.
package enum FindingsPage {
    package typealias Query = FindingStore.Query

    /// The views about what to do first.
    static func tabs(_ current: String) -> HTML {
        Components.tabs(
            "What to do first",
            [
                ("Findings", "/findings"), ("Exceptions", "/exceptions"), ("VEX", "/vex"), ("Deadlines", "/sla"),
                ("What if", "/what-if"), ("Risk weights", "/weights"),
            ], current: current)
    }

    package static func render(_ page: ListPage<FindingRow>, query: Query, nextPath: String?) -> HTML {
        """
        <div class="heading"><div><h1>Findings</h1><p>\(summary(page, query))</p></div>
        <div class="actions">\(exports(query))</div></div>
        \(tabs("/findings"))
        \(filters(query))
        <section class="card">\(list(page, query: query, nextPath: nextPath))</section>
        """
    }

    /// The same findings to take along.
    private static func exports(_ query: Query) -> HTML {
        let formats = [("/findings.csv", "CSV"), ("/findings.sarif", "SARIF"), ("/findings.cyclonedx", "CycloneDX")]
        let links = formats.map { path, name -> HTML in
            "<a class=\"button quiet\" href=\"\(address(path, query))\">\(Icon.download.html)\(name)</a>"
        }
        return "\(links)"
    }

    private static func summary(_ page: ListPage<FindingRow>, _ query: Query) -> String {
        let order = query.sort == .risk ? "the highest risk first" : "the nearest deadline first"
        return "\(Text.count(page.total, "finding"))\(isFiltered(query) ? " that match" : " open"), \(order)"
    }

    private static func filters(_ query: Query) -> HTML {
        """
        <form class="filters" method="get" action="/findings">
        <label>Severity<select name="severity">\(options(Severity.allCases.reversed().map(\.rawValue), query.severity?.rawValue))</select></label>
        <label>Status<select name="status">\(statuses(query))</select></label>
        <label>VEX<select name="vex">\(Components.option("", "not hidden", selected: query.vex?.rawValue))\(Components.option("hidden", "hidden by VEX", selected: query.vex?.rawValue))\(Components.option("all", "both", selected: query.vex?.rawValue))</select></label>
        <label>SSVC<select name="ssvc">\(options(SSVC.Decision.allCases.reversed().map(\.rawValue), query.ssvc?.rawValue))</select></label>
        <label>Deadline<select name="sla">\(deadlines(query))</select></label>
        <label>Fix<select name="fix">\(choice(query.hasFix, "available", "none yet"))</select></label>
        <label>Package<input type="text" name="package" value="\(query.package ?? "")" placeholder="openssl"></label>
        <label>Tag<input type="text" name="tag" value="\(query.tag ?? "")"></label>
        <label>Order<select name="sort">\(Components.option("", "risk", selected: query.sort == .risk ? nil : "due_at"))\(Components.option("due_at", "deadline", selected: query.sort == .due ? "due_at" : nil))</select></label>
        <label class="check"><input type="checkbox" name="kev" value="true"\(query.isKnownExploited == true ? " checked" as HTML : .empty)>Known exploited only</label>
        \(hidden("endpoint", query.endpoint?.description))\(hidden("cve", query.cve))
        <button>Show</button>\(isFiltered(query) ? "<a class=\"button quiet\" href=\"/findings\">Clear</a>" as HTML : .empty)
        </form>
        """
    }

    private static func hidden(_ name: String, _ value: String?) -> HTML {
        value.map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">" } ?? .empty
    }

    private static func options(_ values: [String], _ selected: String?) -> HTML {
        "\(Components.option("", "any", selected: selected))\(values.map { Components.option($0, $0, selected: selected) })"
    }

    private static func choice(_ value: Bool?, _ yes: String, _ no: String) -> HTML {
        let selected = value.map { $0 ? "true" : "false" }
        return """
            \(Components.option("", "any", selected: selected))\(Components.option("true", yes, selected: selected))\
            \(Components.option("false", no, selected: selected))
            """
    }

    private static func statuses(_ query: Query) -> HTML {
        let selected = query.status?.rawValue
        let choices = FindingStatus.allCases.map { Components.option($0.rawValue, Badge.label($0), selected: selected) }
        return "\(Components.option("", "open, in progress", selected: selected))\(choices)"
    }

    private static func deadlines(_ query: Query) -> HTML {
        let selected = query.deadline?.rawValue
        let choices = DeadlineState.allCases.map { state in
            Components.option(state.rawValue, state.rawValue.replacing("_", with: " "), selected: selected)
        }
        return "\(Components.option("", "any", selected: selected))\(choices)"
    }

    private static func isFiltered(_ query: Query) -> Bool {
        query.status != nil || query.vex != nil || query.severity != nil || query.isKnownExploited != nil
            || query.ssvc != nil
            || query.deadline != nil || query.package != nil || query.hasFix != nil || query.endpoint != nil
            || query.tag != nil || query.cve != nil
    }

    static func address(_ path: String, _ query: Query) -> String {
        Address.make(
            path,
            [
                "severity": query.severity?.rawValue, "status": query.status?.rawValue,
                "vex": query.vex?.rawValue, "ssvc": query.ssvc?.rawValue,
                "sla": query.deadline?.rawValue, "fix": query.hasFix.map { $0 ? "true" : "false" },
                "package": query.package, "tag": query.tag, "kev": query.isKnownExploited == true ? "true" : nil,
                "endpoint": query.endpoint?.description, "cve": query.cve,
                "sort": query.sort == .due ? "due_at" : nil,
            ])
    }

    private static func list(_ page: ListPage<FindingRow>, query: Query, nextPath: String?) -> HTML {
        if page.items.isEmpty {
            return isFiltered(query)
                ? Components.empty(
                    .lost, "No finding matches", "<p><a href=\"/findings\">Show all open findings</a></p>")
                : Components.empty(
                    .check, "No open finding",
                    "<p>Nothing that the loaded intelligence knows is open on any scanned endpoint. <a href=\"/intelligence\">What was checked, and how old it is</a></p>"
                )
        }
        let first = query.cursor == nil ? nil : address("/findings", query)
        return table(page.items, caption: "Findings")
            + Components.pager(shown: page.items.count, total: page.total, first: first, next: nextPath)
    }

    static func table(_ findings: [FindingRow], caption: String) -> HTML {
        let columns: [Table.Column] = [
            .init("Vulnerability", .wide), .init("Endpoint"), .init("Risk, severity"), .init("SSVC"),
            .init("Deadline"), .init("Package, installed → fixed", .wide),
        ]
        let rows = findings.map { finding -> [HTML] in
            [
                """
                <a class="id strong" href="\(Address.finding(finding.cve, on: finding.endpoint.description))">\(finding.cve)</a> \
                \(finding.isKnownExploited ? Badge.exploitation(isKnownExploited: true, exploitCount: 0) : .empty)\
                \(finding.title == finding.cve ? .empty : "<span class=\"under\">\(finding.title)</span>" as HTML)
                """, Components.endpointLink(finding.endpoint, finding.hostname),
                "\(Badge.risk(finding.riskScore))<span class=\"under\">\(Badge.severity(finding.severity))</span>",
                Badge.ssvc(finding.ssvc), state(finding),
                "\(finding.packages.first ?? "")<span class=\"under\"><span class=\"mono\">\(finding.installed)</span> \(fix(finding))</span>",
            ]
        }
        return Table(caption: caption, columns: columns, rows: rows).html
    }

    private static func state(_ finding: FindingRow) -> HTML {
        switch finding.status {
        case .open: Badge.deadline(finding.dueAt, status: finding.status)
        case .inProgress: "\(Badge.finding(.inProgress)) \(Badge.deadline(finding.dueAt, status: finding.status))"
        case .exception where finding.vex != nil: "<span class=\"badge unknown\">hidden by VEX</span>"
        case .remediated, .exception: Badge.finding(finding.status)
        }
    }

    private static func fix(_ finding: FindingRow) -> HTML {
        let fixed: HTML =
            finding.fixed.map { "<code>\($0)</code>" }
            ?? "<span class=\"muted\">\(Badge.label(finding.state) ?? "no fix yet")</span>"
        return "<span aria-hidden=\"true\">→</span><span class=\"hidden-text\">fixed in</span> \(fixed)"
    }
}
