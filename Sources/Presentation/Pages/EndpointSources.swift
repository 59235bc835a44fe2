import Domain
import FoundationEssentials
import Store

/// What every source says of one endpoint, side by side; why they are taken to be one machine; what was decided.
package enum EndpointSources {
    package struct Content {
        let sources: [EndpointSource]
        let conflicts: [SourceConflict]
        let claims: [VulnerabilityClaim]
        let events: [IdentityEvent]
        let canChange: Bool
        let csrfToken: String
        /// Why a decision was refused.
        let problem: String?

        package init(
            sources: [EndpointSource], conflicts: [SourceConflict], claims: [VulnerabilityClaim],
            events: [IdentityEvent], canChange: Bool, csrfToken: String, problem: String? = nil
        ) {
            self.sources = sources
            self.conflicts = conflicts
            self.claims = claims
            self.events = events
            self.canChange = canChange
            self.csrfToken = csrfToken
            self.problem = problem
        }
    }

    /// Vulnerabilities that are compared; a page of more would help nobody.
    private static let limit = 200

    package static func render(_ content: Content, endpoint: EndpointDetail) throws -> HTML {
        guard !content.sources.isEmpty else {
            return
                "<section class=\"card\">\(Components.empty(.plug, "No source has it", "<p>What vendors’ accounts, agents and imports say of the machine stands here side by side.</p>"))</section>"
        }
        return """
            \(content.problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
            \(conflicts(content))
            <section class="card"><h2>Side by side</h2>\(try table(content))</section>
            <section class="card"><h2>Why these are one machine</h2>\(evidence(content, endpoint))</section>
            \(claims(content))
            <section class="card"><h2>What was decided</h2>\(events(content))</section>
            \(content.canChange ? merging(content, endpoint) : .empty)
            """
    }

    private static func conflicts(_ content: Content) -> HTML {
        guard !content.conflicts.isEmpty else { return .empty }
        let items = content.conflicts.map { conflict -> HTML in
            let values = conflict.values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return "<li><span class=\"strong\">\(label(conflict.field))</span> \(values.joined(separator: "; "))</li>"
        }
        return """
            <section class="card"><h2>Where they differ</h2><ul class="plain">\(items)</ul></section>
            """
    }

    static func label(_ field: SourceConflict.Field) -> String {
        switch field {
        case .isolation: "Isolation"
        case .compliance: "Compliance"
        case .osVersion: "System version"
        case .lastSeen: "Last seen"
        case .name: "Name"
        }
    }

    /// A row a fact that somebody tells, a column a source; what differs is marked.
    private static func table(_ content: Content) throws -> HTML {
        let reports = try content.sources.map { try $0.deviceReport() }
        let differing = Set(content.conflicts.map(\.field))
        func row(
            _ label: String, _ field: SourceConflict.Field? = nil, _ value: (EndpointSource, DeviceReport?) -> HTML?
        ) -> [HTML]? {
            let values = zip(content.sources, reports).map { value($0, $1) }
            guard values.contains(where: { $0 != nil }) else { return nil }
            let mark: HTML =
                field.map(differing.contains) == true ? " <span class=\"badge high\">differs</span>" : .empty
            return ["<span class=\"strong\">\(label)</span>\(mark)"]
                + values.map { $0 ?? "<span class=\"muted\">does not say</span>" }
        }
        func text(_ value: String?) -> HTML? { value.flatMap { $0.isEmpty ? nil : "\($0)" as HTML } }
        let rows = [
            row("Name", .name) { text($1?.hostname) },
            row("System") { text($1?.os.prettyName ?? $1?.os.name) },
            row("System version", .osVersion) { text($1?.os.version) },
            row("Serial number") { text($1?.serialNumber) },
            row("MAC addresses") { text($1?.macAddresses.joined(separator: ", ")) },
            row("Addresses") { text($1?.addresses.joined(separator: ", ")) },
            row("Sensor") { text($1?.agentVersion) },
            row("Isolation", .isolation) { $1.flatMap { $0.isolation == .unknown ? nil : "\($0.isolation.rawValue)" } },
            row("Compliance", .compliance) { text($1?.complianceState) },
            row("Person") { text($1?.primaryUser ?? $1?.lastUser) },
            row("Last seen", .lastSeen) { source, _ in Components.time(source.lastSeenAt) },
            row("Packages listed") { source, _ in source.packages.map { "\(Text.grouped($0))" } },
            row("Open vulnerabilities") { source, _ in
                source.isImplicit ? nil : "\(Text.grouped(source.vulnerabilities))"
            },
        ]
        let columns =
            [Table.Column("Fact", .head)]
            + content.sources.map { Table.Column($0.title + ($0.endedAt == nil ? "" : ", gone"), .wide) }
        return Table(caption: "What each source says", columns: columns, rows: rows.compactMap(\.self)).html
    }

    /// osquery's nodes can be asked more.
    private static func ask(_ source: EndpointSource, _ content: Content, _ hostname: String) -> HTML {
        guard source.kind == "osquery", content.canChange else { return .empty }
        let address = Address.make("/settings/osquery", ["q": hostname])
        return "<span class=\"under\"><a class=\"inline\" href=\"\(address)\">Live query</a></span>"
    }

    private static func evidence(_ content: Content, _ endpoint: EndpointDetail) -> HTML {
        let path = EndpointPage.View.sources.path(endpoint.summary.id)
        let rows = content.sources.map { source -> [HTML] in
            let reasons = source.evidence.map { "<li>\($0.sentence)</li>" as HTML }
            return [
                "<span class=\"strong\">\(source.title)</span><span class=\"under\">\(kind(source))<code>\(source.device.deviceID)</code></span>\(ask(source, content, endpoint.summary.hostname))",
                "\(Text.percent(source.confidence))",
                reasons.isEmpty ? "It made the endpoint." : "<ul class=\"plain small\">\(reasons)</ul>",
                "\(Components.time(source.linkedAt))\(source.quarantinedAt == nil ? .empty : "<span class=\"under\">in quarantine</span>" as HTML)",
                content.canChange && content.sources.count > 1 ? split(source, path, content.csrfToken) : .empty,
            ]
        }
        let columns: [Table.Column] = [
            .init("Source", .wide), .init("Sure", .number), .init("Reasons", .wide), .init("Since"), .init("Action"),
        ]
        return Table(caption: "Sources of the endpoint", columns: columns, rows: rows).html
    }

    /// The vendor, unless the account is called like it.
    private static func kind(_ source: EndpointSource) -> String {
        let title = ConnectorsPage.title(source.kind)
        return title == source.source ? "" : "\(title), "
    }

    private static func split(_ source: EndpointSource, _ path: String, _ csrfToken: String) -> HTML {
        """
        <details class="confirm"><summary>Split</summary><form method="post" action="\(path)/split">\
        <input type="hidden" name="csrf_token" value="\(csrfToken)">\
        <input type="hidden" name="connector" value="\(source.device.connector.description)">\
        <input type="hidden" name="device" value="\(source.device.deviceID)">\
        <p class="small">It becomes an endpoint of its own, and no evidence joins it with the others again.</p>\
        <label>Reason<input type="text" name="reason" maxlength="1000"></label>\
        <button class="danger small">Split</button></form></details>
        """
    }

    private static func claims(_ content: Content) -> HTML {
        let theirs = content.claims.filter { !$0.sources.isEmpty }
        guard !theirs.isEmpty else { return .empty }
        let names = Set(theirs.flatMap(\.sources)).sorted()
        let rows = content.claims.prefix(limit).map { claim -> [HTML] in
            [
                claim.vulnerability.hasPrefix("CVE-")
                    ? Components.vulnerabilityLink(claim.vulnerability) : "<code>\(claim.vulnerability)</code>",
                claim.status.map { Badge.finding($0) } ?? "<span class=\"muted\">does not report it</span>",
            ] + names.map { claim.sources.contains($0) ? "open" : "<span class=\"muted\">does not report it</span>" }
        }
        let columns = [Table.Column("Vulnerability"), Table.Column("Garrison")] + names.map { Table.Column($0) }
        let rest: HTML =
            content.claims.count > limit
            ? "<p class=\"small muted\">The first \(Text.grouped(limit)) of \(Text.grouped(content.claims.count)).</p>"
            : .empty
        return """
            <section class="card"><h2>Who reports which vulnerability</h2>\
            \(Table(caption: "Vulnerabilities by who reports them", columns: columns, rows: rows).html)\(rest)</section>
            """
    }

    private static func events(_ content: Content) -> HTML {
        if content.events.isEmpty { return "<p>Nothing since the endpoint came about.</p>" }
        let items = content.events.map { event -> HTML in
            let who = event.actor.isEmpty ? "by its evidence" : "by \(event.actor)"
            let reasons = event.evidence.map { "<li>\($0.sentence)</li>" as HTML }
            return """
                <li><span class="strong">\(sentence(event))</span> \
                <span class="muted">\(Text.time(event.at)), \(who)\(event.reason.isEmpty ? "" : ": \(event.reason)")</span>\
                \(reasons.isEmpty ? .empty : "<ul class=\"plain small\">\(reasons)</ul>" as HTML)\(undo(event, content))</li>
                """
        }
        return "<ol class=\"timeline\">\(items)</ol>"
    }

    private static func sentence(_ event: IdentityEvent) -> String {
        let device = event.deviceID.map { " \($0)" } ?? ""
        switch event.kind {
        case .linked: return "The device\(device) was recognised as this machine"
        case .merged: return event.undoneAt == nil ? "Two endpoints became one" : "Two endpoints became one; taken back"
        case .split: return "The device\(device) was split off"
        case .joined: return "The device\(device) was joined"
        case .undone: return "A merge was taken back"
        case .quarantined: return "A report of\(device) contradicted what is known, and was put in quarantine"
        case .resolved: return "A collision was decided"
        case .ended: return "Its source does not list\(device) any more"
        case .returned: return "Its source lists\(device) again"
        case .created: return "The endpoint came about"
        }
    }

    private static func undo(_ event: IdentityEvent, _ content: Content) -> HTML {
        guard content.canChange, event.canBeUndone else { return .empty }
        return Components.confirm(
            "Take back", action: "/identity/events/\(event.id.description)/undo",
            question: "Both endpoints are as they were, and are told apart from now on.", csrfToken: content.csrfToken)
    }

    private static func merging(_ content: Content, _ endpoint: EndpointDetail) -> HTML {
        """
        <section class="card"><h2>Another endpoint is the same machine</h2>
        <p>It becomes part of this one, with its findings, history and incidents. It can be taken back.</p>
        <form class="fields" method="post" action="\(EndpointPage.View.sources.path(endpoint.summary.id))/merge">\
        <input type="hidden" name="csrf_token" value="\(content.csrfToken)">\
        <label class="grow">The other endpoint’s host name or id<input type="text" name="other" required maxlength="300" autocomplete="off"></label>\
        <label class="grow">Reason<input type="text" name="reason" maxlength="1000"></label>\
        <button>Merge</button></form></section>
        """
    }
}
