import Domain
import FoundationEssentials
import Store

/// One endpoint: what it is, what is open on it, what was fixed, what is installed.
enum EndpointPage {
    static func render(
        _ endpoint: EndpointDetail, findings: [FindingStore.View], software: [InstalledSoftware], csrfToken: String,
        canScan: Bool
    ) -> HTML {
        let open = findings.filter { $0.status != .remediated }
        let remediated = findings.filter { $0.status == .remediated }
        return """
            <p class="crumbs"><a href="/endpoints">Endpoints</a> /</p>
            <div class="heading"><h1>\(endpoint.summary.hostname)</h1>\(actions(endpoint, csrfToken, canScan))</div>
            \(facts(endpoint))
            <section class="card"><h2>Open findings (\(Text.grouped(open.count)))</h2>\(openTable(open, endpoint))</section>
            \(remediatedSection(remediated, endpoint))
            \(softwareSection(software))
            \(notes(endpoint))
            """
    }

    private static func actions(_ endpoint: EndpointDetail, _ csrfToken: String, _ canScan: Bool) -> HTML {
        guard canScan else { return .empty }
        return """
            <form class="actions" method="post" action="/endpoints/\(endpoint.summary.id.description)/scan">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)"><button>Scan now</button></form>
            """
    }

    private static func facts(_ endpoint: EndpointDetail) -> HTML {
        let summary = endpoint.summary
        return """
            <section class="card"><dl class="facts">
            \(Components.fact("Status", Components.status(summary.status, scanned: summary.scannedAt != nil)))
            \(Components.fact("Risk", Components.risk(summary.riskScore)))
            \(Components.fact("System", summary.osName))
            \(Components.fact("Kernel running", endpoint.kernelRelease))
            \(Components.fact("Architecture", endpoint.architecture))
            \(Components.fact("Address", summary.ipAddress))
            \(Components.fact("MAC address", endpoint.macAddress))
            \(Components.fact("Full name", endpoint.fqdn))
            \(Components.fact("Exposure", endpoint.exposure))
            \(Components.fact("Criticality", endpoint.criticality))
            \(Components.fact("Packages", Text.grouped(endpoint.packageCount)))
            \(Components.fact("Inventory taken", Text.time(endpoint.inventoryAt)))
            \(Components.fact("Last scan", Text.time(summary.scannedAt)))
            \(Components.fact("Device id", "<code>\(endpoint.deviceID)</code>" as HTML))
            </dl></section>
            """
    }

    private static func openTable(_ findings: [FindingStore.View], _ endpoint: EndpointDetail) -> HTML {
        guard !findings.isEmpty else {
            return endpoint.summary.scannedAt == nil
                ? Components.empty("Not scanned yet", "The scan starts by itself; reload the page in a moment.")
                : Components.empty("Nothing open", "No loaded record says that an installed package is vulnerable.")
        }
        let rows = findings.map { finding -> HTML in
            """
            <tr><td>\(link(finding))</td><td>\(Components.risk(finding.riskScore))</td>\
            <td>\(Components.severity(finding.severity))</td>\
            <td class="title">\(finding.packages.joined(separator: ", "))<div class="muted small mono">\(finding.installed)</div></td>\
            <td>\(fix(finding))</td><td>\(Components.marks(isKnownExploited: finding.isKnownExploited, exploitCount: finding.exploitCount))</td>\
            <td title="\(Text.time(finding.detectedAt))">\(Text.age(finding.detectedAt))</td></tr>
            """
        }
        return """
            <div class="scroll"><table><thead><tr><th scope="col">Vulnerability</th><th scope="col">Risk</th>\
            <th scope="col">Severity</th><th scope="col">Package, installed version</th><th scope="col">Fixed in</th>\
            <th scope="col">Exploitation</th><th scope="col">Found</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private static func link(_ finding: FindingStore.View) -> HTML {
        let path = "/endpoints/\(finding.endpoint.description)/findings/\(PathSegment.encode(finding.cve))"
        return "<a class=\"id\" href=\"\(path)\">\(finding.cve)</a>"
    }

    static func fix(_ finding: FindingStore.View) -> HTML {
        if let fixed = finding.fixed { return "<code>\(fixed)</code>" }
        return "<span class=\"muted\">\(Components.state(finding.state) ?? "no fix yet")</span>"
    }

    private static func remediatedSection(_ findings: [FindingStore.View], _ endpoint: EndpointDetail) -> HTML {
        guard !findings.isEmpty else { return .empty }
        let rows = findings.map { finding -> HTML in
            """
            <tr><td>\(link(finding))</td><td>\(Components.severity(finding.severity))</td>\
            <td>\(finding.packages.joined(separator: ", "))</td><td>\(Text.time(finding.detectedAt))</td>\
            <td>\(Text.time(finding.remediatedAt))</td></tr>
            """
        }
        return """
            <section class="card"><details><summary>Remediated (\(Text.grouped(findings.count)))</summary>
            <div class="scroll"><table><thead><tr><th scope="col">Vulnerability</th><th scope="col">Severity</th>\
            <th scope="col">Package</th><th scope="col">Found</th><th scope="col">Remediated</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div></details></section>
            """
    }

    private static func softwareSection(_ software: [InstalledSoftware]) -> HTML {
        let rows = software.map { title -> HTML in
            """
            <tr><td>\(title.name)</td><td class="mono">\(title.version)</td><td>\(title.architecture ?? "")</td>\
            <td>\(title.source ?? "")</td><td>\(title.installDate.map { Text.day($0) } ?? "")</td></tr>
            """
        }
        return """
            <section class="card"><details><summary>Installed packages (\(Text.grouped(software.count)))</summary>
            <div class="scroll"><table><thead><tr><th scope="col">Package</th><th scope="col">Version</th>\
            <th scope="col">Architecture</th><th scope="col">Source</th><th scope="col">Installed</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div></details></section>
            """
    }

    private static func notes(_ endpoint: EndpointDetail) -> HTML {
        guard !endpoint.notes.isEmpty else { return .empty }
        let rows = endpoint.notes.map { "<li><code>\($0.item)</code> \($0.reason)</li>" as HTML }
        return "<section class=\"card\"><h2>What could not be read</h2><ul>\(rows)</ul></section>"
    }
}
