import Domain
import FoundationEssentials
import Store

/// One patch: what it is, what it ends, where it is missing.
package enum PatchPage {
    /// - Parameters:
    ///   - canDeploy: whether the visitor may have it installed.
    ///   - permission: what those who may give files for it send along.
    package static func render(
        _ patch: PatchStore.Detail, endpoints: ListPage<PatchStore.Need>,
        deployments: ListPage<DeploymentStore.Row> = .init(items: [], total: 0, next: nil),
        reach: DeploymentStore.Reach? = nil, files: [PatchFile] = [], permission: PatchFiles.Permission? = nil,
        canDeploy: Bool, isFirstPage: Bool, nextPath: String?
    ) -> HTML {
        let summary = patch.summary
        return """
            \(Components.crumbs([("Patches", "/patches")]))
            <div class="heading"><div><h1>\(summary.number)</h1>\
            \(summary.title == summary.number ? .empty : "<p>\(summary.title)</p>" as HTML)</div>\(deploy(summary, canDeploy))</div>
            \(superseded(patch))
            \(canDeploy ? reach.map(ReachNotice.render) : nil)
            \(facts(patch))
            <section class="card"><h2>Endpoints that need it (\(Text.grouped(endpoints.total)))</h2>\
            \(needs(endpoints, summary, isFirstPage: isFirstPage, nextPath: nextPath))</section>
            \(history(deployments, of: summary.id))
            \(PatchFiles.render(files, of: patch, permission: permission))
            \(vulnerabilities(patch))
            <div class="grid">
            \(packages(patch))
            \(chain(patch))
            </div>
            """
    }

    private static func deploy(_ patch: PatchStore.Summary, _ canDeploy: Bool) -> HTML {
        guard canDeploy, patch.endpoints > 0 else { return .empty }
        return """
            <div class="actions"><a class="button" href="/deployments/new?patch=\(patch.id.description)">Deploy</a></div>
            """
    }

    private static func superseded(_ patch: PatchStore.Detail) -> HTML {
        guard patch.summary.isSuperseded else { return .empty }
        guard let newest = patch.supersededBy.last else {
            return
                "<p class=\"notice warning\" role=\"status\">Nothing is fixed by it any more that another does not fix.</p>"
        }
        return "<p class=\"notice warning\" role=\"status\">\(relative(newest)) takes its place.</p>"
    }

    private static func facts(_ patch: PatchStore.Detail) -> HTML {
        let summary = patch.summary
        return """
            <section class="card"><h2 class="hidden-text">What is known</h2><dl class="facts">
            \(Components.fact("Kind", summary.kind.label))
            \(Components.fact("Severity", Badge.severity(summary.severity)))
            \(Components.fact("Released", summary.released))
            \(Components.fact("For", summary.products.prefix(20).joined(separator: ", ")))
            \(Components.fact("Reboot", summary.needsReboot ? "needed" : "not needed"))
            \(Components.fact("Needs first", first(patch)))
            \(Components.fact("Size", summary.sizeMB.map { "\(Text.tenths($0)) MB" }))
            \(Components.fact("Endpoints that need it", Text.grouped(summary.endpoints)))
            \(Components.fact("Open vulnerabilities that it ends", Text.grouped(summary.vulnerabilities)))
            \(Components.fact("Risk removed", Text.tenths(summary.riskRemoved)))
            \(Components.fact("Risk removed for each reboot", summary.riskPerReboot.map(Text.tenths)))
            \(Components.fact("Makes", patch.builds.joined(separator: ", ")))
            \(Components.fact("Published by", patch.source))
            \(Components.fact("Elsewhere", elsewhere(patch)))
            </dl>\(patch.description.map { "<p>\($0)</p>" as HTML })</section>
            """
    }

    private static func first(_ patch: PatchStore.Detail) -> HTML? {
        if patch.prerequisites.isEmpty { return nil }
        return "\(patch.prerequisites.map { "<span class=\"under\">\(relative($0))</span>" as HTML })"
    }

    /// A vendor's address, where it is one.
    private static func elsewhere(_ patch: PatchStore.Detail) -> HTML? {
        patch.link.flatMap { $0.hasPrefix("https://") ? Components.outside($0, "the vendor’s page") : nil }
    }

    private static func needs(
        _ endpoints: ListPage<PatchStore.Need>, _ patch: PatchStore.Summary, isFirstPage: Bool, nextPath: String?
    ) -> HTML {
        guard !endpoints.items.isEmpty else {
            return Components.empty(
                .check, "No endpoint needs it", "<p>It ends no open finding on any scanned endpoint.</p>")
        }
        let columns: [Table.Column] = [
            .init("Host name"), .init("Status"), .init("Packages, installed → to install", .wide),
            .init("Vulnerabilities", .number), .init("Risk removed", .number), .init("Last seen"),
        ]
        let rows = endpoints.items.map { need -> [HTML] in
            [
                Components.endpointLink(need.endpoint, need.hostname), Badge.status(need.status),
                changes(need.packages),
                "\(Text.grouped(need.vulnerabilities))", "\(Text.tenths(need.riskRemoved))",
                Components.time(need.lastSeen),
            ]
        }
        return Table(caption: "Endpoints that need it", columns: columns, rows: rows).html
            + Components.pager(
                shown: endpoints.items.count, total: endpoints.total,
                first: isFirstPage ? nil : "/patches/\(patch.id.description)", next: nextPath)
    }

    private static func history(_ deployments: ListPage<DeploymentStore.Row>, of patch: PatchID) -> HTML {
        guard !deployments.items.isEmpty else { return .empty }
        let more = deployments.total - deployments.items.count
        let rest: HTML =
            more > 0
            ? "<p><a href=\"/deployments?patch=\(patch.description)\">\(Text.grouped(more)) more</a></p>" : .empty
        return """
            <section class="card"><h2>Its deployments (\(Text.grouped(deployments.total)))</h2>\
            \(DeploymentsPage.table(deployments.items))\(rest)</section>
            """
    }

    private static func changes(_ packages: [PackageChange]) -> HTML {
        if packages.isEmpty { return "–" }
        let shown = packages.prefix(4).map { package -> HTML in
            "<span class=\"under\"><b>\(package.name)</b> \(package.installed) → \(package.version ?? "newest")</span>"
        }
        let more = packages.count - shown.count
        return "\(shown)\(more > 0 ? "<span class=\"under\">and \(more) more</span>" as HTML : .empty)"
    }

    private static func vulnerabilities(_ patch: PatchStore.Detail) -> HTML {
        guard !patch.vulnerabilities.isEmpty else { return .empty }
        let columns: [Table.Column] = [
            .init("Vulnerability", .wide), .init("Severity"), .init("Endpoints", .number),
        ]
        let rows = patch.vulnerabilities.map { item -> [HTML] in
            [
                """
                \(Components.vulnerabilityLink(item.cve))\
                \(item.title == item.cve ? .empty : "<span class=\"under\">\(item.title)</span>" as HTML)
                """, Badge.severity(item.severity), "\(Text.grouped(item.endpoints))",
            ]
        }
        return """
            <section class="card"><h2>What it fixes (\(Text.grouped(patch.vulnerabilityCount)))</h2>\
            \(Table(caption: "Vulnerabilities that it ends", columns: columns, rows: rows).html)\
            \(rest(patch.vulnerabilityCount - patch.vulnerabilities.count))</section>
            """
    }

    private static func rest(_ count: Int) -> HTML {
        count > 0 ? "<p class=\"muted\">and \(Text.grouped(count)) more</p>" : .empty
    }

    private static func packages(_ patch: PatchStore.Detail) -> HTML {
        guard !patch.packages.isEmpty else { return .empty }
        let columns: [Table.Column] = [.init("Package", .wide), .init("Fixed in"), .init("System")]
        let rows = patch.packages.map { package -> [HTML] in
            [
                "\(package.name)\(package.stream.isEmpty ? "" : " (\(package.stream))")",
                "<code>\(package.fixed)</code>", "\(package.ecosystem.description)",
            ]
        }
        return """
            <section class="card"><h2>Packages (\(Text.grouped(patch.packageCount)))</h2>\
            \(Table(caption: "What it brings to which version", columns: columns, rows: rows).html)\
            \(rest(patch.packageCount - patch.packages.count))</section>
            """
    }

    private static func chain(_ patch: PatchStore.Detail) -> HTML {
        guard !patch.supersededBy.isEmpty || !patch.supersedes.isEmpty else { return .empty }
        let newer = patch.supersededBy.reversed().map { "<li>\(relative($0))</li>" as HTML }
        let older = patch.supersedes.map { "<li>\(relative($0))</li>" as HTML }
        return """
            <section class="card"><h2>Before and after it</h2><p class="muted">The newest first.</p>
            <ol class="plain">\(newer)<li><b>\(patch.summary.number)</b></li>\(older)</ol></section>
            """
    }

    static func relative(_ patch: PatchStore.Relative) -> HTML {
        guard let id = patch.id else { return "\(patch.number)" }
        let title: HTML = patch.title.map { " <span class=\"muted\">\($0)</span>" } ?? .empty
        return "<a href=\"/patches/\(id.description)\">\(patch.number)</a>\(title)"
    }
}
