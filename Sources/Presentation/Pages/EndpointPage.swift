import Domain
import FoundationEssentials
import Store

/// What the views of one endpoint have in common: its head, its state, the way between them.
package enum EndpointPage {
    /// The views, in the order of the tabs.
    package enum View: String, CaseIterable {
        case findings = ""
        case patches, software, sources, actions, history

        func path(_ id: EndpointID) -> String {
            let base = "/endpoints/\(id.description)"
            return self == .findings ? base : "\(base)/\(rawValue)"
        }
    }

    /// What the visitor may do here.
    package struct Actions {
        let csrfToken: String
        let canScan: Bool
        /// The form that describes the endpoint, as it comes back when something in it was wrong.
        let context: FormFields

        package init(csrfToken: String, canScan: Bool, context: FormFields = FormFields("context")) {
            self.csrfToken = csrfToken
            self.canScan = canScan
            self.context = context
        }
    }

    package static func render(
        _ endpoint: EndpointDetail, view: View, actions: Actions, task: JobStore.Job?, content: HTML
    ) -> HTML {
        """
        \(Components.crumbs([("Endpoints", "/endpoints")]))
        <div class="heading"><div><h1>\(endpoint.summary.hostname)</h1>\
        <p>\(endpoint.summary.osName.isEmpty ? endpoint.summary.osType : endpoint.summary.osName)\(address(endpoint))</p></div>\
        \(scanButton(endpoint, actions))</div>
        \(task.map { TaskPanel.render($0) })
        \(state(endpoint, actions))
        \(tabs(endpoint, view))
        \(content)
        """
    }

    private static func address(_ endpoint: EndpointDetail) -> String {
        endpoint.summary.ipAddress.map { " · \($0)" } ?? ""
    }

    private static func scanButton(_ endpoint: EndpointDetail, _ actions: Actions) -> HTML {
        guard actions.canScan else { return .empty }
        return """
            <form class="actions" method="post" action="/endpoints/\(endpoint.summary.id.description)/scan">\
            <input type="hidden" name="csrf_token" value="\(actions.csrfToken)"><button>\(Icon.scan.html)Scan now</button></form>
            """
    }

    private static func tabs(_ endpoint: EndpointDetail, _ view: View) -> HTML {
        let id = endpoint.summary.id
        return Components.tabs(
            "Views of the endpoint",
            [
                ("Open findings (\(Text.grouped(endpoint.summary.openFindings)))", View.findings.path(id)),
                ("Patches", View.patches.path(id)),
                ("Software (\(Text.grouped(endpoint.packageCount)))", View.software.path(id)),
                ("Sources", View.sources.path(id)), ("Actions", View.actions.path(id)),
                ("History", View.history.path(id)),
            ], current: view.path(id))
    }

    private static func state(_ endpoint: EndpointDetail, _ actions: Actions) -> HTML {
        let summary = endpoint.summary
        return """
            <section class="card"><h2 class="hidden-text">State and identity</h2><dl class="facts">
            \(Components.fact("Status", Badge.status(summary.status, scanned: summary.scannedAt != nil)))
            \(Components.fact("Risk", Badge.risk(summary.riskScore)))
            \(Components.fact("Last scan", Components.time(summary.scannedAt)))
            \(Components.fact("Inventory taken", Components.time(endpoint.inventoryAt)))
            \(Components.fact("Full name", endpoint.fqdn))
            \(Components.fact("Running kernel", endpoint.kernelRelease))
            \(Components.fact("Architecture", endpoint.architecture))
            \(Components.fact("MAC address", endpoint.macAddress))
            \(Components.fact("Exposure", endpoint.exposure))
            \(Components.fact("Criticality", endpoint.criticality))
            \(Components.fact("Tags", endpoint.tags.isEmpty ? nil : endpoint.tags.joined(separator: ", ")))
            \(Components.fact("Under exceptions", endpoint.exceptedFindings > 0 ? Text.count(endpoint.exceptedFindings, "finding") : nil))
            \(Components.fact("Security support", support(endpoint)))
            \(Components.fact("Watched since", Text.day(endpoint.createdAt)))
            \(Components.fact("Sensor", endpoint.agentVersion))
            \(Components.fact(endpoint.deviceSource.map { "Device id in \($0)" } ?? "Device id", "<code>\(endpoint.deviceID)</code>" as HTML))
            </dl>\(context(endpoint, actions))</section>
            \(notes(endpoint))
            """
    }

    /// Until when its system has security fixes.
    private static func support(_ endpoint: EndpointDetail) -> HTML? {
        guard let end = endpoint.supportEnd, let isSupported = endpoint.isSupported() else { return nil }
        if isSupported { return "until \(end)" }
        return """
            <span class="badge high">ended</span> \(end): new vulnerabilities in it will not be fixed, and may not be recorded
            """
    }

    /// What a person knows better than the collector, and the risk depends on.
    private static func context(_ endpoint: EndpointDetail, _ actions: Actions) -> HTML {
        guard actions.canScan else { return .empty }
        let form = actions.context
        let exposures = ["isolated", "internal", "external"].map { (value: $0, label: $0) }
        let criticalities = ["low", "normal", "high", "crown"].map { (value: $0, label: $0) }
        return """
            <details\(form.isRefused ? " open" as HTML : .empty)><summary class="small">Describe it</summary>
            \(form.notice(unless: ["tags"]))
            <form class="fields" method="post" action="/endpoints/\(endpoint.summary.id.description)/context">\
            <input type="hidden" name="csrf_token" value="\(actions.csrfToken)">
            \(form.select("Exposure: from where it can be reached", "exposure", exposures, value: endpoint.exposure))
            \(form.select("Criticality: what its loss would cost", "criticality", criticalities, value: endpoint.criticality))
            \(form.input("Tags, with commas between", "tags", value: endpoint.tags.joined(separator: ", "), grows: true))
            <button class="quiet">Save and rescan</button></form></details>
            """
    }

    private static func notes(_ endpoint: EndpointDetail) -> HTML {
        guard !endpoint.notes.isEmpty else { return .empty }
        let rows = endpoint.notes.map { "<li><code>\($0.item)</code> \($0.reason)</li>" as HTML }
        return """
            <details class="card"\(endpoint.packageCount == 0 ? " open" as HTML : .empty)><summary>\
            What the collector could not read (\(endpoint.notes.count))</summary><ul>\(rows)</ul></details>
            """
    }
}
