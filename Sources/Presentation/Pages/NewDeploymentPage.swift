import Domain
import FoundationEssentials
import Patching
import Store

/// Asks for a deployment, and shows what it would do before anything is begun.
package enum NewDeploymentPage {
    package static let fields = [
        "patch", "strategy", "canary", "soak", "success", "concurrent", "approval", "reboot", "time_zone", "opens",
        "closes", "reason",
    ]

    /// - Parameter preview: of what is in the form.
    package static func render(
        _ form: FormFields, entered: [String: String], preview: DeploymentPreview?, csrfToken: String
    ) -> HTML {
        func value(_ name: String, _ standard: String) -> String { entered[name] ?? standard }
        return """
            \(Components.crumbs([("Deployments", "/deployments")]))
            <div class="heading"><div><h1>Deploy a patch</h1>
            <p class="muted">To all endpoints that need it. Nothing is begun before you have seen what it would do.</p></div></div>
            <section class="card"><form class="fields" method="post" action="/deployments/new">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)">
            \(form.notice(unless: fields))
            \(form.input("Patch, by its number or id", "patch", value: value("patch", ""), grows: true, " type=\"text\" required maxlength=\"200\""))
            \(form.select("How", "strategy", strategies, value: value("strategy", "staged")))
            \(form.input("Canary, in percent", "canary", value: value("canary", "5"), number))
            \(form.input("Minutes between rings", "soak", value: value("soak", "60"), number))
            \(form.input("Percent that have to succeed", "success", value: value("success", "90"), number))
            \(form.input("Endpoints at once; empty for any number", "concurrent", value: value("concurrent", ""), number))
            \(form.select("Who must agree", "approval", approvals, value: value("approval", "none")))
            \(form.select("Restart", "reboot", reboots, value: value("reboot", "if_needed")))
            \(form.input("Window: time zone", "time_zone", value: value("time_zone", "UTC")))
            \(form.input("Window: opens", "opens", value: value("opens", "22:00")))
            \(form.input("Window: closes", "closes", value: value("closes", "04:00")))
            \(form.input("Why", "reason", value: value("reason", ""), grows: true, " type=\"text\" maxlength=\"1000\""))
            <button class="quiet" name="action" value="preview">Preview</button>\
            \(preview == nil ? .empty : "<button name=\"action\" value=\"deploy\">Deploy</button>" as HTML)</form></section>
            \(preview.map(rings))
            """
    }

    private static let number: HTML = " type=\"text\" inputmode=\"decimal\" maxlength=\"10\""
    private static let strategies = [
        (value: "staged", label: "in rings, each past a gate"), ("scheduled", "in a window, every day"),
        ("immediate", "at once"),
    ]
    private static let approvals = [
        (value: "none", label: "nobody else"), ("one", "another person"), ("two_persons", "two other persons"),
    ]
    private static let reboots = [
        (value: "if_needed", label: "where the patch wants it"), ("never", "never"), ("forced", "always"),
    ]

    private static func rings(_ preview: DeploymentPreview) -> HTML {
        let rows = preview.rings.map { ring -> [HTML] in
            [
                "\(ring.name)", "\(Text.grouped(ring.endpoints))", "\(Text.tenths(ring.risk))",
                "\(Text.time(ring.starts))", "\(Text.time(ring.ends))",
            ]
        }
        let columns: [Table.Column] = [
            .init("Ring", .wide), .init("Endpoints", .number), .init("Risk removed", .number), .init("Begins"),
            .init("Ends"),
        ]
        return """
            <section class="card"><h2>What it would do</h2>
            <p>\(Text.count(preview.endpoints, "endpoint")), removing a risk of \(Text.tenths(preview.risk)); the times are those \
            if everybody is there and all goes well.</p>
            \(Table(caption: "Rings", columns: columns, rows: rows).html)</section>
            """
    }
}
