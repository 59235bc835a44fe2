import Domain
import FoundationEssentials
import Store

/// What Microsoft says of the tenant's devices: the posture over time, the devices and the alerts on them.
package enum EDRPage {
    /// What the page is filled with.
    package struct Content: Sendable {
        /// The latest first.
        let posture: [EDRStore.Posture]
        /// Whether an account at Microsoft is there to read.
        let hasAccount: Bool

        package init(posture: [EDRStore.Posture], hasAccount: Bool) {
            self.posture = posture
            self.hasAccount = hasAccount
        }
    }

    package static func devices(
        _ page: ListPage<EDRStore.Device>, search: String?, _ content: Content, nextPath: String?
    ) -> HTML {
        """
        \(head("/edr", content))
        <section class="card"><h2>Devices</h2>\(search == nil && page.items.isEmpty ? .empty : form(search))\
        \(page.items.isEmpty ? nothing(search, content) : table(page, nextPath))</section>
        """
    }

    package static func alerts(
        _ page: ListPage<EDRStore.Alert>, _ content: Content, nextPath: String?
    ) -> HTML {
        let list: HTML =
            page.items.isEmpty
            ? content.posture.isEmpty && !content.hasAccount
                ? noAccount
                : Components.empty(
                    .check, "No alerts", "<p>Microsoft reports no alert on a device that is known here.</p>")
            : table(page, nextPath)
        return """
            \(head("/edr/alerts", content))
            <section class="card"><h2>Alerts</h2>\(list)</section>
            """
    }

    private static func head(_ current: String, _ content: Content) -> HTML {
        """
        <div class="heading"><div><h1>Microsoft devices</h1>\
        <p>As Defender for Endpoint and Intune see them. What Garrison finds by itself is under Findings.</p></div>
        <div class="actions"><a class="button quiet" href="/connectors">Connectors</a></div></div>
        \(Components.tabs("Microsoft devices", [("Devices", "/edr"), ("Alerts", "/edr/alerts")], current: current))
        \(PostureCard.render(content.posture))
        """
    }

    private static let noAccount = Components.empty(
        .plug, "No account at Microsoft yet",
        """
        <p>Register an application in Microsoft Entra, and <a class="inline" href="/connectors/new?kind=microsoft">add \
        it as a connector</a>. Its devices, alerts and compliance are then read by themselves.</p>
        """)

    private static func nothing(_ search: String?, _ content: Content) -> HTML {
        if search != nil {
            return Components.empty(.lost, "No device matches", "<p><a class=\"inline\" href=\"/edr\">Show all</a></p>")
        }
        guard content.hasAccount else { return noAccount }
        return Components.empty(
            .endpoint, "No devices yet",
            """
            <p>The account has not been read, or Microsoft lists no device. <a class="inline" href="/connectors">The \
            connector</a> says how reading went.</p>
            """)
    }

    private static func form(_ search: String?) -> HTML {
        """
        <form class="filters" method="get" action="/edr" role="search">\
        <label>Name or user <input type="search" name="search" value="\(search ?? "")"></label>\
        <button class="quiet">Search</button></form>
        """
    }

    private static func table(_ page: ListPage<EDRStore.Device>, _ nextPath: String?) -> HTML {
        let columns: [Table.Column] = [
            .init("Device", .wide), .init("Risk"), .init("Exposure"), .init("Sensor"), .init("Compliance"),
            .init("Open alerts", .number), .init("Vulnerabilities", .number), .init("Last seen"),
        ]
        let rows = page.items.map { device -> [HTML] in
            let system = [device.operatingSystem, device.osVersion].compactMap { $0 }.joined(separator: " ")
            let under = [system, device.primaryUser ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
            return [
                "<span class=\"strong\">\(device.name)</span><span class=\"under\">\(under)</span>",
                device.risk.map { Badge.risk($0) } ?? unknown, word(device.exposure), word(device.health),
                compliance(device.complianceState), "\(Text.grouped(device.activeAlerts))",
                "\(Text.grouped(device.vulnerabilities))", Components.time(device.lastSeen),
            ]
        }
        return Table(caption: "Devices", columns: columns, rows: rows).html
            + Components.pager(shown: page.items.count, total: page.total, first: nil, next: nextPath)
    }

    private static func table(_ page: ListPage<EDRStore.Alert>, _ nextPath: String?) -> HTML {
        let columns: [Table.Column] = [
            .init("Alert", .wide), .init("Device", .wide), .init("Severity"), .init("Status"), .init("Detected"),
        ]
        let rows = page.items.map { alert -> [HTML] in
            [
                "<span class=\"strong\">\(alert.title ?? alert.microsoftID)</span><span class=\"under\">\([alert.threatType, alert.threatName].compactMap { $0 }.joined(separator: ", "))</span>",
                "\(alert.deviceName)", Badge.severity(alert.severity.flatMap { Severity(rawValue: $0.lowercased()) }),
                word(alert.status), Components.time(alert.detectedAt),
            ]
        }
        return Table(caption: "Alerts", columns: columns, rows: rows).html
            + Components.pager(shown: page.items.count, total: page.total, first: nil, next: nextPath)
    }

    private static let unknown: HTML = "<span class=\"muted\">–</span>"

    private static func word(_ text: String?) -> HTML { text.map { "\($0)" as HTML } ?? unknown }

    private static func compliance(_ state: String?) -> HTML {
        guard let state else { return "<span class=\"muted\">not in Intune</span>" }
        return state == "noncompliant" ? "<span class=\"badge high\">noncompliant</span>" : "\(state)"
    }
}
