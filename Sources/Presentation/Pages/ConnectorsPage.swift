import Connectors
import Domain
import Store

/// The accounts at security vendors that are read for the tenant.
package enum ConnectorsPage {
    package static func render(
        _ accounts: [ConnectorAccount], statuses: [ConnectorID: ConnectorStatus], canChange: Bool, notice: String?
    ) -> HTML {
        let add: HTML = "<div class=\"actions\"><a class=\"button\" href=\"/connectors/new\">Add a connector</a></div>"
        return """
            <div class="heading"><div><h1>Connectors</h1>\
            <p>Accounts at security vendors, and what each says of your machines.</p></div>\
            \(canChange && !accounts.isEmpty ? add : .empty)</div>
            \(CoveragePage.tabs("/connectors"))
            \(notice == "removed" ? "<p class=\"notice done\" role=\"status\">The connector is removed, with all that was read from it.</p>" as HTML : .empty)
            \(accounts.contains { $0.kind == "microsoft" } ? "<p><a class=\"inline\" href=\"/edr\">Microsoft devices</a>: posture, devices and alerts of Defender and Intune.</p>" as HTML : .empty)
            <section class="card"><h2>Accounts</h2>\(accounts.isEmpty ? empty(canChange) : list(accounts, statuses))</section>
            """
    }

    private static func empty(_ canChange: Bool) -> HTML {
        let way: HTML =
            canChange
            ? "<p><a class=\"button\" href=\"/connectors/new\">Add a connector</a></p>"
            : "<p>An administrator can add one.</p>"
        let vendors = ConnectorKind.all.map(\.title).joined(separator: ", ")
        return Components.empty(
            .plug, "No vendor is connected yet",
            "<p>Devices, software, vulnerabilities and alerts of \(vendors) appear here side by side.</p>\(way)")
    }

    private static func list(_ accounts: [ConnectorAccount], _ statuses: [ConnectorID: ConnectorStatus]) -> HTML {
        let columns: [Table.Column] = [
            .init("Name", .wide), .init("State"), .init("Last read or heard"), .init("Devices", .number),
            .init("Alerts", .number), .init("Left out", .number),
        ]
        let rows = accounts.map { account -> [HTML] in
            [
                "<a class=\"strong\" href=\"/connectors/\(account.id.description)\">\(account.name)</a><span class=\"under\">\(title(account.kind))</span>",
                state(account, statuses[account.id]), Components.time(account.syncedAt),
                count(account.records[.devices]),
                count(account.records[.alerts]), count(account.quarantined),
            ]
        }
        return Table(caption: "Connectors", columns: columns, rows: rows).html
    }

    /// The vendor's name, or what comes unasked.
    static func title(_ kind: String) -> String {
        switch ImplicitSource(rawValue: kind) {
        case .inventory: "Imported inventories"
        case .agent: "Garrison agent"
        case .osquery: "osquery"
        case .push: "Pushed reports"
        case .discovery: "Discovery"
        case nil: ConnectorKind.named(kind)?.title ?? kind
        }
    }

    /// In one word, for lists.
    static func state(_ account: ConnectorAccount, _ status: ConnectorStatus?) -> HTML {
        if account.isImplicit { return "<span class=\"badge unknown\">comes unasked</span>" }
        if status?.schedule.isPaused == true { return "<span class=\"badge unknown\">paused</span>" }
        if status?.isRunning == true { return "<span class=\"badge low\">being read</span>" }
        if account.lastError != nil { return "<span class=\"badge critical\">fails</span>" }
        return account.syncedAt == nil
            ? "<span class=\"badge unknown\">not read yet</span>"
            : "<span class=\"badge status-healthy\">works</span>"
    }

    private static func count(_ number: Int?) -> HTML { "\(Text.grouped(number ?? 0))" }
}
