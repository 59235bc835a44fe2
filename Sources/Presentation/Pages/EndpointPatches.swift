import Domain
import FoundationEssentials
import Store

/// Patches that are missing on one endpoint.
package enum EndpointPatches {
    package static let pageSize = 200

    package static func render(_ page: ListPage<PatchStore.Missing>) -> HTML {
        """
        <section class="card"><h2>Patches that are missing here (\(Text.grouped(page.total)))</h2>\(table(page))</section>
        """
    }

    private static func table(_ page: ListPage<PatchStore.Missing>) -> HTML {
        if page.items.isEmpty {
            return Components.empty(
                .check, "No patch is missing",
                "<p>Nothing that is open here has a fix that could be installed.</p>")
        }
        let columns: [Table.Column] = [
            .init("Patch", .wide), .init("Severity"), .init("Released"), .init("Vulnerabilities", .number),
            .init("Risk removed", .number), .init("Reboot"),
        ]
        let rows = page.items.map { missing -> [HTML] in
            [
                PatchesPage.link(missing.patch), Badge.severity(missing.patch.severity),
                "\(missing.patch.released ?? "–")", "\(Text.grouped(missing.vulnerabilities))",
                "\(Text.tenths(missing.riskRemoved))", missing.patch.needsReboot ? "needed" : "none",
            ]
        }
        let more = page.total - page.items.count
        return Table(caption: "Patches that are missing", columns: columns, rows: rows).html
            + (more > 0 ? "<p class=\"muted\">and \(Text.grouped(more)) more</p>" : .empty)
    }
}
