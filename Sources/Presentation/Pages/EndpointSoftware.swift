import Domain
import FoundationEssentials
import Store

/// What is installed on one endpoint.
package enum EndpointSoftware {
    static let pageSize = 300

    package static func render(_ software: [InstalledSoftware], search: String?, offset: Int, endpoint: EndpointDetail)
        -> HTML
    {
        let wanted = search?.lowercased()
        let shown = software.filter { title in
            guard let wanted else { return true }
            return title.name.lowercased().contains(wanted) || (title.source ?? "").lowercased().contains(wanted)
        }
        return """
            <section class="card"><h2>Installed software</h2>\(content(shown, of: software.count, search, offset, endpoint))</section>
            """
    }

    private static func content(
        _ shown: [InstalledSoftware], of total: Int, _ search: String?, _ offset: Int, _ endpoint: EndpointDetail
    ) -> HTML {
        guard total > 0 else {
            return Components.empty(
                .lost, "No software is known",
                "<p>The inventory named no package. What the collector could not read is listed above.</p>")
        }
        let path = EndpointPage.View.software.path(endpoint.summary.id)
        let slice = Array(shown.dropFirst(offset).prefix(pageSize))
        let next = offset + pageSize
        func address(_ from: Int) -> String {
            Address.make(path, ["search": search, "from": from > 0 ? String(from) : nil])
        }
        return """
            <form class="filters" method="get" action="\(path)"><label class="grow">Search\
            <input type="search" name="search" value="\(search ?? "")" placeholder="Package or source"></label><button class="quiet">Search</button></form>
            \(shown.isEmpty ? Components.empty(.lost, "No package matches", "<p><a href=\"\(path)\">Show all</a></p>") : table(slice))
            \(Components.pager(shown: slice.count, total: shown.count, first: offset > 0 ? address(0) : nil, next: next < shown.count ? address(next) : nil))
            """
    }

    private static func table(_ software: [InstalledSoftware]) -> HTML {
        let rows = software.map { title -> [HTML] in
            [
                "<span class=\"strong\">\(title.name)</span>", "<span class=\"mono\">\(title.version)</span>",
                "\(title.architecture ?? "")", "\(title.source ?? "")", "\(title.vendor ?? "")",
                "\(title.installDate.map { Text.day($0) } ?? "")",
            ]
        }
        return Table(
            caption: "Installed packages",
            columns: [
                .init("Package", .wide), .init("Version"), .init("Architecture"), .init("Source"), .init("Vendor"),
                .init("Installed"),
            ], rows: rows
        ).html
    }
}
