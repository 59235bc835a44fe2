import Domain
import FoundationEssentials
import Patching
import Store

/// Asks for a deployment, and shows what it would do before anything is begun.
package enum NewDeploymentPage {
    /// What was previewed, and what goes back with the form so that nothing else is deployed, and nothing twice.
    package struct Preview: Sendable {
        let patch: PatchStore.Summary?
        /// Who could carry it out; nil where the patch is none.
        let reach: DeploymentStore.Reach?
        let deployment: DeploymentPreview
        let plan: DeploymentPlan
        let fingerprint: String
        let key: String
        /// Why it is shown once more.
        let notice: String?

        package init(
            patch: PatchStore.Summary?, reach: DeploymentStore.Reach? = nil, deployment: DeploymentPreview,
            plan: DeploymentPlan, fingerprint: String, key: String, notice: String? = nil
        ) {
            self.patch = patch
            self.reach = reach
            self.deployment = deployment
            self.plan = plan
            self.fingerprint = fingerprint
            self.key = key
            self.notice = notice
        }
    }

    static let path = "/deployments/new"
    private static let id = "deployment"

    package static func render(
        _ form: DeploymentForm, problems: [FormFields.Problem] = [], preview: Preview?, csrfToken: String
    ) -> HTML {
        let fields = FormFields(id, entered: form.entered, problems: problems)
        return """
            \(Components.crumbs([("Deployments", "/deployments")]))
            <div class="heading"><div><h1>Deploy a patch</h1>
            <p>To all endpoints that need it. Nothing is begun before you have seen what it would do.</p></div></div>
            \(fields.notice(unless: DeploymentForm.shown))
            \(preview.map(PreviewCard.render))
            <form id="\(id)" class="wizard" method="post" action="\(path)">\
            <button class="hidden-text" name="action" value="preview" tabindex="-1">Preview</button>\
            <input type="hidden" name="csrf_token" value="\(csrfToken)">\
            <input type="hidden" name="rings" value="\(form.rings)"><input type="hidden" name="schedules" value="\(form.schedules)">\
            \(preview.map { "<input type=\"hidden\" name=\"previewed\" value=\"\($0.fingerprint)\"><input type=\"hidden\" name=\"key\" value=\"\($0.key)\">" as HTML })
            \(what(fields))
            \(rings(fields, form))
            \(schedules(fields, form))
            \(GateFields.plan(fields))
            \(limits(fields))
            <div class="actions"><button name="action" value="preview"\(preview == nil ? .empty : " class=\"quiet\"" as HTML)>Preview</button></div></form>
            """
    }

    static let number: HTML = " type=\"text\" inputmode=\"decimal\" maxlength=\"12\""
    private static let strategies = [
        (value: "staged", label: "in rings, each past a gate"), ("scheduled", "in windows"), ("immediate", "at once"),
    ]
    private static let approvals = [
        (value: "none", label: "nobody else"), ("one", "another person"), ("two_persons", "two other persons"),
    ]
    private static let reboots = [
        (value: "if_needed", label: "where the patch wants it"), ("never", "never"), ("forced", "always"),
    ]
    private static let kinds = [
        (value: "percent", label: "percent of the others"), ("tags", "with one of the tags"),
        ("groups", "in one of the groups"), ("rest", "all others"),
    ]
    static let zones = [
        "UTC", "Europe/Berlin", "Europe/London", "Europe/Paris", "Europe/Zurich", "Europe/Madrid", "Europe/Warsaw",
        "Europe/Kyiv", "Europe/Istanbul", "America/New_York", "America/Chicago", "America/Denver",
        "America/Los_Angeles", "America/Toronto", "America/Sao_Paulo", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore",
        "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Africa/Johannesburg",
    ]

    private static func what(_ form: FormFields) -> HTML {
        """
        <section class="card"><h2>What, and how</h2><div class="fields even">
        \(form.input("Patch, by its number or id", "patch", grows: true, " type=\"text\" required maxlength=\"200\""))
        \(form.select("How", "strategy", strategies, help: "In rings it goes on only where the ring before went well."))
        \(form.input("Not before, by UTC", "starts_at", help: "Empty: as soon as it may.", " type=\"datetime-local\""))
        \(form.select("Who must agree", "approval", approvals, help: "Whoever asks for it never counts."))
        \(form.input("Why", "reason", grows: true, help: "It stands in the history and in the audit trail.", " type=\"text\" maxlength=\"1000\""))
        </div></section>
        """
    }

    /// Changes the form alone, and comes back to its part of it; works without scripts.
    private static func change(_ label: String, _ action: String, to part: String, _ names: String = "quiet small")
        -> HTML
    {
        """
        <button class="\(names)" name="action" value="\(action)" formaction="\(path)#\(part)" formnovalidate>\(label)</button>
        """
    }

    private static func rings(_ fields: FormFields, _ form: DeploymentForm) -> HTML {
        let rows = (0..<form.rings).map { place -> HTML in
            let name = "ring\(place)"
            return """
                <fieldset class="row"><legend>Ring \(place + 1)</legend><div class="fields">
                \(fields.input("Name", "\(name)_name", " type=\"text\" maxlength=\"100\""))
                \(fields.select("Takes", "\(name)_kind", kinds))
                \(fields.input("How many percent, or which", "\(name)_value", " type=\"text\" maxlength=\"1000\""))
                \(form.rings > 1 ? change("Remove ring \(place + 1)", "dropring-\(place)", to: "rings") : .empty)
                </div>\(GateFields.own(fields, ring: place, isOpen: form.hasOwnGate(place)))</fieldset>
                """
        }
        let more = form.rings < DeploymentForm.mostRings ? change("Add a ring", "addring", to: "rings") : .empty
        return """
            <section class="card for-rings" id="rings"><h2>Rings</h2>
            <p class="muted">In this order; the first is the canary. Tags and groups are separated by commas, and take theirs before \
            percentages are counted; an endpoint with the tag group:finance is in the group finance. One ring takes all others. A \
            ring has the gate below, or one of its own.</p>
            \(fields.problem(of: "rings"))\(rows)<div class="actions">\(more)</div></section>
            """
    }

    private static func schedules(_ fields: FormFields, _ form: DeploymentForm) -> HTML {
        let rows = (0..<form.schedules).map { schedule(fields, $0) }
        let options = zones.map { "<option value=\"\($0)\"></option>" as HTML }
        let more =
            form.schedules < DeploymentForm.mostSchedules
            ? change("Add a window", "addschedule", to: "schedules") : .empty
        let none: HTML = rows.isEmpty ? "<p>None: endpoints may begin at any time.</p>" : .empty
        return """
            <section class="card for-windows" id="schedules"><h2>Windows</h2>
            <p class="muted">When endpoints may begin, by the clocks of a time zone; what has begun is not cut off. Windows for the \
            same groups belong together; one of them is for all endpoints that are in no other’s groups.</p>
            \(fields.problem(of: "schedules"))\(none)\(rows)<datalist id="zones">\(options)</datalist>\
            <div class="actions">\(more)</div></section>
            """
    }

    private static func schedule(_ fields: FormFields, _ place: Int) -> HTML {
        let name = "schedule\(place)"
        let days = DeploymentForm.days.map { day in
            fields.check(
                String(day.rawValue.prefix(1).uppercased() + day.rawValue.dropFirst().prefix(2)),
                "\(name)_\(day.rawValue)")
        }
        return """
            <fieldset class="row"><legend>Window \(place + 1)</legend><div class="fields">
            \(fields.input("From", "\(name)_from", " type=\"time\" required"))
            \(fields.input("To", "\(name)_to", " type=\"time\" required"))
            \(fields.input("Time zone", "\(name)_zone", " type=\"text\" list=\"zones\" required maxlength=\"100\""))
            \(fields.input("For the groups; empty: all others", "\(name)_groups", " type=\"text\" maxlength=\"1000\""))
            \(fields.input("Minutes before its end in which nothing begins", "\(name)_margin", number))
            </div><fieldset class="ticks"><legend>It opens on</legend>\(days)\(fields.problem(of: "\(name)_days"))</fieldset>
            <div class="fields">\(fields.document("Blackouts, a line each", "\(name)_blackouts", rows: 2, help: "As 2026-12-24 to 2027-01-02 Holidays: on these days nothing begins."))\
            \(change("Remove window \(place + 1)", "dropschedule-\(place)", to: "schedules"))</div></fieldset>
            """
    }

    private static func limits(_ form: FormFields) -> HTML {
        """
        <section class="card"><h2>Restarts and limits</h2><div class="fields even">
        \(form.select("Restart", "reboot", reboots, help: "Never: the patch is deployed and awaits a restart."))
        \(form.input("Notice, in minutes", "notice", help: "How long people at the machine are told before.", number))
        \(form.input("Endpoints at once", "concurrent", help: "Under way at the same time; empty for any number.", number))
        \(form.input("Bandwidth, in kbit/s", "bandwidth", help: "For all downloads together; empty for no limit.", number))
        \(form.input("One download, in kbit/s", "download", help: "What one is given of the bandwidth.", number))
        \(form.input("Given up after, in hours", "offline", help: "An endpoint that has not come so long after its ring opened.", number))
        </div></section>
        """
    }

    /// What the deployment would do, with the button that has it done.
    private enum PreviewCard {
        static func render(_ preview: Preview) -> HTML {
            let deployment = preview.deployment
            let rows = deployment.rings.enumerated().map { place, ring -> [HTML] in
                [
                    "\(ring.name)\(gate(preview.plan, place))", "\(Text.grouped(ring.endpoints))",
                    "\(Text.tenths(ring.risk))",
                    time(ring.starts, ring.endpoints), time(ring.ends, ring.endpoints),
                ]
            }
            let columns: [Table.Column] = [
                .init("Ring", .wide), .init("Endpoints", .number), .init("Risk removed", .number), .init("Begins"),
                .init("Ends"),
            ]
            let notice = preview.notice.map { "<p class=\"notice warning\" role=\"alert\">\($0)</p>" as HTML }
            let restart: HTML =
                preview.patch?.needsReboot == true && preview.plan.reboot.mode != .never
                ? "<p>Each endpoint is restarted.</p>" : .empty
            return """
                <section class="card" id="preview"><h2>What it would do</h2>\(notice)\(preview.reach.map(ReachNotice.render))\(title(preview.patch))
                <p>\(Text.count(deployment.endpoints, "endpoint")), removing a risk of \(Text.tenths(deployment.risk)); the times are \
                those if everybody is there and all goes well.</p>\(restart)\(first(deployment))
                \(Table(caption: "Rings", columns: columns, rows: rows).html)
                <div class="actions below"><button form="\(id)" name="action" value="deploy">\
                Deploy to \(Text.count(deployment.endpoints, "endpoint"))</button>\
                <span class="small muted">exactly this; whatever is changed below is previewed first</span></div></section>
                """
        }

        private static func gate(_ plan: DeploymentPlan, _ ring: Int) -> HTML {
            plan.ringCount > 1 ? "<span class=\"under\">\(GateWords.html(plan, ring: ring))</span>" : .empty
        }

        private static func time(_ moment: Date?, _ endpoints: Int) -> HTML {
            moment.map { "\(Text.time($0))" } ?? (endpoints == 0 ? "–" : "in no window within a year")
        }

        /// What comes before the patch, and where it cannot be had.
        private static func first(_ deployment: DeploymentPreview) -> HTML {
            let first = deployment.prerequisites.map { item -> HTML in
                "<p>\(item.number) is installed first on \(Text.count(item.endpoints, "endpoint")).</p>"
            }
            let obstacles = deployment.obstacles.map { item -> HTML in
                """
                <p class="notice warning" role="alert">It cannot be installed on \(Text.count(item.endpoints, "endpoint")): \
                \(item.reason)</p>
                """
            }
            return "\(first)\(obstacles)"
        }

        private static func title(_ patch: PatchStore.Summary?) -> HTML {
            guard let patch else { return .empty }
            let title = patch.title == patch.number ? "" : " \(patch.title)"
            return """
                <p><a class="strong" href="/patches/\(patch.id.description)">\(patch.number)</a>\(title)</p>
                """
        }
    }
}
